/** Which shards this engine owns, under which epoch, and the last position of each. */
import { CantataError, SHARD_COUNT, type ShardClaim } from '@cantata/core';

export class Ownership {
  readonly #epochs = new Map<number, number>();
  readonly #positions = new Float64Array(SHARD_COUNT);

  #term = 0;

  /** Counts up with every adoption: what was begun in one term means nothing in the next. */
  get term(): number {
    return this.#term;
  }

  get size(): number {
    return this.#epochs.size;
  }

  adopt(claims: readonly ShardClaim[]): void {
    this.#term += 1;
    this.#epochs.clear();
    for (const { shard, epoch, position } of claims) {
      this.#epochs.set(shard, epoch);
      this.#positions[shard] = position;
    }
  }

  clear(): void {
    this.#epochs.clear();
  }

  owns(shard: number): boolean {
    return this.#epochs.has(shard);
  }

  get shards(): readonly number[] {
    return [...this.#epochs.keys()];
  }

  epochOf(shard: number): number {
    const epoch = this.#epochs.get(shard);
    if (epoch === undefined) throw new CantataError('store_fenced', `shard ${shard} is not owned here`);
    return epoch;
  }

  /** Last committed position of a shard. */
  position(shard: number): number {
    return this.#positions[shard] as number;
  }

  /** A commit went through. Never back: the shards may have been lost and taken again while it was on its way. */
  advance(shard: number, position: number): void {
    if (position > this.position(shard)) this.#positions[shard] = position;
  }
}
