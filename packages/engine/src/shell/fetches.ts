/** Inputs that wait for values their decision must read. Each comes back with them, or with what kept them from coming. */
import type { CantataError, Values } from '@cantata/core';
import { errorFrom } from '../errors.ts';
import type { Blobs } from '../values/blobs.ts';
import type { Input } from './input.ts';

export interface FetchesParts {
  readonly blobs: Blobs;
  readonly onFetched: (input: Input) => void;
  readonly onFailed: (input: Input, error: CantataError) => void;
}

export class Fetches {
  readonly #parts: FetchesParts;
  readonly #waiting = new Set<Input>();

  constructor(parts: FetchesParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#waiting.size;
  }

  *entities(): Iterable<string> {
    for (const { entity } of this.#waiting) yield entity;
  }

  fetch(input: Input, digests: readonly string[]): void {
    this.#waiting.add(input);
    this.#parts.blobs.fetch(digests).then(
      (values) => this.#done(input, values),
      (error: unknown) => {
        if (this.#waiting.delete(input)) this.#parts.onFailed(input, errorFrom(error, 'store_unavailable'));
      },
    );
  }

  /** What comes is not taken in any more. Returns the inputs that waited. */
  abandon(): readonly Input[] {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    return waiting;
  }

  /** What was fetched for it before stays: a decision may find only now what else it reads. */
  #done(input: Input, fetched: Values): void {
    if (!this.#waiting.delete(input)) return;
    const values = new Map([...(input.values ?? []), ...fetched]);
    this.#parts.onFetched({ ...input, values });
  }
}
