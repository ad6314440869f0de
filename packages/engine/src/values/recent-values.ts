/** Values that were read or written lately, so that what is decided, dispatched and looked at in a row is read once. Bounded. */
import type { Json } from '@cantata/core';

interface Recent {
  readonly value: Json;
  readonly size: number;
}

export class RecentValues {
  readonly #values = new Map<string, Recent>();
  readonly #maxSize: number;
  #size = 0;

  /** `maxSize` in characters of JSON, of all values together. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get size(): number {
    return this.#size;
  }

  get(digest: string): Json | undefined {
    const recent = this.#values.get(digest);
    if (recent === undefined) return undefined;
    this.#values.delete(digest);
    this.#values.set(digest, recent);
    return recent.value;
  }

  /** The least recently used go first. A value that is larger than all the room is not kept. */
  add(digest: string, value: Json, size: number): void {
    this.#delete(digest);
    if (size > this.#maxSize) return;
    this.#values.set(digest, { value, size });
    this.#size += size;
    for (const oldest of this.#values.keys()) {
      if (this.#size <= this.#maxSize) return;
      this.#delete(oldest);
    }
  }

  #delete(digest: string): void {
    this.#size -= this.#values.get(digest)?.size ?? 0;
    this.#values.delete(digest);
  }
}
