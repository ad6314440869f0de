/** A binary heap of indices over typed arrays: the index with the smallest key first, of equal keys the smallest index. */

export class IndexHeap {
  readonly #keys: Float64Array;
  readonly #heap: Uint32Array;
  /** Where each index stands in the heap, counted from 1; 0 for what is not in it. */
  readonly #place: Uint32Array;
  #size = 0;

  /**
   * `keys[index]` may change only while the index is outside, or downwards before `push`. `place` is as long as the
   * keys and full of zeros; heaps that never hold the same index may share it, so that many small heaps cost little.
   */
  constructor(capacity: number, keys: Float64Array, place: Uint32Array = new Uint32Array(keys.length)) {
    this.#keys = keys;
    this.#heap = new Uint32Array(capacity);
    this.#place = place;
  }

  get size(): number {
    return this.#size;
  }

  /** The first index; only meaningful if there is one. */
  get head(): number {
    return this.#heap[0] as number;
  }

  /** Adds an index, or moves it up after its key became smaller. O(log n). */
  push(index: number): void {
    const at = this.#place[index] as number;
    this.#rise(index, at === 0 ? this.#size++ : at - 1);
  }

  /** Takes the first index out; there must be one. O(log n). */
  pop(): number {
    const heap = this.#heap;
    const first = heap[0] as number;
    this.#place[first] = 0;
    this.#size -= 1;
    if (this.#size > 0) this.#sink(heap[this.#size] as number);
    return first;
  }

  #rise(index: number, from: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = heap[above] as number;
      if (!this.#isBefore(index, other)) break;
      this.#put(other, at);
      at = above;
    }
    this.#put(index, at);
  }

  /** Finds the place of an index from the root down. */
  #sink(index: number): void {
    const heap = this.#heap;
    const size = this.#size;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      const right = below + 1;
      if (right < size && this.#isBefore(heap[right] as number, heap[below] as number)) below = right;
      const other = heap[below] as number;
      if (!this.#isBefore(other, index)) break;
      this.#put(other, at);
      at = below;
    }
    this.#put(index, at);
  }

  #put(index: number, at: number): void {
    this.#heap[at] = index;
    this.#place[index] = at + 1;
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.#keys[a] as number;
    const right = this.#keys[b] as number;
    return left < right || (left === right && a < b);
  }
}
