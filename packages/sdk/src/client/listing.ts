/** A long list: one after the other over all its pages, or page by page. */
import type { Page } from './types.ts';

export interface Listing<Item> extends AsyncIterable<Item> {
  /** One page: the first, or that behind a cursor. */
  page(cursor?: string): Promise<Page<Item>>;
  /** All of it, for lists that are known to be short. */
  all(): Promise<readonly Item[]>;
}

export function listing<Item>(page: (cursor: string | undefined) => Promise<Page<Item>>): Listing<Item> {
  async function* items(): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const { items: some, next_cursor: next } = await page(cursor);
      yield* some;
      cursor = next ?? undefined;
    } while (cursor !== undefined);
  }
  return {
    page: (cursor) => page(cursor),
    async all() {
      const found: Item[] = [];
      for await (const item of items()) found.push(item);
      return found;
    },
    [Symbol.asyncIterator]: items,
  };
}
