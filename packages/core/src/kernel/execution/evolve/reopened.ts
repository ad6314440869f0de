/** An execution that had ended goes on: what failed or was stopped runs again, and what was skipped for it is asked anew. */
import { successors } from '../../../graph/graph.ts';
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { WorkflowReopened } from '../events.ts';
import { requestOf, taskDeadline } from '../lookup.ts';
import { owed } from '../owed.ts';
import { type ExecutionState, type Item, isSettled, itemsLeft, type Task } from '../state.ts';
import { enterAgain } from './concurrency.ts';
import { recount } from './recount.ts';
import { isMet, reset, unsettle } from './region.ts';
import { replan, taskOf } from './tasks.ts';
import { unblockAgain } from './unblock.ts';

/** O(tasks, items and edges): it is rare. */
export function reopened(state: ExecutionState, { tasks, key }: WorkflowReopened, at: Instant): void {
  state.status = { kind: 'running' };
  const { budget } = state.plan.definition;
  state.deadline = at + Math.min(requestOf(state).timeoutMs, budget?.wallTimeMs ?? Infinity);
  if (budget !== undefined) {
    const { turns, losses, tokens, cost } = state.counters;
    state.spentBefore = { turns: turns - losses, tokens, cost };
    state.isBudgetWarned = false;
  }
  state.stopReason = undefined;
  const again = tasks.map((id) => taskOf(state, id));
  for (const task of askedAnew(state, again)) reset(state, task, 'it is asked anew', at);
  for (const task of again) runAgain(state, task, key, at);
  recount(state, at);
  // Of what waited when it ended, the timers ring again.
  for (const effect of owed(state)) if (effect.kind === 'arm') state.effects.push(effect);
}

/**
 * What depends on what runs again, through any number of others that do so, and has not begun: it was skipped, or opened by
 * nothing but the end that made the others stop.
 */
function askedAnew(state: ExecutionState, again: readonly Task[]): readonly Task[] {
  const { plan, tasks } = state;
  const changed = new Set(again.map(({ index }) => index));
  const found: Task[] = [];
  for (const task of changed) {
    for (const successor of successors(plan.graph, task)) {
      const one = nth(tasks, successor);
      if (one.overridden !== undefined || changed.has(successor)) continue;
      if (one.status !== 'skipped' && !isOpenTooSoon(state, one, changed)) continue;
      changed.add(successor);
      found.push(one);
    }
  }
  return found;
}

/** Nothing of it was handed out, and what has ended without those that run again does not open it. O(its dependencies). */
function isOpenTooSoon(state: ExecutionState, task: Task, again: ReadonlySet<number>): boolean {
  const { dependsOn, join } = nth(state.plan.tasks, task.index);
  if (join?.kind === 'when' || !isUntouched(task)) return false;
  const met = dependsOn
    .filter((index) => !again.has(index))
    .map((index) => nth(state.tasks, index))
    .filter((dependency) => isSettled(dependency) && isMet(state, dependency, task));
  const wanted = join === undefined ? dependsOn.length : join.kind === 'any' ? 1 : join.count;
  return met.length < wanted;
}

/** It was not handed out, and nothing was asked for it. */
function isUntouched({ status, items }: Task): boolean {
  return status === 'open' && items.every((item) => item.claims === undefined && isInLine(item.status));
}

function isInLine({ kind }: Item['status']): boolean {
  return kind === 'ready' || kind === 'held' || kind === 'acquiring';
}

function runAgain(state: ExecutionState, task: Task, key: WorkflowReopened['key'], at: Instant): void {
  const items = itemsToRun(task);
  // A team begins anew: who was to take which turn follows from turns that are gone.
  if (items.length === 0 || task.team !== undefined) return reset(state, task, 'it is asked anew', at);
  const before = itemsLeft(state.plan, task);
  unsettle(state, task);
  task.status = 'open';
  // What it may take begins anew; who arms what was owed arms it, too.
  if (taskDeadline(state, task) !== undefined) task.openedAt = at;
  task.spent = undefined;
  task.stopReason = undefined;
  task.endedAt = undefined;
  task.isHandled = undefined;
  task.overridden = undefined;
  if (key === 'new') renew(task);
  for (const item of items) {
    // The attempts so far are forgiven, and their numbers are taken: that of one that was lost with its number of times.
    item.forgiven = item.attempt;
    item.losses = 0;
    // Under another key it is other work.
    if (key === 'new') item.kept = undefined;
  }
  task.openItems += items.length;
  replan(state, task, itemsLeft(state.plan, task) - before);
  enterAgain(state, task, items, at);
  unblockAgain(state, task, at);
}

/** Another activation, in the same round of its loop. */
function renew(task: Task): void {
  task.activation += 1;
  task.loopedFrom = (task.loopedFrom ?? 1) + 1;
}

/** Those that failed or that the end stopped; of a task that was cancelled by hand, those. None if it never had any. */
function itemsToRun(task: Task): readonly Item[] {
  const stopped = task.items.filter(({ status }) => isStopped(status));
  if (stopped.length > 0) return stopped;
  return task.items.filter(({ status }) => status.kind === 'cancelled');
}

function isStopped(status: Item['status']): boolean {
  return status.kind === 'failed' || (status.kind === 'cancelled' && status.isWithdrawn === true);
}
