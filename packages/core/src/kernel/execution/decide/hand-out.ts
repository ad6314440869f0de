/** What is handed out and what is given back: work to a seat, and at the end what the execution held. */
import type { Message, View } from '../../law.ts';
import { admissionOf } from '../../resource/ids.ts';
import type { ChildOutcome } from '../commands.ts';
import type { ExecutionEvent } from '../events.ts';
import { placeOf, requestOf, seatId } from '../lookup.ts';
import type { EndCause, ExecutionState, Item } from '../state.ts';

export function assignment(state: View<ExecutionState>, item: View<Item>, seat: number): ExecutionEvent {
  return {
    type: 'agent.task_assigned',
    ...placeOf(state, item),
    attempt: item.attempt + 1,
    assignment: item.assignment + 1,
    seat: seatId(state, seat),
  };
}

/** Every end gives back what the execution held, and is told to the item that waits for it as its child. */
export function leave(state: View<ExecutionState>, outcome: () => ChildOutcome): readonly Message[] {
  const { workflow, parent } = requestOf(state);
  const { executionId: execution } = state;
  const released: Message = {
    to: admissionOf(workflow.id),
    command: { type: 'admission.release', execution },
  };
  if (parent === undefined) return [released];
  const { execution: to, depth: _, lineage: __, ...at } = parent;
  return [released, { to, command: { type: 'child.ended', ...at, execution, outcome: outcome() } }];
}

/** What made it end, as its parent is told. */
export function outcomeOf(cause: View<EndCause>): ChildOutcome {
  return cause.kind === 'cancelled'
    ? { status: 'cancelled', reason: cause.reason }
    : { status: 'failed', error: cause.error };
}
