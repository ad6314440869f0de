/** Enough items of a task are completed: the others are given up, and the task has its result. */
import type { Instant } from '../../../ports/clock.ts';
import type { ExecutionEvent } from '../events.ts';
import { type ExecutionState, isOver } from '../state.ts';
import { withdraw } from './items.ts';
import { abandonItem, settleIfOver, taskOf } from './tasks.ts';

/** O(items of the task), once. */
export function enough(
  state: ExecutionState,
  event: Extract<ExecutionEvent, { readonly type: 'task.enough' }>,
  at: Instant,
): void {
  const task = taskOf(state, event.task);
  const reason = `${event.completed} items are enough`;
  // From the last one: none that is held is served only to be given up.
  for (const item of task.items.toReversed()) {
    if (isOver(item.status)) continue;
    withdraw(state, item, reason, at);
    abandonItem(state, item);
  }
  settleIfOver(state, task, at);
}
