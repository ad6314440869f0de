/** A command on its way to the law, and what the caller learns of it. */
import type { CantataError, ErrorCode, Json } from '@cantata/core';
import type { Command } from './entity.ts';

export interface Input {
  readonly entity: string;
  readonly command: Command;
  readonly causation: string;
  readonly actor: string;
  readonly traceparent?: string | null;
  /** The inbox row this came from: removed by the commit that deals with it. */
  readonly message?: string;
  /** Whether the outcome is kept under the message's id. */
  readonly replies?: boolean;
  /** Tells a caller in this process, after the commit. */
  readonly reply?: (outcome: Outcome) => void;
  /** Called once the commit with its consequences went through, whatever they are. */
  readonly settled?: () => void;
  /** The entity, or the execution this will start, was just given its id: nothing is stored of it. */
  readonly fresh?: boolean;
  /** Ask for everything the world owes the entity afterwards: it was just loaded. */
  readonly loaded?: boolean;
}

export type Outcome =
  | { readonly kind: 'accepted'; readonly sequence: number }
  | { readonly kind: 'rejected'; readonly code: ErrorCode; readonly message: string; readonly detail?: Json };

export function rejected(error: CantataError): Outcome {
  return { kind: 'rejected', code: error.code, message: error.message };
}
