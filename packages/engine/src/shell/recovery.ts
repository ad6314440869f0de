/**
 * Carries open executions on that nobody carries: all of them when the shards become ours, and later whatever is found
 * open in the store without being in memory. A page at a time, so that a million open ones cost rows, not memory.
 */
import { CONTINUE, type ExecutionIndex, type ExecutionRow } from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ShardLoop } from './loop.ts';
import type { Ownership } from './ownership.ts';
import type { Parking } from './parking.ts';

const OPEN = ['planning', 'allocating', 'running', 'paused'];
const PAGE = 500;

export interface RecoveryParts {
  readonly executions: ExecutionIndex;
  readonly log: Log;
  readonly loop: ShardLoop;
  readonly ownership: Ownership;
  readonly parking: Parking;
}

export class Recovery {
  readonly #parts: RecoveryParts;
  /** Where the next page begins. */
  #before: string | undefined;
  #isAsking = false;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** The shards are ours: everything that is open is ours to carry on. */
  async takeOver(): Promise<void> {
    this.#before = undefined;
    while (await this.page()) {
      // The next page, when this one is in memory.
    }
  }

  /** Carries on what the next page of open executions lacks. Whether there are more pages. */
  async page(): Promise<boolean> {
    if (this.#isAsking || this.#parts.ownership.size === 0) return false;
    this.#isAsking = true;
    try {
      const before = this.#before === undefined ? {} : { before: this.#before };
      const rows = await this.#parts.executions.list({ statuses: OPEN, limit: PAGE, ...before });
      this.#before = rows.length < PAGE ? undefined : rows.at(-1)?.executionId;
      await Promise.all(this.#missing(rows).map(({ executionId }) => this.#carryOn(executionId)));
      return this.#before !== undefined;
    } catch (error) {
      // The next round of the reconciler goes on from here.
      this.#parts.log('warn', 'open executions could not be listed', { message: messageOf(error) });
      return false;
    } finally {
      this.#isAsking = false;
    }
  }

  #missing(rows: readonly ExecutionRow[]): readonly ExecutionRow[] {
    const { loop, parking } = this.#parts;
    const underway = loop.underway();
    return rows.filter(
      ({ executionId: id }) =>
        !loop.residents.has(id) && !underway.has(id) && parking.reason(id) === undefined,
    );
  }

  /** Resolves when it is in memory, or something keeps it from being; then a later page finds it again. */
  #carryOn(entity: string): Promise<void> {
    return new Promise((resolve) => {
      const reply = (): void => resolve();
      this.#parts.loop.submit({ entity, command: CONTINUE, causation: 'recovery', actor: 'engine', reply });
    });
  }
}
