/** Callers that wait for an execution to end or to be parked. */
import { CantataError, type Clock, type ExecutionIndex, type ExecutionRow, isEnded } from '@cantata/core';
import { type Entity, summaryOf } from './entity.ts';
import type { Parking } from './parking.ts';

/** An execution that another process runs is looked at this often. */
const POLL_MS = 250;
const ENDED = new Set(['completed', 'failed', 'cancelled', 'compensated', 'compensation_failed']);

interface Waiter {
  readonly resolve: (row: ExecutionRow) => void;
  readonly reject: (error: CantataError) => void;
}

export class Waiters {
  readonly #index: ExecutionIndex;
  readonly #clock: Clock;
  readonly #parking: Parking;
  /** Whether this engine drives an execution: then its end comes here by itself, and nothing is read. */
  readonly #isDriven: (executionId: string) => boolean;
  readonly #waiting = new Map<string, Waiter[]>();
  #polling = false;
  #closed = false;

  constructor(
    index: ExecutionIndex,
    clock: Clock,
    parking: Parking,
    isDriven: (executionId: string) => boolean,
  ) {
    this.#isDriven = isDriven;
    this.#index = index;
    this.#clock = clock;
    this.#parking = parking;
  }

  /** @throws CantataError the error it is parked with where the store could not take the mark, or `engine_closed`. */
  ended(executionId: string): Promise<ExecutionRow> {
    const parked = this.#parking.reason(executionId);
    if (parked !== undefined) return Promise.reject(parked);
    return new Promise((resolve, reject) => {
      const waiters = this.#waiting.get(executionId) ?? [];
      waiters.push({ resolve, reject });
      this.#waiting.set(executionId, waiters);
      if (!this.#isDriven(executionId)) void this.#look(executionId);
      this.#schedulePoll();
    });
  }

  /** O(entities of the commit), and nothing when nobody waits. */
  committed(entities: Iterable<Entity>): void {
    if (this.#waiting.size === 0) return;
    for (const entity of entities) {
      if (entity.kind !== 'execution' || !isEnded(entity.state.status)) continue;
      const row = summaryOf(entity);
      if (row !== undefined) this.#resolve(row);
    }
  }

  parked(executionId: string, error: CantataError): void {
    for (const waiter of this.#take(executionId)) waiter.reject(error);
  }

  close(): void {
    this.#closed = true;
    const error = new CantataError('engine_closed', 'the engine was closed', { retryable: true });
    for (const id of [...this.#waiting.keys()]) for (const waiter of this.#take(id)) waiter.reject(error);
  }

  #resolve(row: ExecutionRow): void {
    for (const waiter of this.#take(row.executionId)) waiter.resolve(row);
  }

  #take(executionId: string): readonly Waiter[] {
    const waiters = this.#waiting.get(executionId) ?? [];
    this.#waiting.delete(executionId);
    return waiters;
  }

  async #look(executionId: string): Promise<void> {
    const row = await this.#index.get(executionId).catch(() => undefined);
    if (row !== undefined && isOver(row)) this.#resolve(row);
  }

  #schedulePoll(): void {
    if (this.#polling || this.#closed || this.#waiting.size === 0) return;
    this.#polling = true;
    this.#clock.at(this.#clock.now() + POLL_MS, () => void this.#poll());
  }

  /** Reads only what is driven elsewhere: nobody tells us of its end. */
  async #poll(): Promise<void> {
    for (const id of [...this.#waiting.keys()]) if (!this.#isDriven(id)) await this.#look(id);
    this.#polling = false;
    if (this.#waiting.size > 0) this.#schedulePoll();
  }
}

function isOver(row: ExecutionRow): boolean {
  return row.parked || ENDED.has(row.status);
}
