/** Once a join with `cancel_remaining` has fired: which of the work before it nobody needs any more. */
import { successors } from '../../../graph/graph.ts';
import { nth } from '../../../nth.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { type ExecutionState, isSettled, type Task } from '../state.ts';

/**
 * What has not settled of all before it, and leads to this task alone: from the join upwards, layer by layer, each task
 * whose successors are all among them. Those may have settled themselves, without what they did not wait for.
 * O(what stands before it in layers that are open, and its edges), once for such a task.
 */
export function remaining(state: View<ExecutionState>, join: View<Task>): readonly ExecutionEvent[] {
  const { plan } = state;
  const { id, definition } = nth(plan.tasks, join.index);
  if (definition.cancelRemaining !== true) return [];
  const before = openLayersBefore(state, join);
  before.sort((a, b) => (plan.layers.layerOf[b] as number) - (plan.layers.layerOf[a] as number));
  const needless = new Set([join.index]);
  for (const task of before)
    if (successors(plan.graph, task).every((successor) => needless.has(successor))) needless.add(task);
  needless.delete(join.index);
  const tasks = Array.from(needless)
    .filter((task) => !isSettled(nth(state.tasks, task)))
    .map((task) => nth(plan.tasks, task).id)
    .toSorted();
  if (tasks.length === 0) return [];
  return [{ type: 'task.cancelling', tasks, by: id, reason: `the join of ${id} has fired without it` }];
}

/** All that comes before it, but for the layers in which everything has settled. */
function openLayersBefore({ plan, layer }: View<ExecutionState>, join: View<Task>): number[] {
  const found = new Set<number>();
  const queue = [join.index];
  for (let task = queue.pop(); task !== undefined; task = queue.pop()) {
    for (const before of nth(plan.tasks, task).dependsOn) {
      if (found.has(before) || (plan.layers.layerOf[before] as number) < layer) continue;
      found.add(before);
      queue.push(before);
    }
  }
  return [...found];
}
