/** A first-in first-out queue: constant time at both ends, and removal from the middle for the rare case. */

export class Queue<T> implements Iterable<T> {
  #items: T[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get head(): T | undefined {
    return this.#items[this.#head];
  }

  get tail(): T | undefined {
    return this.size === 0 ? undefined : this.#items[this.#items.length - 1];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Removes an item wherever it stands: constant time at the head, linear elsewhere. Unknown items are ignored. */
  remove(item: T): void {
    if (this.#items[this.#head] === item) {
      this.#head += 1;
      if (this.#head === this.#items.length) {
        this.#items.length = 0;
        this.#head = 0;
      } else if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
      return;
    }
    const at = this.#items.indexOf(item, this.#head);
    if (at !== -1) this.#items.splice(at, 1);
  }

  clear(): void {
    this.#items.length = 0;
    this.#head = 0;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = this.#head; i < this.#items.length; i++) yield this.#items[i] as T;
  }
}
