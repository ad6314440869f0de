/** What a reader of a stream asks for: the same for WebSocket and server-sent events. */
import { CantataError } from '@cantata/core';
import { z } from 'zod';
import { Uuid } from '../schemas/common.ts';
import { type Cursor, parseCursor } from './cursor.ts';

export const StreamQuery = z.object({
  execution_id: Uuid.optional().describe('only of this execution; from its beginning unless said otherwise'),
  types: z.string().max(1_000).optional().describe('only these types, comma separated'),
  cursor: z.string().max(32).optional().describe('go on behind the message that had it'),
  from: z
    .enum(['start', 'now'])
    .optional()
    .describe('where to begin without a cursor; `now` unless an execution is named'),
  events: z.enum(['all']).optional().describe('`all`: every published event under its own name, besides'),
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
}

/** @throws CantataError `request_invalid`, `cursor_invalid` */
export function streamRequest(query: unknown): StreamRequest {
  const parsed = StreamQuery.safeParse(query);
  if (!parsed.success) {
    const told = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new CantataError('request_invalid', told.join('; '));
  }
  const { execution_id, types, cursor, from, events, live } = parsed.data;
  return {
    executionId: execution_id,
    types: types === undefined ? undefined : new Set(types.split(',').map((type) => type.trim())),
    cursor:
      cursor === undefined ? (from ?? (execution_id === undefined ? 'now' : 'start')) : parseCursor(cursor),
    events: events ?? 'some',
    isLive: live === '1',
  };
}
