/**
 * Nothing is at work, nothing is waited for, and tasks are open: nobody would ever hear of it again. It cannot come to this
 * (X4), so it is a bug; should it, the execution says so and fails instead of hanging.
 */
import { nth } from '../../../nth.ts';
import { listing } from '../../../text.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { type ExecutionState, isSettled } from '../state.ts';

/** O(tasks), once. */
export function deadlocked(state: View<ExecutionState>): readonly ExecutionEvent[] {
  const open = state.tasks.filter((task) => !isSettled(task));
  const tasks = open.map(({ index, status }) => `${nth(state.plan.tasks, index).id} (${status})`);
  const explanation = `nothing is at work or waited for, and these tasks are open: ${listing(tasks)}`;
  return [
    {
      type: 'deadlock.detected',
      explanation,
      tasks: open.map(({ index }) => nth(state.plan.tasks, index).id),
    },
    { type: 'workflow.failing', error: { code: 'deadlocked', message: explanation, retry: 'never' } },
  ];
}
