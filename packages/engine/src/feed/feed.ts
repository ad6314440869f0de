/**
 * What happens, as it happens: committed events of a tenant, a workflow or an execution, from any point on, for any number
 * of listeners in this process. Each comes once and in order; one tail reads the store for all of them, as long as there
 * is one.
 */
import { type Bus, CantataError, type Clock, type Instant, type Store } from '@cantata/core';
import type { Log } from '../log.ts';
import type { Publisher } from '../read/publisher.ts';
import { Audience } from './audience.ts';
import { FEED_BOUNDS, type FeedBounds, type FeedFilter } from './messages.ts';
import { removedError } from './removed.ts';
import { type FeedSink, Subscriber } from './subscriber.ts';
import { Tail } from './tail.ts';
import { Translator } from './translator.ts';
import { Turns } from './turns.ts';

const HOUR_MS = 3_600_000;

export interface FeedParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly publisher: Publisher;
  readonly settings: { readonly feedPollMs: number; readonly streamRetentionMs: number };
  readonly bounds?: FeedBounds;
}

/**
 * Where to begin: behind an offset that was told, or at it, once more; with the first event that is still there, whatever
 * was removed and however old; or with what is committed from now on.
 */
export type FeedBegin = number | { readonly at: number } | 'start' | 'now';

export interface FeedRequest {
  readonly filter: FeedFilter;
  readonly after: FeedBegin;
  readonly sink: FeedSink;
  /** Closes the subscription. */
  readonly signal?: AbortSignal;
}

export interface FeedSubscription {
  /** Everything of the filter up to here was given to the sink: where to go on later. */
  readonly offset: number;
  /**
   * Resolves when nothing more comes: with why, unless it was closed. `cursor_too_old` where events were removed before
   * they were told, `engine_closed`, what the sink threw, or what makes the store or the named execution unreadable.
   */
  readonly ended: Promise<CantataError | undefined>;
  close(): void;
}

export class Feed {
  readonly #parts: FeedParts;
  readonly #audience = new Audience<Subscriber>();
  readonly #translator: Translator;
  readonly #turns: Turns;
  readonly #bounds: FeedBounds;
  #tail: Promise<Tail> | undefined;
  /** Those who listen, and those who are about to. */
  #users = 0;
  #isClosed = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#translator = new Translator(parts.publisher, parts.log);
    this.#turns = new Turns(parts.clock);
    this.#bounds = parts.bounds ?? FEED_BOUNDS;
  }

  /** How many listen. */
  get size(): number {
    return this.#audience.size;
  }

  /**
   * Gives events to a sink, in order and each once: those after the cursor first, then what is committed. A store that
   * fails for a while is asked again, and so is a sink that is slow waited for: neither loses anything.
   * @throws CantataError `cursor_invalid`, `cursor_too_old` where something after the cursor was removed or is older than
   * `streamRetentionMs`, `engine_closed`, `store_*`.
   */
  async subscribe({ filter, after, sink, signal }: FeedRequest): Promise<FeedSubscription> {
    this.#users += 1;
    try {
      if (this.#isClosed) throw closedError();
      const tail = await (this.#tail ??= this.#startTail());
      const { clock } = this.#parts;
      const asked = await this.#cursorOf(after, filter);
      // What was committed meanwhile is before now.
      const cursor = after === 'now' ? Math.max(asked, tail.reach) : asked;
      if (this.#isClosed) throw closedError();
      const since = after === 'start' ? clock.now() : undefined;
      return this.#listen({ tail, filter, sink, signal, cursor, since });
    } catch (error) {
      this.#left();
      throw error;
    }
  }

  /** Ends every subscription with `engine_closed`. */
  close(): void {
    this.#isClosed = true;
    for (const subscriber of this.#audience.all) subscriber.end(closedError());
  }

  #listen({
    tail,
    filter,
    sink,
    signal,
    cursor,
    since,
  }: Omit<FeedRequest, 'after' | 'signal'> & {
    readonly tail: Tail;
    readonly signal: AbortSignal | undefined;
    readonly cursor: number;
    readonly since: Instant | undefined;
  }): FeedSubscription {
    const { store, clock } = this.#parts;
    const [translator, turns, bounds] = [this.#translator, this.#turns, this.#bounds];
    const { promise: ended, resolve } = Promise.withResolvers<CantataError | undefined>();
    const close = (): void => subscriber.end();
    const onEnd = (error: CantataError | undefined): void => {
      signal?.removeEventListener('abort', close);
      this.#audience.remove(subscriber);
      this.#left();
      resolve(error);
    };
    const subscriber = new Subscriber({
      ...{ store, clock, translator, turns, tail, bounds },
      ...{ filter, cursor, since, sink, onEnd },
    });
    this.#audience.add(subscriber);
    signal?.addEventListener('abort', close, { once: true });
    if (signal?.aborted === true) close();
    subscriber.wake();
    return {
      get offset() {
        return subscriber.offset;
      },
      ended,
      close,
    };
  }

  async #cursorOf(after: FeedBegin, filter: FeedFilter): Promise<number> {
    const { feed } = this.#parts.store;
    if (after === 'start') return 0;
    const end = await feed.end();
    if (after === 'now') return end;
    const [least, given] = typeof after === 'number' ? [0, after] : [1, after.at];
    if (!Number.isSafeInteger(given) || given < least || given > end) {
      const message = `the cursor ${given} is none: those that were given out are whole numbers from ${least} to ${end}`;
      throw new CantataError('cursor_invalid', message);
    }
    return this.#kept(given - least, filter);
  }

  /** @throws CantataError `cursor_too_old` */
  async #kept(cursor: number, filter: FeedFilter): Promise<number> {
    const { store, clock, settings } = this.#parts;
    const [removal] = await store.executions.removals({ ...filter, afterOffset: cursor, limit: 1 });
    if (removal !== undefined) throw removedError(cursor, removal);
    const at = await this.#firstAfter(cursor, filter);
    if (at === undefined || at >= clock.now() - settings.streamRetentionMs) return cursor;
    const hours = settings.streamRetentionMs / HOUR_MS;
    const message = `what came after the cursor ${cursor} is older than the ${hours} hours for which a stream can be resumed`;
    throw new CantataError('cursor_too_old', message);
  }

  async #firstAfter(cursor: number, { executionId }: FeedFilter): Promise<Instant | undefined> {
    const { feed } = this.#parts.store;
    if (executionId === undefined) return feed.timeAfter(cursor);
    return (await feed.read(cursor, 1, executionId))[0]?.at;
  }

  #startTail(): Promise<Tail> {
    const { store, bus, clock, log, settings } = this.#parts;
    const tail = Tail.start({
      ...{ store, bus, clock, log, pollMs: settings.feedPollMs },
      ...{ audience: this.#audience, translator: this.#translator, page: this.#bounds.page },
      onBroken: (error) => {
        for (const subscriber of this.#audience.all) subscriber.end(error);
      },
    });
    // Whoever asks next tries again.
    tail.catch(() => {
      if (this.#tail === tail) this.#tail = undefined;
    });
    return tail;
  }

  /** The last one stops the tail. */
  #left(): void {
    this.#users -= 1;
    if (this.#users > 0 || this.#tail === undefined) return;
    const tail = this.#tail;
    this.#tail = undefined;
    void tail.then((started) => started.stop());
  }
}

function closedError(): CantataError {
  return new CantataError('engine_closed', 'the engine is closing; nothing more is told here');
}
