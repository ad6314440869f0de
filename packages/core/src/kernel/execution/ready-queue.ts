/** The ready items of a pool: the highest priority first, and in the order in which they became ready within one. */
import { Queue } from '../queue.ts';
import type { Item } from './state.ts';

/** The cost of each move grows with the priorities a workflow uses (mostly one), never with the number of items. */
export class ReadyQueue implements Iterable<Item> {
  /** By level, 0 the most urgent; a level nobody used yet has no queue. */
  readonly #levels: (Queue<Item> | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get head(): Item | undefined {
    for (const level of this.#levels) {
      if (level !== undefined && level.size > 0) return level.head;
    }
    return undefined;
  }

  push(item: Item, level: number): void {
    while (this.#levels.length <= level) this.#levels.push(undefined);
    const queue = this.#levels[level] ?? new Queue<Item>();
    this.#levels[level] = queue;
    queue.push(item);
    this.#size += 1;
  }

  /** The item must be in the queue, at that level. */
  remove(item: Item, level: number): void {
    this.#levels[level]?.remove(item);
    this.#size -= 1;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const level of this.#levels) yield* level ?? [];
  }
}
