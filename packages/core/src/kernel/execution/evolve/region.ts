/**
 * A task begins again, and with it all that comes after it, as if none of that had ever been. What was at work is told
 * to stop, and its answers do not count any more: they are for an earlier activation.
 */
import { successors } from '../../../graph/graph.ts';
import { nth } from '../../../nth.ts';
import type { Instant } from '../../../ports/clock.ts';
import { isMet } from '../again.ts';
import type { TaskReentered } from '../events.ts';
import {
  type ExecutionState,
  isSettled,
  isTimed,
  isUndecided,
  itemsLeft,
  type Task,
  type TaskEnd,
} from '../state.ts';
import { unclaim } from './claims.ts';
import { abandon } from './items.ts';
import { arrive, countEnd, decided, disarmTask, open, replan, taskOf } from './tasks.ts';

/** O(tasks and edges of the region). */
export function reentered(state: ExecutionState, event: TaskReentered, at: Instant): void {
  const from = taskOf(state, event.from);
  const task = taskOf(state, event.task);
  const region = after(state, task);
  const hasBegun = task.openedAt !== undefined && task.overridden === undefined;
  for (const one of region) reset(state, one, 'it begins again', at);
  from.gotos = (from.gotos ?? 0) + 1;
  state.jumps += 1;
  for (const one of region) rejoin(state, one, at);
  if (!hasBegun || task.status !== 'joining') return;
  // Its condition held when it was asked, and what it waited for stands as it stood.
  decided(state, task);
  open(state, task, at);
}

/** The task and all that depends on it, through any number of others. */
function after({ plan, tasks }: ExecutionState, first: Task): readonly Task[] {
  const found = new Set([first.index]);
  for (const task of found) for (const successor of successors(plan.graph, task)) found.add(successor);
  return Array.from(found, (task) => nth(tasks, task));
}

export function reset(state: ExecutionState, task: Task, reason: string, at: Instant): void {
  if (isTimed(task)) disarmTask(state, task);
  if (isUndecided(task) || task.status === 'listening') decided(state, task);
  for (const item of task.items) {
    abandon(state, item, reason, at);
    unclaim(state, item);
  }
  const before = itemsLeft(state.plan, task);
  unsettle(state, task);
  if (task.openedAt !== undefined) {
    task.activation += 1;
    task.loopedFrom = task.activation;
  }
  task.status = 'pending';
  task.items = [];
  task.openItems = 0;
  task.met = undefined;
  task.done = undefined;
  task.skippedBy = undefined;
  task.overridden = undefined;
  task.isKept = undefined;
  task.team = undefined;
  task.spent = undefined;
  task.stopReason = undefined;
  task.isHandled = undefined;
  task.event = undefined;
  task.input = undefined;
  task.added = undefined;
  task.error = undefined;
  task.openedAt = undefined;
  task.endedAt = undefined;
  replan(state, task, itemsLeft(state.plan, task) - before);
}

/** It counts among the open ones again. */
export function unsettle(state: ExecutionState, task: Task): void {
  if (!isSettled(task)) {
    if (task.status === 'failed') state.counters.failedTasks -= 1;
    return;
  }
  countEnd(state, task.status as TaskEnd, -1);
  state.openTasks += 1;
  const layer = state.plan.layers.layerOf[task.index] as number;
  state.openInLayer[layer] = (state.openInLayer[layer] as number) + 1;
  state.layer = Math.min(state.layer, layer);
}

/** Waits for its dependencies anew. Those outside of the region may have ended, and their word stands. */
function rejoin(state: ExecutionState, task: Task, at: Instant): void {
  const { dependsOn } = nth(state.plan.tasks, task.index);
  task.waiting = dependsOn.length;
  if (task.waiting === 0) return open(state, task, at);
  for (const index of dependsOn) {
    const dependency = nth(state.tasks, index);
    if (!isSettled(dependency)) continue;
    task.waiting -= 1;
    arrive(state, task, dependency, isMet(state, dependency, task), at);
  }
}
