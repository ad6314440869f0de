/** Something per attempt, found by execution and attempt and dropped by either. Costs nothing for executions without. */
import type { Effect } from '@cantata/core';

/** Which attempt, and the how-many-eth time it was handed out. */
export type AttemptRef = Pick<
  Extract<Effect, { kind: 'dispatch' }>,
  'task' | 'item' | 'activation' | 'deed' | 'attempt' | 'assignment'
>;

export class Attempts<T> {
  readonly #byExecution = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(executionId: string, at: AttemptRef): T | undefined {
    return this.#byExecution.get(executionId)?.get(keyOf(at));
  }

  of(executionId: string): Iterable<T> {
    return this.#byExecution.get(executionId)?.values() ?? [];
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const attempts of this.#byExecution.values()) yield* attempts.values();
  }

  set(executionId: string, at: AttemptRef, value: T): void {
    let attempts = this.#byExecution.get(executionId);
    if (attempts === undefined) {
      attempts = new Map();
      this.#byExecution.set(executionId, attempts);
    }
    const before = attempts.size;
    attempts.set(keyOf(at), value);
    this.#size += attempts.size - before;
  }

  delete(executionId: string, at: AttemptRef): void {
    const attempts = this.#byExecution.get(executionId);
    if (attempts?.delete(keyOf(at)) !== true) return;
    this.#size -= 1;
    if (attempts.size === 0) this.#byExecution.delete(executionId);
  }

  deleteAll(executionId: string): void {
    this.#size -= this.#byExecution.get(executionId)?.size ?? 0;
    this.#byExecution.delete(executionId);
  }

  clear(): void {
    this.#byExecution.clear();
    this.#size = 0;
  }
}

function keyOf({ task, item, activation = 1, deed, attempt, assignment }: AttemptRef): string {
  return `${deed ?? ''}${activation}.${attempt}.${assignment}/${item ?? ''}/${task}`;
}
