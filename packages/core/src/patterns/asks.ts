/** What an agent may ask of the pattern it works in, beside its answer. Each pattern says which of these it knows. */
import type { Json } from '../json.ts';

export type Ask =
  | Delegate
  | HandOff
  | Send
  | Offer
  | ClaimWork
  | Bid
  | Vote
  | Write
  | AskPerson
  | Listen
  | Escalate
  | Finish;
export type AskKind = Ask['kind'];

/** Somebody else is to do a part, and its result comes back. */
export interface Delegate {
  readonly kind: 'delegate';
  /** A group or one seat of it. */
  readonly to: string;
  readonly input: Json;
  readonly reason?: string;
  readonly context?: ContextPolicy;
}

/** Somebody else goes on in its place. */
export interface HandOff {
  readonly kind: 'hand_off';
  readonly to: string;
  /** Without it, what it worked on itself. */
  readonly input?: Json;
  readonly reason?: string;
  readonly context?: ContextPolicy;
}

/** A message, to one of the team or to all who hear a topic. */
export interface Send {
  readonly kind: 'send';
  readonly to?: string;
  readonly topic?: string;
  readonly data: Json;
}

/** Work for whoever is able and willing. */
export interface Offer {
  readonly kind: 'offer';
  /** Unique in the run of the pattern. */
  readonly work: string;
  readonly input: Json;
  readonly requires?: readonly string[];
}

export interface ClaimWork {
  readonly kind: 'claim';
  readonly work: string;
}

/** What it would do offered work for: the lowest cost gets it. */
export interface Bid {
  readonly kind: 'bid';
  readonly work: string;
  readonly cost: number;
  readonly note?: string;
}

export interface Vote {
  readonly kind: 'vote';
  readonly choice: string;
  readonly reason?: string;
}

/** To the board that all of the team see. With `ifVersion`, only if nobody has written there since. */
export interface Write {
  readonly kind: 'write';
  readonly key: string;
  readonly value: Json;
  readonly ifVersion?: number;
}

export interface AskPerson {
  readonly kind: 'ask_person';
  readonly prompt: string;
  /** Whom to ask, for people. */
  readonly of?: string;
  readonly timeoutMs?: number;
  /** The answer, if nobody gives one in time; without it, the asking fails. */
  readonly otherwise?: Json;
}

/** It goes on with the next message from outside: a signal of this name, `message` unless given. */
export interface Listen {
  readonly kind: 'listen';
  readonly signal?: string;
  readonly timeoutMs?: number;
  /** What it goes on with if none comes in time; without it, that is the end. */
  readonly otherwise?: Json;
}

/** What a message from outside is called, unless an agent says otherwise. */
export const MESSAGE = 'message';

/** It cannot or may not decide: whoever it reports to shall. */
export interface Escalate {
  readonly kind: 'escalate';
  readonly reason: string;
  readonly input?: Json;
}

/** The result is final; without an output, it is the answer beside which this stands. */
export interface Finish {
  readonly kind: 'finish';
  readonly output?: Json;
}

/**
 * What of the turns so far the next agent is shown: all, the last one, those it took itself, what the summariser of the
 * team makes of them, or none.
 */
export const CONTEXT_POLICIES = ['full', 'last', 'filter', 'summary', 'none'] as const;
export type ContextPolicy = (typeof CONTEXT_POLICIES)[number];
