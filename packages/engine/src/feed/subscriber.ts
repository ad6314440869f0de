/**
 * One who listens: first behind, unless it begins at the end, reading pages of the store by a cursor of its own, then
 * live, told by the tail. Each event of its filter comes once and in order.
 *
 * U1 Of the filter, everything up to the cursor was given to the sink, and nothing after it.
 * U2 While a page is read, what the tail offers is kept. A page that is not full has everything up to where the tail was
 *    when it was asked for (T1), and what was kept has the rest: then it is live, without gap or double.
 * U3 What is kept is bounded. Beyond that it is dropped, and whoever listens is behind again. Of a page, nothing is kept
 *    for a sink that is at work: what it was not given is read again, with shorter pages.
 */
import type { CantataError, Clock, FeedRow, Instant, RemovalRow, Store } from '@cantata/core';
import { errorFrom, isPassing } from '../errors.ts';
import { Backoff } from '../shell/backoff.ts';
import { type FeedBounds, type FeedEvent, type FeedFilter, isMeant, type Told } from './messages.ts';
import { removedError, unread } from './removed.ts';
import type { Tail } from './tail.ts';
import type { Translation, Translator } from './translator.ts';
import type { Turns } from './turns.ts';

/** Takes events in order. Where it returns a promise, no more come before that resolves. */
export type FeedSink = (events: readonly FeedEvent[]) => void | Promise<void>;

export interface SubscriberParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly translator: Translator;
  readonly turns: Turns;
  readonly tail: Tail;
  readonly filter: FeedFilter;
  readonly cursor: number;
  /** What was removed up to then was never there for this one. Undefined: it has seen what was there at its cursor. */
  readonly since: Instant | undefined;
  readonly bounds: FeedBounds;
  readonly sink: FeedSink;
  /** Once, when it hears nothing more; with an error unless somebody closed it. */
  readonly onEnd: (error: CantataError | undefined) => void;
}

/** Of those whose sink is slow. */
const SHORTEST_PAGE = 16;

/** What became of a page. */
interface Handed {
  /** When the sink has room for more. */
  readonly room: void | Promise<void>;
  /** Whether the sink was given all of it. */
  readonly isWhole: boolean;
  /** Whether there may be more behind it. */
  readonly isFull: boolean;
  /** The offset of its last row; 0 for none. */
  readonly end: number;
  /** Why the execution that is listened to cannot be read. */
  readonly unreadable: CantataError | undefined;
}

export class Subscriber {
  readonly #parts: SubscriberParts;
  #cursor: number;
  #mode: 'behind' | 'live' | 'over';
  #kept: Told[] = [];
  #keptSize = 0;
  #hasOverflowed = false;
  /** What it missed by a removal, if it does not have it by itself. */
  #missed: RemovalRow | undefined;
  #isBusy = false;
  /** Rows of the next page. */
  #length: number;
  #resume: () => void = () => undefined;
  readonly #backoff: Backoff;

  constructor(parts: SubscriberParts) {
    this.#parts = parts;
    this.#cursor = parts.cursor;
    this.#length = parts.bounds.page;
    // What the tail has not taken yet it will offer (T1): there is nothing to read.
    this.#mode = parts.cursor >= parts.tail.reach ? 'live' : 'behind';
    this.#backoff = new Backoff(parts.clock, () => this.#resume());
  }

  get filter(): FeedFilter {
    return this.#parts.filter;
  }

