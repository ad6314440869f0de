/** What came from outside: it is kept until somebody consumes it, and its id is remembered. */
import type { SignalConsumed, SignalReceived } from '../events.ts';
import { type ExecutionState, MAX_REMEMBERED } from '../state.ts';

export function received(state: ExecutionState, { signal, id, data }: SignalReceived): void {
  remember(state, id);
  state.mail.signals.push({ id, signal, data });
}

/** O(signals that are kept). */
export function consumed({ mail: { signals } }: ExecutionState, event: SignalConsumed): void {
  signals.splice(
    signals.findIndex(({ id }) => id === event.id),
    1,
  );
}

export function remember({ mail: { ids } }: ExecutionState, id: string): void {
  ids.add(id);
  if (ids.size > MAX_REMEMBERED) ids.delete(ids.keys().next().value as string);
}
