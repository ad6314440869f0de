/**
 * Where a reader of a stream is: behind the event at an offset of the feed, or behind one of the messages that event
 * became. Opaque to clients.
 */
import { CantataError } from '@cantata/core';
import type { FeedBegin } from '@cantata/engine';

export interface Cursor {
  /** Of the event the last message came from. */
  readonly offset: number;
  /** How many of its messages were seen; undefined for all of them. */
  readonly seen?: number;
}

export function cursorText({ offset, seen }: Cursor): string {
  return seen === undefined ? String(offset) : `${offset}.${seen}`;
}

/** @throws CantataError `cursor_invalid` */
export function parseCursor(text: string): Cursor {
  const [, offset, seen] = /^(\d{1,15})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  if (offset === undefined)
    throw new CantataError('cursor_invalid', 'a cursor is what stood beside a message, and this is none');
  return { offset: Number(offset), ...(seen === undefined ? {} : { seen: Number(seen) }) };
}

/** An event of which not all messages were seen is read again. */
export function beginOf({ offset, seen }: Cursor): FeedBegin {
  return seen === undefined ? offset : { at: offset };
}
