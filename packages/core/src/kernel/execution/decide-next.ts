/** What follows from the state as it is: the next small step on the way of an execution, or nothing. */

import { accept, type Decision, type Message, NO_EVENTS, type View } from '../law.ts';
import { admissionOf } from '../resource/admission.ts';
import type { ExecutionEvent } from './events.ts';
import { itemInput } from './input.ts';
import { pick } from './seating.ts';
import type { Ending, ExecutionState } from './state.ts';

export function advance(state: View<ExecutionState>): Decision<ExecutionEvent> {
  const { status, plan } = state;
  switch (status.kind) {
    case 'planning':
      return accept([{ type: 'workflow.planned', tasks: plan.tasks.length, estimatedMs: plan.estimatedMs }]);
    case 'allocating':
      return accept([
        { type: 'workflow.agents_allocated', seats: plan.seats.length },
        { type: 'workflow.execution_started' },
      ]);
    case 'running':
      return status.ending === undefined ? run(state) : end(state, status.ending);
    default:
      return NO_EVENTS;
  }
}

function run(state: View<ExecutionState>): Decision<ExecutionEvent> {
  const expanding = state.expandable.head;
  if (expanding !== undefined) {
    const task = state.plan.tasks[expanding.index] as View<ExecutionState>['plan']['tasks'][number];
    const value = itemInput(state, expanding.index, undefined);
    const items = Array.isArray(value) ? value.length : (state.plan.pools[task.pool]?.seatCount ?? 0);
    return accept([{ type: 'task.expanded', task: task.id, items }]);
  }
  const next = pick(state);
  if (next !== undefined) return accept([assignment(state, next.item, next.seat)]);
  if (state.openTasks === 0) return accept([{ type: 'workflow.completed' }], released(state));
  return NO_EVENTS;
}

function assignment(
  state: View<ExecutionState>,
  item: View<ExecutionState>['tasks'][number]['items'][number],
  seat: number,
): ExecutionEvent {
  const task = state.plan.tasks[item.task]?.id as string;
  const attempt = item.attempt + 1;
  const given = { attempt, assignment: item.assignment + 1, seat: state.plan.seats[seat]?.id as string };
  return item.index === undefined
    ? { type: 'agent.task_assigned', task, ...given }
    : { type: 'agent.task_assigned', task, item: item.index, ...given };
}

/** The end comes when the last agent in flight has answered, or its deadline passed. */
function end(state: View<ExecutionState>, ending: View<Ending>): Decision<ExecutionEvent> {
  if (state.inFlight.size > 0) return NO_EVENTS;
  if (ending.kind === 'cancelled') {
    return accept([{ type: 'workflow.cancelled', reason: ending.reason }], released(state));
  }
  const { kind: _, deadline: __, ...cause } = ending;
  return accept([{ type: 'workflow.failed', ...cause }], released(state));
}

/** Every end gives back what the execution held. */
function released(state: View<ExecutionState>): readonly Message[] {
  const workflow = state.request?.workflow.id;
  if (workflow === undefined) return [];
  return [
    {
      to: admissionOf(workflow),
      command: { type: 'admission.release', execution: state.executionId } as const,
    },
  ];
}
