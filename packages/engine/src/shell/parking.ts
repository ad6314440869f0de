/**
 * Entities that stand still because deciding for them, or writing it down, went wrong: loud, alone, and tried again
 * after a restart or when somebody asks.
 */
import type { CantataError } from '@cantata/core';
import { stackOf } from '../errors.ts';
import type { Log } from '../log.ts';

export class Parking {
  readonly #parked = new Map<string, CantataError>();
  readonly #log: Log;
  readonly #onParked: (id: string, error: CantataError) => void;

  constructor(log: Log, onParked: (id: string, error: CantataError) => void) {
    this.#log = log;
    this.#onParked = onParked;
  }

  get size(): number {
    return this.#parked.size;
  }

  reason(id: string): CantataError | undefined {
    return this.#parked.get(id);
  }

  /** The first reason stands: what goes wrong afterwards follows from it. */
  park(id: string, error: CantataError): void {
    if (this.#parked.has(id)) return;
    this.#parked.set(id, error);
    this.#log('error', 'parked: this entity stands still until it is resumed or the engine restarts', {
      entity: id,
      code: error.code,
      message: error.message,
      stack: stackOf(error),
    });
    this.#onParked(id, error);
  }

  /** It may be tried again. */
  release(id: string): void {
    this.#parked.delete(id);
  }

  /** The shards are somebody else's: they decide. */
  clear(): void {
    this.#parked.clear();
  }
}
