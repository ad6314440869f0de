/** An execution that had ended goes on: what failed or was stopped runs again, and what was skipped for it is asked anew. */
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import { consequencesOf } from '../again.ts';
import type { WorkflowReopened } from '../events.ts';
import { requestOf, taskDeadline } from '../lookup.ts';
import { owed } from '../owed.ts';
import { type ExecutionState, type Item, itemsLeft, type Task } from '../state.ts';
import { enterAgain } from './concurrency.ts';
import { recount } from './recount.ts';
import { reset, unsettle } from './region.ts';
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
  const { anew } = consequencesOf(
    state,
    again.map(({ index }) => index),
  );
  for (const index of anew) reset(state, nth(state.tasks, index), 'it is asked anew', at);
  for (const task of again) if (!anew.has(task.index)) runAgain(state, task, key, at);
  recount(state, at);
  // Of what waited when it ended, the timers ring again.
  for (const effect of owed(state)) if (effect.kind === 'arm') state.effects.push(effect);
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
