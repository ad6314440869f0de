/**
 * What one entity tells another arrives in the order in which it was said. A message that found nobody at hand waits in
 * the inbox; the next one between the two must not overtake it because its entity has come into memory meanwhile: it goes
 * to the inbox, too, until nothing is before it there. O(1) for each message, O(rows) for each read.
 *
 * Rows that another engine wrote, before this one owned the shards, are of nobody in particular: they are before whatever
 * is said to the same entity. Until the inbox has been read whole, there may be some.
 */
import type { MessageRow } from '@cantata/core';

interface Waiting {
  readonly way: string;
  /** Reads that had begun when it was known to be written, or not to be. */
  since: number;
  isDecided: boolean;
}

export class Order {
  /** By the id of their row: those that are to be decided on, and those that are in the commit that is under way. */
  readonly #rows = new Map<string, Waiting>();
  /** How many are to be decided on, by way. */
  readonly #ways = new Map<string, number>();
  /** What the commit under way writes, and what it deals with. */
  #posted: string[] = [];
  #decided: string[] = [];
  /** Reads that have begun. */
  #reads = 0;
  #isWhole = false;

  /** Whether a message may be told at once: nothing that was said before it waits. */
  isNext(from: string, to: string): boolean {
    if (!this.#isWhole) return false;
    return this.#ways.size === 0 || !(this.#ways.has(wayOf(from, to)) || this.#ways.has(wayOf('', to)));
  }

  posted(row: string, from: string, to: string): void {
    this.#add(row, wayOf(from, to), Number.POSITIVE_INFINITY);
    this.#posted.push(row);
  }

  decided(row: string): void {
    const waiting = this.#rows.get(row);
    if (waiting === undefined || waiting.isDecided) return;
    this.#count(waiting.way, -1);
    waiting.isDecided = true;
    this.#decided.push(row);
  }

  /** The commit under way was done, or nothing of it counts. Then what it dealt with is to be decided on again. */
  settled(isDone: boolean): void {
    for (const row of this.#posted) {
      const waiting = this.#rows.get(row);
      if (waiting !== undefined) waiting.since = this.#reads;
    }
    for (const row of this.#decided) {
      const waiting = this.#rows.get(row);
      if (waiting === undefined) continue;
      if (isDone) {
        this.#rows.delete(row);
        continue;
      }
      waiting.isDecided = false;
      waiting.since = this.#reads;
      this.#count(waiting.way, 1);
    }
    this.#posted = [];
    this.#decided = [];
  }

  /** A read of the inbox begins. Returns its number. */
  reading(): number {
    this.#reads += 1;
    return this.#reads;
  }

  /** What a read has found that is new here; of a whole one, `present` has all there is. */
  read(number: number, found: readonly MessageRow[], present?: ReadonlySet<string>): void {
    // Callers outside wait for their answers, or do not care.
    for (const { id, entity, replies } of found)
      if (!replies && !this.#rows.has(id)) this.#add(id, wayOf('', entity), number);
    if (present === undefined) return;
    for (const [id, { since, way, isDecided }] of this.#rows) {
      if (since >= number || present.has(id)) continue;
      this.#rows.delete(id);
      if (!isDecided) this.#count(way, -1);
    }
    this.#isWhole = true;
  }

  /** The shards are somebody else's, and so are the rows. */
  forget(): void {
    this.#rows.clear();
    this.#ways.clear();
    this.#posted = [];
    this.#decided = [];
    this.#isWhole = false;
  }

  #add(row: string, way: string, since: number): void {
    this.#rows.set(row, { way, since, isDecided: false });
    this.#count(way, 1);
  }

  #count(way: string, by: 1 | -1): void {
    const count = (this.#ways.get(way) ?? 0) + by;
    if (count === 0) this.#ways.delete(way);
    else this.#ways.set(way, count);
  }
}

function wayOf(from: string, to: string): string {
  return `${from}\n${to}`;
}
