/** Why a task has not begun, was skipped or could not be opened; and what its items wait for. */
import { nth } from '../../../../nth.ts';
import type { TaskDefinition } from '../../../../plan/definition.ts';
import type { TaskError } from '../../../../ports/agent.ts';
import type { Instant } from '../../../../ports/clock.ts';
import { listing } from '../../../../text.ts';
import type { View } from '../../../law.ts';
import { heldOf } from '../../lookup.ts';
import { type ExecutionState, isSettled, isUndecided, type Task } from '../../state.ts';
import { type Cause, endOf, givenUp, whyNotBegun, whyNotOn } from './cause.ts';
import { ITEM_WORDS, whyItem } from './item.ts';
import { whyListening } from './waiting.ts';

export function* whyTasks(state: View<ExecutionState>, now: Instant): Iterable<Cause> {
  for (const task of state.tasks) {
    if (task.status === 'pending') yield whyPending(state, task);
    if (isUndecided(task)) yield whyNotBegun(state, nth(state.plan.tasks, task.index).id);
    if (task.status === 'listening')
      yield whyNotOn(state, nth(state.plan.tasks, task.index).id) ?? whyListening(state, task, now);
    if (task.status === 'skipped') yield whySkipped(state, task);
    if (task.status === 'cancelled' && task.items.length === 0) yield whyWithdrawn(state, task);
    if (task.error !== undefined) yield whyNotOpened(state, task, task.error);
    if (task.status === 'completed' || task.status === 'skipped') continue;
    if (heldOf(task) > 0) yield whyHeld(state, task);
    for (const item of task.items) {
      const cause = whyItem(state, item, now);
      if (cause !== undefined) yield cause;
    }
  }
}

function whyPending(state: View<ExecutionState>, task: View<Task>): Cause {
  const { id, dependsOn } = nth(state.plan.tasks, task.index);
  const end = endOf(state);
  if (end !== undefined) return givenUp(id, `${id} does not start any more: ${end}.`);
  const open = dependsOn.filter((dependency) => !isSettled(nth(state.tasks, dependency)));
  const names = open.map((dependency) => nth(state.plan.tasks, dependency).id);
  const details = open.slice(0, 3).map((dependency) => dependencyState(state, dependency));
  return {
    subject: id,
    code: 'waits_for_tasks',
    sentence: `${id} waits for ${whatJoinWants(state, task)}${listing(names)} (${listing(details)}).`,
    waits_for: names,
  };
}

/** How much of what is still open it waits for, where that is not all of it. */
function whatJoinWants(state: View<ExecutionState>, task: View<Task>): string {
  const { join } = nth(state.plan.tasks, task.index);
  if (join === undefined) return '';
  if (join.kind === 'when')
    return `${join.condition.source} to become true, of which it is asked when one of these ends: `;
  const more = (join.kind === 'any' ? 1 : join.count) - (task.met ?? 0);
  return `${more === 1 ? 'one' : more} of `;
}

function dependencyState(state: View<ExecutionState>, index: number): string {
  const { status, items, openItems, team } = nth(state.tasks, index);
  const { id } = nth(state.plan.tasks, index);
  if (status === 'pending' || status === 'joining') return `${id} has not started`;
  if (status === 'listening') return `${id} is waiting for an event`;
  const [item, ...others] = items;
  if (item === undefined) return `${id} is about to start`;
  if (others.length === 0) return `${id} is ${ITEM_WORDS[item.status.kind]}`;
  // The first of them is the lead of all others, and no turn.
  if (team !== undefined) return `${id}: ${items.length - openItems} of ${others.length} turns are over`;
  return `${id}: ${items.length - openItems} of ${items.length} items are done`;
}

function whySkipped(state: View<ExecutionState>, task: View<Task>): Cause {
  const { id } = nth(state.plan.tasks, task.index);
  return {
    subject: id,
    code: 'skipped',
    sentence: `${id} was skipped; ${skipWords(state, task)}.`,
    waits_for: [],
  };
}

/** Why a task was skipped, as the end of a sentence. */
export function skipWords(
  { plan, tasks }: View<ExecutionState>,
  { index, skippedBy, overridden, event }: View<Task>,
): string {
  const { join, when, on }: View<TaskDefinition> = nth(plan.tasks, index).definition;
  if (overridden !== undefined) return `${overridden.by} said so: ${overridden.reason}`;
  if (skippedBy !== undefined)
    return `${nth(plan.tasks, skippedBy).id} ${ENDED[nth(tasks, skippedBy).status]}, on which it depends`;
  if (on !== undefined && event === undefined) return `no event on ${on.topic} came that it wants`;
  const conditions = [
    ...(join?.kind === 'when' ? [join.condition.source] : []),
    ...(when === undefined ? [] : [when.source]),
  ];
  return `${conditions.length === 1 ? 'its condition is' : 'one of its conditions is'} false: ${conditions.join('; ')}`;
}

/** How the end of a dependency is told. */
const ENDED: Readonly<Partial<Record<Task['status'], string>>> = {
  completed: 'was completed',
  failed: 'failed',
  skipped: 'was skipped',
  cancelled: 'was cancelled',
};

function whyWithdrawn(state: View<ExecutionState>, task: View<Task>): Cause {
  const { id } = nth(state.plan.tasks, task.index);
  return givenUp(id, `${id} was cancelled before it started.`);
}

function whyNotOpened(state: View<ExecutionState>, task: View<Task>, error: View<TaskError>): Cause {
  const { id } = nth(state.plan.tasks, task.index);
  const sentence = `${id} could not start: ${error.code}: ${error.message}`;
  return { subject: id, code: 'task_failed', sentence, waits_for: [] };
}

/** One cause for all its items that are held: there may be thousands, and it is the same for each. */
function whyHeld(state: View<ExecutionState>, task: View<Task>): Cause {
  const { id, definition } = nth(state.plan.tasks, task.index);
  const count = heldOf(task);
  const items = `${count} ${count === 1 ? 'item' : 'items'} of ${id}`;
  const end = endOf(state);
  if (end !== undefined) return givenUp(id, `${items} will not start any more: ${end}.`);
  return {
    subject: id,
    code: 'waits_for_turn',
    sentence: `${items} ${count === 1 ? 'waits' : 'wait'} for others to end: at most ${definition.maxConcurrency} run at a time.`,
    waits_for: [id],
  };
}
