/** What is spent, and what follows when it is all. */
import { nth } from '../../../nth.ts';
import type { Usage } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { BudgetExceeded, BudgetWarned } from '../events.ts';
import { CANCEL_GRACE_MS, type ExecutionState, type Item, isOver, type Task } from '../state.ts';
import { withdraw } from './items.ts';
import { stopAgents } from './lifecycle.ts';
import { abandonItem, settleIfOver, taskOf } from './tasks.ts';

/** Of a task without a budget nothing is counted. O(1). */
export function spend(
  state: ExecutionState,
  { task: index }: Item,
  what: Usage & { readonly turns?: 1 },
): void {
  if (nth(state.plan.tasks, index).definition.budget === undefined) return;
  const spent = spentOf(nth(state.tasks, index));
  spent.turns += what.turns ?? 0;
  spent.tokens += what.tokens ?? 0;
  spent.cost += what.cost ?? 0;
}

function spentOf(task: Task): NonNullable<Task['spent']> {
  task.spent ??= { turns: 0, tokens: 0, cost: 0 };
  return task.spent;
}

export function warned(state: ExecutionState, { task }: BudgetWarned): void {
  if (task === undefined) state.isBudgetWarned = true;
  else spentOf(taskOf(state, task)).isWarned = true;
}

/** O(items of the task), or O(tasks). */
export function exceeded(state: ExecutionState, event: BudgetExceeded, at: Instant): void {
  const { limit, of, fails } = event;
  const reason = `budget: ${limit} ${of}`;
  if (event.task === undefined) {
    state.stopReason = reason;
    if (fails !== true) endWithResult(state, reason, at);
    return;
  }
  const task = taskOf(state, event.task);
  task.stopReason = reason;
  if (fails === true) return;
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
