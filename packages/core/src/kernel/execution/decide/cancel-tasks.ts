/** An operator cancels a task, one of its items, or the region behind it. */
import { successors } from '../../../graph/graph.ts';
import { nth } from '../../../nth.ts';
import { accept, type Decision, reject, type View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import type { CancelTasks } from '../operator.ts';
import { type ExecutionState, isSettled, type Task } from '../state.ts';
import { addressed, addressedOpen } from './addressed.ts';

export function cancelTasks(state: View<ExecutionState>, command: CancelTasks): Decision<ExecutionEvent> {
  const { extent, by, reason = `cancelled by ${by}`, task, item } = command;
  const found = (extent === 'region' ? addressed : addressedOpen)(state, command);
  if (found.kind === 'rejected') return found;
  const which = extent === 'region' ? openRegion(state, found.task) : [task];
  if (which.length === 0)
    return reject(
      'task_settled',
      `${task} and everything that only exists because of it are settled already`,
    );
  const only = item === undefined || extent === 'region' ? {} : { item };
  return accept([{ type: 'task.cancelling', tasks: which, ...only, by, reason }]);
}

/**
 * What is open of the task and of everything whose dependencies are all in the region: it would not exist without the
 * task. The last come first, so that none is seen to wait for one that is gone. O(region and its edges).
 */
function openRegion({ plan, tasks }: View<ExecutionState>, root: View<Task>): readonly string[] {
  const { graph, layers } = plan;
  const inside = [root.index];
  const arrived = new Map<number, number>();
  for (const task of inside) {
    for (const successor of successors(graph, task)) {
      const count = (arrived.get(successor) ?? 0) + 1;
      arrived.set(successor, count);
      if (count === graph.indegree[successor]) inside.push(successor);
    }
  }
  return inside
    .filter((task) => !isSettled(nth(tasks, task)))
    .sort((a, b) => (layers.layerOf[b] as number) - (layers.layerOf[a] as number))
    .map((task) => nth(plan.tasks, task).id);
}
