/** Items that wait for something from outside, and which of them a signal is for: found by its name, O(1) a move. */
import type { ExecutionState, Item } from './state.ts';

export function addWaiter({ waiting, waitingFor }: ExecutionState, item: Item): void {
  waiting.add(item);
  const signal = signalOf(item);
  if (signal === undefined) return;
  const others = waitingFor.get(signal);
  if (others === undefined) waitingFor.set(signal, new Set([item]));
  else others.add(item);
}

/** It still says what it waited for. */
export function dropWaiter({ waiting, waitingFor }: ExecutionState, item: Item): void {
  waiting.delete(item);
  const signal = signalOf(item);
  if (signal === undefined) return;
  const others = waitingFor.get(signal) as Set<Item>;
  others.delete(item);
  if (others.size === 0) waitingFor.delete(signal);
}

/** The signal an item waits for, if it does. */
export function signalOf({ status }: Item): string | undefined {
  return status.kind === 'waiting' && status.on.kind === 'signal' ? status.on.signal : undefined;
}
