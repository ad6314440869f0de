/** An execution begins: from its start, or where another one had come to. */
import { accept, type Decision, reject, type View } from '../../law.ts';
import type { StartCommand } from '../commands.ts';
import type { ExecutionEvent } from '../events.ts';
import type { Fork } from '../fork.ts';
import type { ExecutionState } from '../state.ts';

export function start(state: View<ExecutionState>, command: StartCommand): Decision<ExecutionEvent> {
  if (state.status.kind !== 'new')
    return reject('already_started', `execution ${state.executionId} exists already`);
  const { type: _, fork, ...request } = command;
  const requested = { type: 'workflow.requested', ...request } as const;
  return fork === undefined ? accept([requested]) : accept(forked(state, requested, fork));
}

/** At once, so that nothing begins that is taken over. */
function forked(
  { plan }: View<ExecutionState>,
  requested: Extract<ExecutionEvent, { readonly type: 'workflow.requested' }>,
  { origin, completed, taskInput }: Fork,
): readonly ExecutionEvent[] {
  const reason = `taken over from ${origin.execution}`;
  return [
    { ...requested, origin, ...(taskInput === undefined ? {} : { taskInput }) },
    { type: 'workflow.planned', tasks: plan.tasks.length, estimatedMs: plan.plannedMs },
    { type: 'workflow.agents_allocated', seats: plan.seats.length },
    { type: 'workflow.execution_started', estimatedMs: plan.plannedMs },
    ...completed.map(
      ({ task, output }): ExecutionEvent => ({
        type: 'task.overridden',
        task,
        as: 'completed',
        output,
        by: 'fork',
        reason,
      }),
    ),
  ];
}
