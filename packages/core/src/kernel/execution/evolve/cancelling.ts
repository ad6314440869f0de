/** Tasks, or one item of a task, are to be cancelled. */
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { TasksCancelling } from '../events.ts';
import { type ExecutionState, isSettled } from '../state.ts';
import { stop } from './items.ts';
import { endAs, taskOf } from './tasks.ts';

/** O(items of the tasks). */
export function cancelling(state: ExecutionState, event: TasksCancelling, at: Instant): void {
  const { tasks, item, reason } = event;
  for (const id of tasks) {
    const task = taskOf(state, id);
    if (isSettled(task)) continue;
    if (item !== undefined) stop(state, nth(task.items, item), reason, at);
    // From the last one: none that is held is served only to be stopped.
    else if (task.status === 'open') for (const one of task.items.toReversed()) stop(state, one, reason, at);
    else endAs(state, task, 'cancelled', at);
  }
}
