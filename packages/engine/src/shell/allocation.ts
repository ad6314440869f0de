/**
 * Follows a start that was accepted and may not have begun: it waits for room, or its way through the admission and the
 * pool takes more than one commit. Looks where it stands, from any process, until it has begun or is known not to.
 */
import {
  type AdmissionState,
  CantataError,
  type Clock,
  type Codec,
  ERROR_CODES,
  type ErrorCode,
  type PoolRequest,
  type PoolState,
  poolOf,
  type Store,
} from '@cantata/core';
import type { Entity } from './entity.ts';

/** It is looked for this often, and less often the longer it takes: by a quarter of the time it took so far. */
const POLL_MS = 50;
const LONGEST_POLL_MS = 1_000;

export interface AllocationParts {
  readonly store: Pick<Store, 'executions' | 'inbox'>;
  readonly clock: Clock;
  readonly codec: Codec;
  readonly load: (entityId: string) => Promise<Entity | undefined>;
}

export class Allocation {
  readonly #parts: AllocationParts;
  /** Ends the pause of everybody who waits. */
  readonly #pauses = new Set<() => void>();
  /** What is being read of the pool, and what will be after that: one look is for all who ask meanwhile. */
  #reading: Promise<unknown> | undefined;
  #next: Promise<PoolState> | undefined;
  #closed = false;

  constructor(parts: AllocationParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when it has begun. @throws CantataError `capacity_exhausted`, `allocation_timed_out`, `start_cancelled`, `queue_full`,
   * `resources_insufficient`, `store_*`, or `engine_closed` while it waits: it goes on waiting without this engine.
   */
  async begun(execution: string, admission: string): Promise<void> {
    const { clock } = this.#parts;
    const since = clock.now();
    while (!(await this.#exists(execution))) {
      if (!(await this.#isUnderway(execution, admission))) {
        // It may have begun while it was looked for.
        if (await this.#exists(execution)) return;
        throw refused(execution, 'capacity_exhausted');
      }
      const pauseMs = Math.max(POLL_MS, Math.floor((clock.now() - since) / 4));
      await this.#pause(Math.min(LONGEST_POLL_MS, pauseMs));
      if (this.#closed) throw closed(execution);
    }
  }

  /** Nobody waits any longer. */
  close(): void {
    this.#closed = true;
    for (const wake of [...this.#pauses]) wake();
  }

  async #exists(execution: string): Promise<boolean> {
    return (await this.#parts.store.executions.get(execution)) !== undefined;
  }

  /** In the order of its way, so that it cannot pass unseen. @throws CantataError where the pool has refused it. */
  async #isUnderway(execution: string, admission: string): Promise<boolean> {
    const { store, load, codec } = this.#parts;
    const admitting = (await load(admission))?.state as AdmissionState;
    if (admitting.reserved.has(execution)) return true;
    const asked = await store.inbox.of(poolOf());
    if (asked.some(({ data }) => (codec.decode(data) as unknown as PoolRequest).execution === execution))
      return true;
    const { holders, refused: known } = await this.#look();
    const code = known.get(execution);
    if (code !== undefined) throw refused(execution, code);
    return holders.has(execution) || (await store.inbox.of(execution)).length > 0;
  }

  /** Begins after it was asked for: what was read before may be from before a message that is gone by now. */
  #look(): Promise<PoolState> {
    this.#next ??= (this.#reading ?? Promise.resolve()).then(() => {
      this.#next = undefined;
      const state = this.#parts.load(poolOf()).then((entity) => entity?.state as PoolState);
      this.#reading = state.catch(() => undefined);
      return state;
    });
    return this.#next;
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#pauses.delete(wake);
        resolve();
      };
      const cancel = clock.at(clock.now() + ms, wake);
      this.#pauses.add(wake);
    });
  }
}

function refused(execution: string, code: ErrorCode): CantataError {
  const message = `execution ${execution} did not begin. ${ERROR_CODES[code]}`;
  return new CantataError(code, message, { detail: { execution_id: execution } });
}

function closed(execution: string): CantataError {
  const message = `the engine was closed; the start waits for room, and begins as execution ${execution} when there is some`;
  return new CantataError('engine_closed', message, { detail: { execution_id: execution } });
}
