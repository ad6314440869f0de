/**
 * All timers of an engine: a binary heap with one platform timer for the earliest, and removal by key, so that a
 * timeout which never fires costs memory only while its attempt runs. O(log n) for each move.
 */
import type { Clock, Instant } from '@cantata/core';

interface Entry {
  readonly key: string;
  readonly at: Instant;
  readonly fire: () => void;
  /** Its place in the heap, -1 once it is out. */
  index: number;
}

export class Timers {
  readonly #clock: Clock;
  readonly #heap: Entry[] = [];
  readonly #byKey = new Map<string, Entry>();
  #cancel: (() => void) | undefined;
  #armedFor: Instant = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#heap.length;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Arms a timer; the same key armed again replaces the old one. */
  arm(key: string, at: Instant, fire: () => void): void {
    this.disarm(key);
    const entry: Entry = { key, at, fire, index: this.#heap.length };
    this.#heap.push(entry);
    this.#byKey.set(key, entry);
    this.#up(entry.index);
    this.#schedule();
  }

  disarm(key: string): void {
    const entry = this.#byKey.get(key);
    if (entry === undefined) return;
    this.#byKey.delete(key);
    this.#remove(entry);
    // The platform timer may now be early; it finds nothing due and arms itself anew. The last one goes at once.
    if (this.#heap.length === 0) this.#rest();
  }

  /** Fires what is due although no platform timer said so: the wall clock may have been set, or the machine slept. */
  check(): void {
    const first = this.#heap[0];
    if (first !== undefined && first.at <= this.#clock.now()) this.#fireDue();
  }

  /** Drops all timers. */
  stop(): void {
    this.#rest();
    this.#heap.length = 0;
    this.#byKey.clear();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #schedule(): void {
    const first = this.#heap[0];
    if (first === undefined || first.at >= this.#armedFor) return;
    this.#cancel?.();
    this.#armedFor = first.at;
    this.#cancel = this.#clock.at(first.at, () => this.#fireDue());
  }

  #fireDue(): void {
    this.#rest();
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#byKey.delete(first.key);
      this.#remove(first);
      first.fire();
    }
    this.#schedule();
  }

  #remove(entry: Entry): void {
    const last = this.#heap.pop() as Entry;
    if (last !== entry) {
      this.#place(last, entry.index);
      this.#up(last.index);
      this.#down(last.index);
    }
    entry.index = -1;
  }

  #up(start: number): void {
    let index = start;
    const entry = this.#heap[index] as Entry;
    while (index > 0) {
      const parent = this.#heap[(index - 1) >> 1] as Entry;
      if (parent.at <= entry.at) break;
      this.#place(parent, index);
      index = (index - 1) >> 1;
    }
    this.#place(entry, index);
  }

  #down(start: number): void {
    let index = start;
    const entry = this.#heap[index] as Entry;
    for (;;) {
      let child = 2 * index + 1;
      const right = this.#heap[child + 1];
      if (right !== undefined && right.at < (this.#heap[child] as Entry).at) child += 1;
      const smallest = this.#heap[child];
      if (smallest === undefined || smallest.at >= entry.at) break;
      this.#place(smallest, index);
      index = child;
    }
    this.#place(entry, index);
  }

  #place(entry: Entry, index: number): void {
    this.#heap[index] = entry;
    entry.index = index;
  }
}
