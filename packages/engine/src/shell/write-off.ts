/**
 * The end of an execution that nobody can decide for: its log cannot be folded, or its law throws at the cancel itself.
 * Its place in the admission is given back and its row says what happened, in one commit; its log stays as it is, and
 * it never comes back to life. Only a cancel asks for that. Why it is so: docs/adr/0005-write-off.md.
 */
import {
  admissionOf,
  CantataError,
  type Clock,
  type Codec,
  type ExecutionIndex,
  type ExecutionRow,
  hasEnded,
  type Instant,
  type Message,
  type Requested,
  type Store,
} from '@cantata/core';
import { errorFrom } from '../errors.ts';
import type { Command } from './entity.ts';
import type { Input } from './input.ts';

/** It has ended by its row alone: its log ends before. No other row is both parked and over. */
export function isWrittenOff(row: Pick<ExecutionRow, 'status' | 'parked'>): boolean {
  return row.parked && hasEnded(row);
}

/** What is said to whoever asks something of an execution that has ended by its row. */
export function overError({ executionId, status, reason }: ExecutionRow): CantataError {
  return new CantataError('already_ended', `execution ${executionId} is ${status}${reason && `: ${reason}`}`);
}

export interface WriteOff {
  /** As it is to be. */
  readonly row: ExecutionRow;
  /** What asked for it. */
  readonly cancel: Input;
}

export type Cancel = Extract<Command, { readonly type: 'cancel' }>;

export function isCancel(input: Input): input is Input & { readonly command: Cancel } {
  return input.command.type === 'cancel';
}

export interface WriteOffsParts {
  readonly executions: ExecutionIndex;
  readonly store: Pick<Store, 'log'>;
  readonly codec: Codec;
  readonly clock: Clock;
  readonly submit: (input: Input) => void;
  /** There is nothing to be written off. */
  readonly refuse: (input: Input, error: CantataError) => void;
  /** It cannot be done now: the execution stays parked. */
  readonly keep: (input: Input, error: CantataError) => void;
}

export class WriteOffs {
  readonly #parts: WriteOffsParts;

  constructor(parts: WriteOffsParts) {
    this.#parts = parts;
  }

  /** Asks the admission for it, so that the place is free when the cancel is answered. Never rejects. */
  async ask(cancel: Input & { readonly command: Cancel }, cause: CantataError): Promise<void> {
    const { executions, clock, submit, refuse, keep } = this.#parts;
    const execution = cancel.entity;
    try {
      const known = await executions.get(execution);
      if (known === undefined) return keep(cancel, cause);
      if (hasEnded(known)) return refuse(cancel, overError(known));
      const row = writtenOff(known, cancel.command, cause, clock.now());
      const tells = await this.#toParent(row);
      submit({
        ...cancel,
        entity: admissionOf(known.workflowId),
        command: { type: 'admission.release', execution, ...(tells === undefined ? {} : { tells }) },
        writesOff: { row, cancel },
      });
    } catch (failure) {
      keep(cancel, errorFrom(failure, 'store_unavailable'));
    }
  }

  /** To the item that waits for it as its child, as far as its log tells of one. */
  async #toParent({ executionId, reason }: ExecutionRow): Promise<Message | undefined> {
    const { store, codec } = this.#parts;
    const [first] = await store.log.readEntity(executionId, 0, 1);
    if (first === undefined) return undefined;
    const { parent } = codec.decode(first.data) as unknown as Requested;
    if (parent === undefined) return undefined;
    const { execution: to, depth: _, lineage: __, ...at } = parent;
    const outcome = { status: 'cancelled', reason: reason ?? '' } as const;
    return { to, command: { type: 'child.ended', ...at, execution: executionId, outcome } };
  }
}

function writtenOff(
  known: ExecutionRow,
  { by, reason }: Cancel,
  cause: CantataError,
  now: Instant,
): ExecutionRow {
  const asked = reason === undefined ? '' : ` (${reason})`;
  return {
    ...known,
    status: 'cancelled',
    completedAt: now,
    reason: `cancelled by ${by}${asked} while parked (${cause.code}: ${cause.message}); nothing of it was undone`,
    parked: true,
    asleep: false,
  };
}
