/** A command on its way to the law, and what the caller learns of it. */
import type { CantataError, ErrorCode, Instant, Json, Values } from '@cantata/core';
import type { Command, Entity } from './entity.ts';
import type { WriteOff } from './write-off.ts';

export interface Input {
  readonly entity: string;
  readonly command: Command;
  readonly causation: string;
  readonly actor: string;
  /** Of who says it; `default` unless given. */
  readonly tenant?: string;
  readonly traceparent?: string | null;
  /** The inbox row this came from: removed by the commit that deals with it. */
  readonly message?: string;
  /** Whether the outcome is kept under the message's id. */
  readonly replies?: boolean;
  /** Tells a caller in this process, after the commit. */
  readonly reply?: (outcome: Outcome) => void;
  /** Tells who sent it, within the decision that did, that it was refused. */
  readonly refused?: (outcome: Outcome) => void;
  /**
   * Called once the commit with its consequences went through, whatever they are: an agent's answer is safe. Without a
   * decision where nobody will ever decide it.
   */
  readonly settled?: (decided?: Decided) => void;
  /** Ask for everything the world owes the entity afterwards: it was just loaded. */
  readonly loaded?: boolean;
  /** Somebody asks for it on purpose: a parked entity is tried again. */
  readonly revives?: boolean;
  /** A row that the same commit writes: the end of an execution that cannot be decided for. */
  readonly writesOff?: WriteOff;
  /** It goes into a commit of its own: one of its neighbours was refused for its data. */
  readonly alone?: boolean;
  /** Fetched for its decision. */
  readonly values?: Values;
  /** How many commits with it were refused so far. */
  readonly attempts?: number;
}

/** For whom an input was decided, and by which time: the clock may show another one by the end of the commit. */
export interface Decided {
  readonly entity: Entity;
  readonly at: Instant;
}

export type Outcome =
  | { readonly kind: 'accepted'; readonly sequence: number }
  | { readonly kind: 'rejected'; readonly code: ErrorCode; readonly message: string; readonly detail?: Json };

export interface Reply {
  readonly input: Input;
  readonly outcome: Outcome;
}

export function rejected(error: CantataError): Outcome {
  return { kind: 'rejected', code: error.code, message: error.message };
}

/** Tells a caller in this process. An inbox row without a commit stays where it is. */
export function tell(input: Input, error: CantataError): void {
  input.reply?.(rejected(error));
}
