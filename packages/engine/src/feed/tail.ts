/**
 * The end of the feed, read once for all who listen. What the bus tells is a hint to look, no more; a slow poll finds what
 * it did not tell and what other processes committed.
 *
 * T1 Whatever has an offset above `reach` when somebody begins to listen is offered to them, once and in order.
 * T2 It waits for the store and for nobody who listens.
 */
import type { Bus, CantataError, Clock, FeedRow, RemovalRow, Store } from '@cantata/core';
import { errorFrom, isPassing, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { Backoff } from '../shell/backoff.ts';
import type { Audience } from './audience.ts';
import { unread } from './removed.ts';
import type { Subscriber } from './subscriber.ts';
import type { Translation, Translator } from './translator.ts';

/** More than one page can have held. */
const MOST_REMOVALS = 10_000;

export interface TailParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly pollMs: number;
  readonly audience: Audience<Subscriber>;
  readonly translator: Translator;
  /** Rows that are read without a pause. */
  readonly page: number;
  /** It cannot go on. */
  readonly onBroken: (error: CantataError) => void;
}

interface Page {
  readonly rows: readonly FeedRow[];
  readonly lost: readonly RemovalRow[];
}

export class Tail {
  readonly #parts: TailParts;
  readonly #backoff: Backoff;
  #reach: number;
  #told: number;
  /** Read, and not told yet. */
  #page: Page | undefined;
  #leaveBus: () => void = () => undefined;
  #cancelPoll: () => void = () => undefined;
  #isReading = false;
  #again = false;
  #isStopped = false;

  private constructor(parts: TailParts, reach: number) {
    this.#parts = parts;
    this.#reach = reach;
    this.#told = reach;
    this.#backoff = new Backoff(parts.clock, () => this.#look());
  }

  /** Begins at the end of the feed. @throws CantataError `store_*`. */
  static async start(parts: TailParts): Promise<Tail> {
    const tail = new Tail(parts, await parts.store.feed.end());
    tail.#leaveBus = parts.bus.subscribe(() => tail.#look());
    tail.#poll();
    // For what came between the two.
    tail.#look();
    return tail;
  }

  /** Everything up to here was taken from the store already (T1). */
  get reach(): number {
    return this.#reach;
  }

  /** Everything up to here was offered to those who listen, and they know of what was removed. */
  get told(): number {
    return this.#told;
  }

  stop(): void {
    this.#isStopped = true;
    this.#leaveBus();
    this.#cancelPoll();
    this.#backoff.reset();
  }

  #poll(): void {
    const { clock, pollMs } = this.#parts;
    this.#cancelPoll = clock.at(clock.now() + pollMs, () => {
      this.#poll();
      this.#look();
    });
  }

  /** Hints of one turn of the event loop are one. */
  #look(): void {
    this.#again = true;
    if (this.#isReading || this.#isStopped || this.#backoff.isPausing) return;
    this.#isReading = true;
    this.#parts.clock.defer(() => void this.#read());
  }

  async #read(): Promise<void> {
    const { log, onBroken } = this.#parts;
    try {
      this.#again = false;
      // The next page has a turn of its own.
      if (!this.#isStopped && (await this.#next()) === this.#parts.page) this.#again = true;
      this.#backoff.succeeded();
    } catch (thrown) {
      if (this.#isStopped) return;
      const error = errorFrom(thrown, 'store_unavailable');
      log('warn', 'the feed cannot be read', { message: messageOf(error) });
      if (isPassing(error)) this.#backoff.failed();
      else onBroken(error);
    }
    this.#isReading = false;
    if (this.#again) this.#look();
  }

  /** How many rows there were. */
  async #next(): Promise<number> {
    const { translator, audience } = this.#parts;
    const page = this.#page ?? (await this.#take());
    const translation = await translator.translate(page.rows, audience);
    this.#page = undefined;
    if (!this.#isStopped) this.#tell(page, translation);
    return page.rows.length;
  }

  async #take(): Promise<Page> {
    const { feed, executions } = this.#parts.store;
    const rows = await feed.read(this.#reach, this.#parts.page);
    const removals = await executions.removals({ afterOffset: this.#reach, limit: MOST_REMOVALS });
    this.#page = { rows, lost: unread(removals, rows) };
    this.#reach = rows.at(-1)?.offset ?? this.#reach;
    return this.#page;
  }

  #tell({ lost }: Page, { told, unreadable }: Translation): void {
    const { audience } = this.#parts;
    for (const removal of lost)
      for (const listener of audience.of(removal.executionId, removal)) listener.miss(removal);
    for (const [executionId, error] of unreadable)
      for (const listener of audience.named(executionId)) listener.end(error);
    const woken = new Set<Subscriber>();
    for (const one of told) {
      for (const listener of audience.of(one.event.executionId, one.event)) {
        listener.offer(one);
        woken.add(listener);
      }
    }
    this.#told = this.#reach;
    for (const listener of woken) listener.wake();
  }
}
