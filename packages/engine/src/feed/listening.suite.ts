/** Listeners of a test: they note what they are told, and take as long as they are made to. */
import type { CantataError, Store } from '@cantata/core';
import type { Process } from '../world.suite.ts';
import { Feed, type FeedBegin, type FeedParts, type FeedSubscription } from './feed.ts';
import type { FeedEvent, FeedFilter } from './messages.ts';

export const ALL: FeedFilter = { tenant: 'default' };

/** Small, so that a test reaches them. */
export const SMALL = { page: 4, kept: 6, keptCharacters: 100_000, givenCharacters: 100_000 };

export function feedOf({ parts }: Pick<Process, 'parts'>, changes: Partial<FeedParts> = {}): Feed {
  const { store, bus, clock, log, publisher, settings } = parts;
  return new Feed({ store, bus, clock, log, publisher, settings, bounds: SMALL, ...changes });
}

export class Listener {
  readonly filter: FeedFilter;
  readonly heard: FeedEvent[] = [];
  /** How often it was told something. */
  times = 0;
  /** Where it began. */
  from = 0;
  end: CantataError | 'closed' | undefined;
  subscription: FeedSubscription | undefined;
  #held: Promise<void> | undefined;
  #release: () => void = () => undefined;

  constructor(filter: FeedFilter = ALL) {
    this.filter = filter;
  }

  async join(feed: Feed, after: FeedBegin = 0, signal?: AbortSignal): Promise<this> {
    const { filter } = this;
    const sink = (events: readonly FeedEvent[]): void | Promise<void> => this.#hear(events);
    const request = { filter, after, sink, ...(signal === undefined ? {} : { signal }) };
    this.subscription = await feed.subscribe(request);
    this.from = typeof after === 'number' ? after : this.subscription.offset;
    void this.subscription.ended.then((error) => {
      this.end = error ?? 'closed';
    });
    return this;
  }

  get offsets(): readonly number[] {
    return this.heard.map(({ offset }) => offset);
  }

  get code(): string | undefined {
    return this.end === 'closed' ? 'closed' : this.end?.code;
  }

  /** From the next time on it takes until it is let go. */
  hold(): void {
    // Whoever waits already waits for this.
    if (this.#held !== undefined) return;
    ({ promise: this.#held, resolve: this.#release } = Promise.withResolvers<void>());
  }

  letGo(): void {
    this.#held = undefined;
    this.#release();
  }

  #hear(events: readonly FeedEvent[]): void | Promise<void> {
    this.heard.push(...events);
    this.times += 1;
    return this.#held;
  }
}

/** What a filter should have heard after an offset, from the store alone. */
export async function expected(
  store: Store,
  { tenant, workflowId, executionId }: FeedFilter,
  after: number,
): Promise<readonly number[]> {
  const rows = await store.feed.read(after, 1_000_000);
  const offsets: number[] = [];
  for (const row of rows) {
    const whose = await store.executions.get(row.entity);
    if (whose === undefined || whose.tenant !== tenant) continue;
    if (workflowId !== undefined && whose.workflowId !== workflowId) continue;
    if (executionId === undefined || executionId === row.entity) offsets.push(row.offset);
  }
  return offsets;
}
