/** What follows when nearly all of a budget is spent, and when it is all. */
import type { Instant } from '../../../ports/clock.ts';
import type { BudgetExceeded, BudgetWarned } from '../events.ts';
import { CANCEL_GRACE_MS, type ExecutionState, isOver } from '../state.ts';
import { withdraw } from './items.ts';
import { stopAgents } from './lifecycle.ts';
import { spentOf } from './spending.ts';
import { abandonItem, settleIfOver, taskOf } from './tasks.ts';

export function warned(state: ExecutionState, { task }: BudgetWarned): void {
  if (task === undefined) state.isBudgetWarned = true;
  else spentOf(taskOf(state, task)).isWarned = true;
}

/** O(items of the task), or O(tasks). */
export function exceeded(state: ExecutionState, event: BudgetExceeded, at: Instant): void {
  const { limit, of, fails, ofTeam } = event;
  const reason = `budget: ${limit} ${of}`;
  if (event.task === undefined) {
    state.stopReason = reason;
    if (fails !== true) endWithResult(state, reason, at);
    return;
  }
  const task = taskOf(state, event.task);
  task.stopReason = reason;
  if (fails === true || ofTeam === true) return;
  for (const item of task.items.toReversed()) {
    // What is at work was paid for, but for its time.
    const mayEnd = limit !== 'wall_time_ms' && item.status.kind === 'assigned';
    if (isOver(item.status) || mayEnd) continue;
    withdraw(state, item, reason, at);
    abandonItem(state, item);
  }
  settleIfOver(state, task, at);
}

function endWithResult(state: ExecutionState, reason: string, at: Instant): void {
  const deadline = at + CANCEL_GRACE_MS;
  state.status = { kind: 'running', ending: { kind: 'completed', reason, deadline } };
  stopAgents(state, reason, deadline);
}
