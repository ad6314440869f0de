/**
 * Shards whose last commit was not answered: it may have gone through. What the store has beyond our positions was
 * written by it; it counts, and is told now.
 */
import type { EventRow, LogStore, Span } from '@cantata/core';
import { spansOf } from './batch.ts';
import type { Ownership } from './ownership.ts';

const PAGE = 1_000;

export class Doubts {
  readonly #shards = new Set<number>();
  readonly #log: LogStore;
  readonly #ownership: Ownership;
  readonly #onFound: (span: Span) => void;

  constructor(log: LogStore, ownership: Ownership, onFound: (span: Span) => void) {
    this.#log = log;
    this.#ownership = ownership;
    this.#onFound = onFound;
  }

  get isEmpty(): boolean {
    return this.#shards.size === 0;
  }

  add(shards: Iterable<number>): void {
    for (const shard of shards) this.#shards.add(shard);
  }

  clear(): void {
    this.#shards.clear();
  }

  /** Brings our positions up to the store's. @throws what the store says; then the rest stays in doubt. */
  async resolve(): Promise<void> {
    for (const shard of [...this.#shards]) {
      for (const span of spansOf(await this.#beyond(shard))) {
        this.#ownership.advance(shard, span.last);
        this.#onFound(span);
      }
      this.#shards.delete(shard);
    }
  }

  async #beyond(shard: number): Promise<readonly EventRow[]> {
    const found: EventRow[] = [];
    for (;;) {
      const after = found.at(-1)?.position ?? this.#ownership.position(shard);
      const rows = await this.#log.readShard(shard, after, PAGE);
      found.push(...rows);
      if (rows.length < PAGE) return found;
    }
  }
}
