/** What is handed out and what is given back: work to a seat, and at the end what the execution held. */
import type { Message, View } from '../../law.ts';
import { admissionOf } from '../../resource/ids.ts';
import type { ExecutionEvent } from '../events.ts';
import { placeOf, requestOf, seatId } from '../lookup.ts';
import type { ExecutionState, Item } from '../state.ts';

export function assignment(state: View<ExecutionState>, item: View<Item>, seat: number): ExecutionEvent {
  return {
    type: 'agent.task_assigned',
    ...placeOf(state, item),
    attempt: item.attempt + 1,
    assignment: item.assignment + 1,
    seat: seatId(state, seat),
  };
}

/** Every end gives back what the execution held. */
export function released(state: View<ExecutionState>): readonly Message[] {
  const to = admissionOf(requestOf(state).workflow.id);
  return [{ to, command: { type: 'admission.release', execution: state.executionId } }];
}
