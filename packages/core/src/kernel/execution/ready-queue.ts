/**
 * The ready items of a pool in the order in which they are served: by the place of their task in the list of the plan,
 * then by how long they have been ready. Most come in that order anyway (items of one task, tasks of one layer): those
 * stand in a line, which costs nothing to keep; the others in a binary heap (Williams 1964) beside it.
 */
import type { View } from '../law.ts';
import { Queue } from '../queue.ts';
import { statusOf } from './lookup.ts';
import type { Item } from './state.ts';

/** Most queues never need a heap of their own. */
const NONE: Item[] = [];

export class ReadyQueue implements Iterable<Item> {
  readonly #places: Float64Array;
  readonly #line = new Queue<Item>();
  #heap: Item[] = NONE;

  /** `places[task]`: the lower, the sooner. */
  constructor(places: Float64Array) {
    this.#places = places;
  }

  get size(): number {
    return this.#line.size + this.#heap.length;
  }

  get head(): Item | undefined {
    const { head } = this.#line;
    const other = this.#heap[0];
    if (head === undefined || other === undefined) return head ?? other;
    return this.#isBefore(other, head) ? other : head;
  }

  /** Of an item that is ready. O(1) where it is served after all others in the line, else O(log n). */
  push(item: Item): void {
    const { tail } = this.#line;
    if (tail === undefined || !this.#isBefore(item, tail)) {
      this.#line.push(item);
      return;
    }
    if (this.#heap === NONE) this.#heap = [];
    this.#heap.push(item);
    this.#rise(this.#heap.length - 1);
  }

  /** O(1) or O(log n) at the head, O(n) elsewhere. The item must be in the queue, as it was when it was pushed. */
  remove(item: Item): void {
    if (this.#line.head === item) this.#line.remove(item);
    else if (this.#heap[0] === item) this.#removeAt(0);
    else {
      const at = this.#heap.indexOf(item);
      if (at === -1) this.#line.remove(item);
      else this.#removeAt(at);
    }
  }

  /** In any order, without a copy. */
  *items(): Iterable<Item> {
    yield* this.#line;
    yield* this.#heap;
  }

  /** In the order of service. O(n log n). */
  [Symbol.iterator](): Iterator<Item> {
    return [...this.#line, ...this.#heap].sort((a, b) => (this.#isBefore(a, b) ? -1 : 1)).values();
  }

  #removeAt(at: number): void {
    const heap = this.#heap;
    const last = heap.pop() as Item;
    if (at === heap.length) return;
    heap[at] = last;
    this.#sink(at);
    this.#rise(at);
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const item = heap[from] as Item;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above] as Item;
      if (!this.#isBefore(item, other)) break;
      heap[at] = other;
      at = above;
    }
    heap[at] = item;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const item = heap[from] as Item;
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && this.#isBefore(heap[below + 1] as Item, heap[below] as Item)) below += 1;
      const other = heap[below] as Item;
      if (!this.#isBefore(other, item)) break;
      heap[at] = other;
      at = below;
    }
    heap[at] = item;
  }

  #isBefore(a: Item, b: Item): boolean {
    return servedBefore(this.#places, a, b);
  }
}

/** Whether `a` is served before `b`; both are ready. */
export function servedBefore(places: Float64Array, a: View<Item>, b: View<Item>): boolean {
  // What is undone stands beside nothing else, and has an order of its own.
  const sooner = a.undoes === undefined ? (places[a.task] as number) - (places[b.task] as number) : 0;
  return sooner === 0 ? statusOf(a, 'ready').order < statusOf(b, 'ready').order : sooner < 0;
}
