/** Entities that stand still because deciding for them went wrong: loud, alone, and tried again after a restart. */
import type { CantataError } from '@cantata/core';
import type { Log } from '../log.ts';

export class Parking {
  readonly #parked = new Map<string, CantataError>();
  readonly #log: Log;
  readonly #onParked: (id: string, error: CantataError) => void;

  constructor(log: Log, onParked: (id: string, error: CantataError) => void) {
    this.#log = log;
    this.#onParked = onParked;
  }

  reason(id: string): CantataError | undefined {
    return this.#parked.get(id);
  }

  get size(): number {
    return this.#parked.size;
  }

  park(id: string, error: CantataError): void {
    this.#parked.set(id, error);
    this.#log('error', 'parked: this entity stands still until the engine restarts', {
      entity: id,
      code: error.code,
      message: error.message,
      stack: error.cause instanceof Error ? (error.cause.stack ?? '') : (error.stack ?? ''),
    });
    this.#onParked(id, error);
  }

  release(id: string): void {
    this.#parked.delete(id);
  }
}
