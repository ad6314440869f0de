/** Callers that wait for an execution to end or to be parked. Every one of them is answered at last. */
import {
  CantataError,
  type Clock,
  type ExecutionIndex,
  type ExecutionRow,
  hasEnded,
  type Instant,
} from '@cantata/core';
import { errorFrom, isPassing } from '../errors.ts';
import { type Entity, summaryOf } from './entity.ts';

/** An execution that another process runs is looked at this often. */
const POLL_MS = 250;
/** So long after a start was granted its first event may take to come, where another process deals with it. */
const UNKNOWN_FOR_MS = 30_000;

export interface WaitersParts {
  readonly executions: ExecutionIndex;
  readonly clock: Clock;
  /** Whether this engine drives an execution: then its end comes here by itself, and nothing is read. */
  readonly isDriven: (executionId: string) => boolean;
  /** Somebody waits for an open execution that is not in hand here. */
  readonly carryOn: (executionId: string) => void;
  /** Why an execution stands still here, where the store could not take the mark. */
  readonly stuck: (executionId: string) => CantataError | undefined;
}

interface Waiter {
  readonly since: Instant;
  readonly resolve: (row: ExecutionRow) => void;
  readonly reject: (error: CantataError) => void;
}

export class Waiters {
  readonly #parts: WaitersParts;
  readonly #waiting = new Map<string, Waiter[]>();
  #cancelPoll: (() => void) | undefined;
  #closed = false;

  constructor(parts: WaitersParts) {
    this.#parts = parts;
  }

  /** Executions that somebody waits for. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * @throws CantataError the error it is parked with where the store could not take the mark, `execution_not_found`,
   * `engine_closed`, or what the store says when it cannot be read at all.
   */
  ended(executionId: string): Promise<ExecutionRow> {
    if (this.#closed) return Promise.reject(closed());
    const stuck = this.#parts.stuck(executionId);
    if (stuck !== undefined) return Promise.reject(stuck);
    return new Promise((resolve, reject) => {
      const waiters = this.#waiting.get(executionId) ?? [];
      waiters.push({ since: this.#parts.clock.now(), resolve, reject });
      this.#waiting.set(executionId, waiters);
      if (!this.#parts.isDriven(executionId)) void this.#look(executionId);
      this.#schedulePoll();
    });
  }

  /** Whether somebody waits for it. */
  has(executionId: string): boolean {
    return this.#waiting.has(executionId);
  }

  /** O(executions that ended), and nothing when nobody waits. */
  committed(ended: Iterable<Entity>): void {
    if (this.#waiting.size === 0) return;
    for (const entity of ended) {
      const row = entity.kind === 'execution' ? summaryOf(entity) : undefined;
      if (row !== undefined) this.over(row);
    }
  }

  /** It has ended, or its mark is written. */
  over(row: ExecutionRow): void {
    for (const waiter of this.#take(row.executionId)) waiter.resolve(row);
  }

  /** It is parked, and the store could not take the mark. */
  parked(executionId: string, error: CantataError): void {
    for (const waiter of this.#take(executionId)) waiter.reject(error);
  }

  close(): void {
    this.#closed = true;
    this.#cancelPoll?.();
    for (const id of [...this.#waiting.keys()]) this.parked(id, closed());
  }

  #take(executionId: string): readonly Waiter[] {
    const waiters = this.#waiting.get(executionId) ?? [];
    this.#waiting.delete(executionId);
    return waiters;
  }

  async #look(executionId: string): Promise<void> {
    try {
      const row = await this.#parts.executions.get(executionId);
      if (row === undefined) this.#unknown(executionId);
      else if (row.parked || hasEnded(row)) this.over(row);
      else this.#parts.carryOn(executionId);
    } catch (thrown) {
      const error = errorFrom(thrown, 'store_unavailable');
      // The next poll asks again.
      if (!isPassing(error)) this.parked(executionId, error);
    }
  }

  /** A start that was granted elsewhere may still be in the inbox. */
  #unknown(executionId: string): void {
    const oldest = this.#waiting.get(executionId)?.[0];
    if (oldest === undefined || this.#parts.clock.now() - oldest.since < UNKNOWN_FOR_MS) return;
    this.parked(executionId, new CantataError('execution_not_found', `there is no execution ${executionId}`));
  }

  #schedulePoll(): void {
    if (this.#cancelPoll !== undefined || this.#closed || this.#waiting.size === 0) return;
    const { clock } = this.#parts;
    this.#cancelPoll = clock.at(clock.now() + POLL_MS, () => void this.#poll());
  }

  /** Reads only what is driven elsewhere: nobody tells us of its end. */
  async #poll(): Promise<void> {
    for (const id of [...this.#waiting.keys()]) if (!this.#parts.isDriven(id)) await this.#look(id);
    this.#cancelPoll = undefined;
    this.#schedulePoll();
  }
}

function closed(): CantataError {
  return new CantataError('engine_closed', 'the engine was closed', { retryable: true });
}
