/** Who waits for whom, counted anew from how the tasks ended: as if all of them ended now, in document order. */
import type { Instant } from '../../../ports/clock.ts';
import { type ExecutionState, isSettled, isUndecided, type Task, type TaskEnd } from '../state.ts';
import { announce, decided, open } from './tasks.ts';

/** Joins of what has not begun fire, are asked or fail again. O(tasks and edges). */
export function recount(state: ExecutionState, at: Instant): void {
  const ended = state.tasks.filter(isSettled);
  for (const task of state.tasks) forget(state, task);
  for (const task of ended) announce(state, task, task.status as TaskEnd, at);
  for (const task of state.tasks)
    if (task.status === 'pending' && state.plan.graph.indegree[task.index] === 0) open(state, task, at);
}

function forget(state: ExecutionState, task: Task): void {
  task.waiting = state.plan.graph.indegree[task.index] as number;
  task.met = undefined;
  if (task.status === 'looping') return;
  if (isUndecided(task)) decided(state, task);
  else if (task.status !== 'pending') return;
  task.status = 'pending';
  task.skippedBy = undefined;
}
