/** Events that were removed from the store before they were read (S9): whoever should have had them has to be told. */
import { CantataError, type FeedRow, iso, type RemovalRow } from '@cantata/core';

/** Of those that were removed since a page began: they were not whole in it. Of the others the page has the last event. */
export function unread(removals: readonly RemovalRow[], page: readonly FeedRow[]): readonly RemovalRow[] {
  if (removals.length === 0) return removals;
  const read = new Set(page.map(({ offset }) => offset));
  return removals.filter(({ offset }) => !read.has(offset));
}

export function removedError(cursor: number, { executionId, at, by }: RemovalRow): CantataError {
  const message = `events after the cursor ${cursor} are gone: ${by} removed execution ${executionId} at ${iso(at)}`;
  return new CantataError('cursor_too_old', message, { detail: { execution_id: executionId } });
}
