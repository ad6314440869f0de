/** Writes into the row of a parked execution that it is parked, so that other processes see it; as soon as it can. */
import {
  type CantataError,
  type ExecutionIndex,
  type ExecutionRow,
  hasEnded,
  isResource,
} from '@cantata/core';
import { isPassing, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Parking } from './parking.ts';

export interface MarksParts {
  readonly executions: ExecutionIndex;
  readonly parking: Parking;
  readonly log: Log;
  /** Writes a row with the next commit. */
  readonly write: (row: ExecutionRow) => Promise<void>;
  /** Nothing stands still after all: what waits for it may be dealt with. */
  readonly onReleased: (executionId: string) => void;
  readonly onMarked: (row: ExecutionRow) => void;
  /** The store could not take the mark, or has no row to put it in. */
  readonly onStuck: (executionId: string, error: CantataError) => void;
}

export class Marks {
  readonly #parts: MarksParts;
  /** Parked executions whose row does not say so, and whether that is being tried right now. */
  readonly #unmarked = new Map<string, 'trying' | 'stuck'>();

  constructor(parts: MarksParts) {
    this.#parts = parts;
  }

  /** Why an execution stands still, where the store could not take the mark. */
  stuck(executionId: string): CantataError | undefined {
    return this.#unmarked.get(executionId) === 'stuck' ? this.#parts.parking.reason(executionId) : undefined;
  }

  /** Resolves when the mark is written or could not be. Never rejects. */
  async put(executionId: string): Promise<void> {
    const error = this.#parts.parking.reason(executionId);
    if (error === undefined) return void this.#unmarked.delete(executionId);
    this.#unmarked.set(executionId, 'trying');
    try {
      const row = await this.#parts.executions.get(executionId);
      if (row === undefined) return this.#unknown(executionId, error);
      // It has ended: nothing stands still, whatever its log looks like.
      if (hasEnded(row)) return this.#release(executionId);
      const marked = { ...row, parked: true, asleep: false, reason: `${error.code}: ${error.message}` };
      await this.#parts.write(marked);
      this.#unmarked.delete(executionId);
      this.#parts.onMarked(marked);
    } catch (failure) {
      this.#parts.log('error', 'a parked execution could not be marked', {
        execution: executionId,
        message: messageOf(failure),
      });
      this.#stick(executionId, error);
    }
  }

  /** Tries again what the store did not take. */
  retry(): void {
    for (const [id, how] of this.#unmarked) if (how === 'stuck') void this.put(id);
  }

  clear(): void {
    this.#unmarked.clear();
  }

  /** Nothing is stored of it: if only the store was at fault, its start never came true and there is nothing to park. */
  #unknown(executionId: string, error: CantataError): void {
    this.#stick(executionId, error);
    if (isPassing(error) && !isResource(executionId)) this.#release(executionId);
  }

  #release(executionId: string): void {
    this.#parts.parking.release(executionId);
    this.#unmarked.delete(executionId);
    this.#parts.onReleased(executionId);
  }

  #stick(executionId: string, error: CantataError): void {
    this.#unmarked.set(executionId, 'stuck');
    this.#parts.onStuck(executionId, error);
  }
}
