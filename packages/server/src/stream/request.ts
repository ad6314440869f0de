/** What a reader of a stream asks for: the same for WebSocket and server-sent events. */
import { CantataError } from '@cantata/core';
import { z } from 'zod';
import { wordsOf } from '../problems/issue-words.ts';
import { Uuid } from '../schemas/common.ts';
import { type Cursor, parseCursor } from './cursor.ts';
import { LIVE_TYPES, MESSAGE_TYPES } from './messages.ts';

export const StreamQuery = z.strictObject({
  execution_id: Uuid.optional().describe('only of this execution; from its beginning unless said otherwise'),
  types: z.string().max(1_000).optional().describe('only these types, comma separated'),
  cursor: z.string().max(32).optional().describe('go on behind the message that had it'),
  from: z
    .enum(['start', 'now'])
    .optional()
    .describe('where to begin without a cursor; `now` unless an execution is named'),
  events: z.enum(['all']).optional().describe('`all`: every published event under its own name, besides'),
  position: z
    .enum(['1'])
    .optional()
    .describe('`1`: over WebSocket, where it stands as soon as it does, besides'),
  live: z
    .enum(['1'])
    .optional()
    .describe('`1`: what agents say while they work, besides; without cursor, never kept'),
});

export interface StreamRequest {
  readonly executionId: string | undefined;
  readonly types: ReadonlySet<string> | undefined;
  readonly cursor: Cursor | 'start' | 'now';
  readonly events: 'some' | 'all';
  readonly isLive: boolean;
  /** Whether to say the position first of all. */
  readonly wantsPosition: boolean;
}

/** @throws CantataError `request_invalid`, `cursor_invalid` */
export function streamRequest(query: unknown): StreamRequest {
  const parsed = StreamQuery.safeParse(query);
  if (!parsed.success) {
    const told = parsed.error.issues.map(
      (issue) => `${['query', ...issue.path].join('.')}: ${wordsOf(issue)}`,
    );
    throw new CantataError('request_invalid', told.join('; '));
  }
  const { execution_id, types, cursor, from, events, live, position } = parsed.data;
  return {
    executionId: execution_id,
    types: types === undefined ? undefined : typesIn(types, parsed.data),
    cursor:
      cursor === undefined ? (from ?? (execution_id === undefined ? 'now' : 'start')) : parseCursor(cursor),
    events: events ?? 'some',
    isLive: live === '1',
    wantsPosition: position === '1',
  };
}

/** A type that never comes would be waited for in vain. With `events=all` any name may come. @throws CantataError `request_invalid` */
function typesIn(text: string, { events, live }: z.output<typeof StreamQuery>): ReadonlySet<string> {
  const types = text.split(',').map((type) => type.trim());
  const known: readonly string[] = [...MESSAGE_TYPES, ...(live === '1' ? LIVE_TYPES : [])];
  const unknown = types.filter((type) => !known.includes(type));
  if (events === 'all' || unknown.length === 0) return new Set(types);
  throw new CantataError(
    'request_invalid',
    `query.types: there is no ${unknown.join(', ')}; there are ${known.join(', ')}, and other events with events=all`,
  );
}
