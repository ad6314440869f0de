/** What running tasks again means for those that depend on them. */
import { successors } from '../../graph/graph.ts';
import { nth } from '../../nth.ts';
import { ENDS } from '../../plan/plan.ts';
import type { View } from '../law.ts';
import { type ExecutionState, isSettled, type Task, type TaskEnd } from './state.ts';

/** Indices of tasks. */
export interface Consequences {
  /** They wait for their dependencies once more: they were skipped, opened by what was not the last word, or stopped by the end. */
  readonly anew: ReadonlySet<number>;
  /** They have acted on how one of those ended that would run again, and have ended themselves. */
  readonly acted: readonly number[];
}

/**
 * Of the tasks `again`, and of what depends on them through any number of others that are asked anew. Those that their other
 * dependencies open as well stay as they are. O(edges behind them, and their dependencies).
 */
export function consequencesOf(state: View<ExecutionState>, again: readonly number[]): Consequences {
  const named = new Set(again);
  const changed = new Set(again);
  const anew = new Set<number>();
  const acted = new Set<number>();
  for (const task of changed) {
    for (const successor of successors(state.plan.graph, task)) {
      const one = nth(state.tasks, successor);
      const isNamed = named.has(successor);
      if (one.overridden !== undefined || one.isKept === true) continue;
      // Whoever was cancelled stays so, unless it is to run again.
      if (one.status === 'cancelled' && !isNamed) continue;
      if (!isTooSoon(state, one, changed)) continue;
      if (isSettled(one) && one.status !== 'skipped' && !isNamed) acted.add(successor);
      else {
        anew.add(successor);
        changed.add(successor);
      }
    }
  }
  return { anew, acted: [...acted] };
}

/** It has come, or will not, and what has ended without those that run again would not have it come. O(its dependencies). */
function isTooSoon(state: View<ExecutionState>, task: View<Task>, again: ReadonlySet<number>): boolean {
  if (task.status === 'skipped') return true;
  const { dependsOn, join } = nth(state.plan.tasks, task.index);
  if (join?.kind === 'when' || task.status === 'pending') return false;
  const met = dependsOn
    .filter((index) => !again.has(index))
    .map((index) => nth(state.tasks, index))
    .filter((dependency) => isSettled(dependency) && isMet(state, dependency, task));
  const wanted = join === undefined ? dependsOn.length : join.kind === 'any' ? 1 : join.count;
  return met.length < wanted;
}

/** O(edges out of the dependency). */
export function isMet({ plan }: View<ExecutionState>, dependency: View<Task>, task: View<Task>): boolean {
  const edge = plan.graph.targets.indexOf(task.index, plan.graph.offsets[dependency.index]);
  const metBy = plan.metBy?.[edge] ?? ENDS.completed;
  return (metBy & ENDS[dependency.status as TaskEnd]) !== 0;
}
