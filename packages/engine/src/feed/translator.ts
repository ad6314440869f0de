/** Rows of the feed as events for those who want them. One log that cannot be read keeps nobody from the others. */
import { type CantataError, type FeedRow, isResource, projected } from '@cantata/core';
import { errorFrom, isPassing } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Publisher, Whose } from '../read/publisher.ts';
import type { Told } from './messages.ts';

/** Beside what its row has, an event takes about so much. */
const BARE_SIZE = 500;
/** So many logs that cannot be read are told of once each; beyond them again. */
const MOST_NOTED = 1_000;

/** Who wants the events of an execution: asked before it is known whose it is, and again when it is. */
export interface Wish {
  readonly mayWant: (executionId: string) => boolean;
  readonly wants: (executionId: string, whose: Whose) => boolean;
}

export interface Translation {
  readonly told: readonly Told[];
  /** What cannot be read, by execution. */
  readonly unreadable: ReadonlyMap<string, CantataError>;
}

export class Translator {
  readonly #publisher: Publisher;
  readonly #log: Log;
  readonly #noted = new Set<string>();

  constructor(publisher: Publisher, log: Log) {
    this.#publisher = publisher;
    this.#log = log;
  }

  /** In the order of the rows. @throws CantataError what passes: the same again may succeed. */
  async translate(rows: readonly FeedRow[], wish: Wish): Promise<Translation> {
    const told: Told[] = [];
    const unreadable = new Map<string, CantataError>();
    for (const row of rows) {
      const { entity } = row;
      if (isResource(entity) || unreadable.has(entity) || !wish.mayWant(entity)) continue;
      try {
        const one = await this.#one(row, wish);
        if (one !== undefined) told.push(one);
      } catch (thrown) {
        const error = errorFrom(thrown, 'store_corrupt');
        if (isPassing(error)) throw error;
        unreadable.set(entity, error);
        this.#note(entity, error);
      }
    }
    return { told, unreadable };
  }

  /** Waits for nothing that is at hand. */
  async #one(row: FeedRow, wish: Wish): Promise<Told | undefined> {
    const { entity: executionId, offset } = row;
    const soon = this.#publisher.whose(row);
    const whose = soon instanceof Promise ? await soon : soon;
    if (whose === undefined || !wish.wants(executionId, whose)) return undefined;
    const published = this.#publisher.publish(row);
    const event = published instanceof Promise ? await published : published;
    if (event === undefined) return undefined;
    const { tenant, workflowId } = whose;
    const all = [event, ...projected(event)];
    return {
      event: { offset, tenant, workflowId, executionId, published: all },
      size: BARE_SIZE + row.data.length,
    };
  }

  #note(executionId: string, { message }: CantataError): void {
    if (this.#noted.has(executionId)) return;
    if (this.#noted.size >= MOST_NOTED) this.#noted.clear();
    this.#noted.add(executionId);
    const fields = { execution: executionId, message };
    this.#log('error', 'events cannot be read, and are left out of the streams', fields);
  }
}
