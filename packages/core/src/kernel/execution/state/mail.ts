/** What came from outside and is kept, and within which bounds. */
import type { Json } from '../../../json.ts';

export interface Mail {
  /** Signals that nobody has consumed, in the order in which they came. At most {@link MAX_SIGNALS}. */
  readonly signals: KeptSignal[];
  /** Events that a task may still need, in the order in which they came. At most {@link MAX_EVENTS}. */
  events: KeptEvent[];
  /** Ids of the last signals, events and answers, the oldest first. At most {@link MAX_REMEMBERED}. */
  readonly ids: Set<string>;
}

export interface KeptSignal {
  readonly id: string;
  readonly signal: string;
  readonly data: Json;
}

export interface KeptEvent {
  readonly id: string;
  readonly topic: string;
  readonly data: Json;
  /** Sequence of its publication. */
  readonly sequence: number;
}

/** Events that are kept for the tasks that may need them. */
export const MAX_EVENTS = 1_000;

/** Signals that are kept for who will wait for them. */
export const MAX_SIGNALS = 1_000;

/** Ids by which what comes twice is known. */
export const MAX_REMEMBERED = 1_000;
