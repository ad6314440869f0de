/** Long lists in pages: how many at once, and behind which one the next page begins. */
import { CantataError, isUuid } from '@cantata/core';
import { z } from 'zod';
import { list } from './common.ts';

const MOST_OF_A_PAGE = 200;

export const PageQuery = {
  limit: z.coerce.number().int().min(1).max(MOST_OF_A_PAGE).default(50).describe('most of a page'),
  cursor: z.string().min(1).max(512).optional().describe('`next_cursor` of the page before'),
};

/** The beginning of an id, for who knows no more of it: from the last one on that begins so. */
const BEGINNING = /^[0-9a-f-]{6,36}~$/;

/** Of a list that is in the order of its ids. @throws CantataError `cursor_invalid`. */
export function idCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || isUuid(cursor) || BEGINNING.test(cursor)) return cursor;
  throw new CantataError('cursor_invalid', `${JSON.stringify(cursor)} is no cursor of this list`);
}

export function page<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: list(item),
    next_cursor: z.string().nullable().describe('null on the last page'),
  });
}

/** Of what was found, one more than a page: whether another one follows. */
export function pageOf<Found, Item>(
  found: readonly Found[],
  limit: number,
  { cursor, item }: { readonly cursor: (last: Found) => string; readonly item: (found: Found) => Item },
): { readonly items: readonly Item[]; readonly next_cursor: string | null } {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    next_cursor: found.length > limit && last !== undefined ? cursor(last) : null,
  };
}
