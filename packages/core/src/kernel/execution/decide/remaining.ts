/** Once a join with `cancel_remaining` has fired: which of the work before it nobody needs any more. */
import { successors } from '../../../graph/graph.ts';
import { nth } from '../../../nth.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { type ExecutionState, isSettled, type Task } from '../state.ts';

/**
 * What has not settled of all before it, and leads to this task alone: from the join upwards, layer by layer, each task
 * whose successors are all among them. O(what is open before it, and its edges), once for such a task.
 */
export function remaining(state: View<ExecutionState>, join: View<Task>): readonly ExecutionEvent[] {
  const { plan } = state;
  const { id, definition } = nth(plan.tasks, join.index);
  if (definition.cancelRemaining !== true) return [];
  const before = unsettledBefore(state, join);
  before.sort((a, b) => (plan.layers.layerOf[b] as number) - (plan.layers.layerOf[a] as number));
  const needless = new Set([join.index]);
  for (const task of before)
    if (successors(plan.graph, task).every((successor) => needless.has(successor))) needless.add(task);
  needless.delete(join.index);
  if (needless.size === 0) return [];
  const tasks = Array.from(needless, (task) => nth(plan.tasks, task).id).toSorted();
  return [{ type: 'task.cancelling', tasks, by: id, reason: `the join of ${id} has fired without it` }];
}

function unsettledBefore({ plan, tasks }: View<ExecutionState>, join: View<Task>): number[] {
  const found = new Set<number>();
  const queue = [join.index];
  for (let task = queue.pop(); task !== undefined; task = queue.pop()) {
    for (const before of nth(plan.tasks, task).dependsOn) {
      if (found.has(before) || isSettled(nth(tasks, before))) continue;
      found.add(before);
      queue.push(before);
    }
  }
  return [...found];
}
