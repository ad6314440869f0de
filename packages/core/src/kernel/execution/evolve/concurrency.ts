/** How many items of a task are served at a time (X5): those that come too early are held until others have ended. */
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import { heldOf } from '../lookup.ts';
import { makeReady } from '../seating.ts';
import type { ExecutionState, Item, Task } from '../state.ts';

/** New items of an open task, which stand at the end of `task.items` and are counted as open. O(items). */
export function enter(state: ExecutionState, task: Task, items: readonly Item[], at: Instant): void {
  if (nth(state.plan.tasks, task.index).definition.maxConcurrency === undefined) {
    for (const item of items) makeReady(state, item, at);
    return;
  }
  task.nextHeld = heldOf(task) > 0 ? task.nextHeld : task.items.length - items.length;
  task.held = heldOf(task) + items.length;
  for (const item of items) item.status = { kind: 'held', since: at };
  serveNext(state, task, at);
}

/** Items anywhere among those of the task, which were over and are counted as open again. O(items). */
export function enterAgain(state: ExecutionState, task: Task, items: readonly Item[], at: Instant): void {
  if (nth(state.plan.tasks, task.index).definition.maxConcurrency === undefined) {
    for (const item of items) makeReady(state, item, at);
    return;
  }
  for (const item of items) item.status = { kind: 'held', since: at };
  task.held = heldOf(task) + items.length;
  task.nextHeld = 0;
  serveNext(state, task, at);
}

/** An item has ended: the next one is served. O(1), but for items that were cancelled while they were held. */
export function serveNext(state: ExecutionState, task: Task, at: Instant): void {
  const { maxConcurrency = 0 } = nth(state.plan.tasks, task.index).definition;
  for (let held = heldOf(task); held > 0 && task.openItems - held < maxConcurrency; held--) {
    const item = nextHeld(task);
    task.held = held - 1;
    makeReady(state, item, at);
  }
}

/** An item that is held is not waited for any more. */
export function unhold(state: ExecutionState, item: Item): void {
  const task = nth(state.tasks, item.task);
  task.held = heldOf(task) - 1;
}

/** There is one: it is counted. */
function nextHeld(task: Task): Item {
  let index = task.nextHeld as number;
  while (nth(task.items, index).status.kind !== 'held') index += 1;
  task.nextHeld = index + 1;
  return nth(task.items, index);
}
