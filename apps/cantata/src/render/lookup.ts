/** Finds what events and indices name. */
import type { ExecutionState, Item, View } from '@cantata/core';

/** The item of a parallel task, or the only one of a plain task; undefined before its task is open. */
export function itemOf(state: View<ExecutionState>, task: string, item = 0): View<Item> | undefined {
  const index = state.plan.taskIndex.get(task);
  return index === undefined ? undefined : state.tasks[index]?.items[item];
}
