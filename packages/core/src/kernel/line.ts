/** Who waits, in the order of arrival: served from the front, left from anywhere, each under a key. O(1) for every move. */

interface Place<T> {
  readonly key: string;
  readonly value: T;
  before: Place<T> | undefined;
  behind: Place<T> | undefined;
}

export class Line<T> implements Iterable<T> {
  readonly #places = new Map<string, Place<T>>();
  #first: Place<T> | undefined;
  #last: Place<T> | undefined;

  get size(): number {
    return this.#places.size;
  }

  /** Who is served next. */
  get head(): T | undefined {
    return this.#first?.value;
  }

  get(key: string): T | undefined {
    return this.#places.get(key)?.value;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  /** At the end. Who stands there already keeps place and value. */
  push(key: string, value: T): void {
    if (this.#places.has(key)) return;
    const place: Place<T> = { key, value, before: this.#last, behind: undefined };
    if (this.#last === undefined) this.#first = place;
    else this.#last.behind = place;
    this.#last = place;
    this.#places.set(key, place);
  }

  /** Whether it stood there. */
  delete(key: string): boolean {
    const place = this.#places.get(key);
    if (place === undefined) return false;
    this.#places.delete(key);
    const { before, behind } = place;
    if (before === undefined) this.#first = behind;
    else before.behind = behind;
    if (behind === undefined) this.#last = before;
    else behind.before = before;
    return true;
  }

  /** How many stand before a key: O(size), for whoever looks. Undefined for who does not wait. */
  before(key: string): number | undefined {
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    let count = 0;
    for (let at = place.before; at !== undefined; at = at.before) count += 1;
    return count;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let at = this.#first; at !== undefined; at = at.behind) yield at.value;
  }
}