  /** Everything of the filter up to here was given to the sink. */
  get offset(): number {
    const isIdle = this.#mode === 'live' && this.#kept.length === 0;
    return isIdle ? Math.max(this.#cursor, this.#parts.tail.told) : this.#cursor;
  }

  offer(told: Told): void {
    if (this.#hasOverflowed || told.event.offset <= this.#cursor) return;
    this.#kept.push(told);
    this.#keptSize += told.size;
    const { kept, keptCharacters } = this.#parts.bounds;
    if (this.#kept.length > kept || this.#keptSize > keptCharacters) this.#overflow();
  }

  /** Events that were removed before the tail read them. */
  miss(removal: RemovalRow): void {
    if (removal.offset <= this.#cursor) return;
    if (this.#mode === 'live') this.end(removedError(this.#cursor, removal));
    else if (removal.offset > (this.#missed?.offset ?? 0)) this.#missed = removal;
  }

  /** Gives what is kept to the sink, unless it is at work. Never rejects. */
  wake(): void {
    if (!this.#isBusy) void this.#work();
  }

  end(error?: CantataError): void {
    if (this.#mode === 'over') return;
    this.#mode = 'over';
    this.#keep([]);
    this.#backoff.reset();
    this.#parts.onEnd(error);
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    try {
      for (;;) {
        if (this.#mode === 'behind') await this.#catchUp();
        else if (this.#kept.length > 0) {
          const room = this.#give(this.#take());
          if (room !== undefined) await room;
        } else break;
      }
    } catch (thrown) {
      this.end(errorFrom(thrown, 'invariant_broken'));
    }
    this.#isBusy = false;
  }

  async #catchUp(): Promise<void> {
    const { turns, tail } = this.#parts;
    await turns.next();
    if (this.#isOver()) return;
    this.#keep([]);
    this.#hasOverflowed = false;
    const floor = tail.reach;
    const handed = await this.#read();
    if (handed === undefined) return;
    const { room, isWhole, unreadable } = handed;
    if (room !== undefined) await room;
    if (this.#isOver() || !isWhole) return;
    if (unreadable !== undefined) this.end(unreadable);
    else this.#advance(handed, floor);
  }

  /**
   * Reads a page and gives it to the sink. Undefined where it cannot be read for the moment, after a pause, and where nobody
   * listens any more. The page is gone when the sink is waited for.
   */
  async #read(): Promise<Handed | undefined> {
    const { translator, filter } = this.#parts;
    try {
      const rows = await this.#page();
      const translation = await translator.translate(rows, {
        mayWant: (executionId) => filter.executionId === undefined || filter.executionId === executionId,
        wants: (executionId, whose) => isMeant(filter, executionId, whose),
      });
      this.#backoff.succeeded();
      return this.#isOver() ? undefined : this.#hand(rows, translation);
    } catch (thrown) {
      const error = errorFrom(thrown, 'invariant_broken');
      if (!isPassing(error)) throw error;
      if (!this.#isOver()) await this.#pause();
      return undefined;
    }
  }

  #hand(rows: readonly FeedRow[], { told, unreadable }: Translation): Handed {
    const { bounds, filter } = this.#parts;
    const isFull = rows.length === this.#length;
    let given = 0;
    let room = this.#give([]);
    while (given < told.length && room === undefined) {
      const piece = told.slice(given, given + this.#countOf(told, given));
      given += piece.length;
      room = this.#give(piece);
    }
    const isWhole = given === told.length;
    // What comes meanwhile is read with the next page.
    if (isFull || !isWhole) this.#overflow();
    const taken = isWhole ? rows.length : rows.findIndex(({ offset }) => offset > this.#cursor);
    this.#length = Math.min(bounds.page, Math.max(SHORTEST_PAGE, 2 * taken));
    const [error] = filter.executionId === undefined ? [] : unreadable.values();
    return { room, isWhole, isFull, end: rows.at(-1)?.offset ?? 0, unreadable: error };
  }

  /** Where the page is not full, nothing of the filter is left up to where the tail was (U2). */
  #advance({ end, isFull }: Handed, floor: number): void {
    this.#cursor = Math.max(this.#cursor, end);
    if (isFull) return;
    this.#cursor = Math.max(this.#cursor, floor);
    if (this.#hasOverflowed) return;
    if (this.#missed !== undefined && this.#missed.offset > this.#cursor)
      return this.end(removedError(this.#cursor, this.#missed));
    this.#mode = 'live';
    this.#keep(this.#kept.filter(({ event }) => event.offset > this.#cursor));
  }

  /** @throws CantataError `cursor_too_old` where something that should be in it was removed, `store_*`. */
  async #page(): Promise<readonly FeedRow[]> {
    const { store, filter, since } = this.#parts;
    const rows = await store.feed.read(this.#cursor, this.#length, filter.executionId);
    // Who is there is there whole.
    if (filter.executionId !== undefined && rows.length > 0) return rows;
    const removals = await store.executions.removals({
      ...filter,
      afterOffset: this.#cursor,
      limit: this.#length + 1,
    });
    const [lost] = unread(removals, rows).filter(({ at }) => since === undefined || at > since);
    if (lost !== undefined) throw removedError(this.#cursor, lost);
    return rows;
  }

  #give(told: readonly Told[]): void | Promise<void> {
    const last = told.at(-1);
    if (last === undefined) return undefined;
    this.#cursor = last.event.offset;
    return this.#parts.sink(told.map(({ event }) => event));
  }

  /** The first of what is kept, as much as is given at once. */
  #take(): readonly Told[] {
    const count = this.#countOf(this.#kept, 0);
    const first = this.#kept.slice(0, count);
    this.#keep(this.#kept.slice(count));
    return first;
  }

  /** How many from there on are given at once. */
  #countOf(told: readonly Told[], from: number): number {
    let count = 1;
    let left = this.#parts.bounds.givenCharacters - (told[from]?.size ?? 0);
    while ((left -= told[from + count]?.size ?? Infinity) >= 0) count += 1;
    return count;
  }

  #keep(kept: Told[]): void {
    this.#kept = kept;
    this.#keptSize = kept.reduce((sum, { size }) => sum + size, 0);
  }

  #overflow(): void {
    // Nothing of the filter lies between the cursor and the first that was kept.
    if (this.#mode === 'live') {
      this.#cursor = Math.max(this.#cursor, (this.#kept[0] as Told).event.offset - 1);
      this.#mode = 'behind';
    }
    this.#keep([]);
    this.#hasOverflowed = true;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
      this.#backoff.failed();
    });
  }

  /** Asked again after every wait, which the compiler cannot know. */
  #isOver(): boolean {
    return this.#mode === 'over';
  }
}
