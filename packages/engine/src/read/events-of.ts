/** The events of one type in the log of an execution. */
import type { Codec, EventRow, ExecutionEvent, LogStore } from '@cantata/core';
import { decodeEvent } from '../shell/loader.ts';

const PAGE = 1_000;

export interface Recorded<Type extends ExecutionEvent['type']> {
  readonly row: EventRow;
  readonly event: Extract<ExecutionEvent, { readonly type: Type }>;
}

/** Those after a sequence, the oldest first. O(its log). */
export async function* eventsOf<const Type extends ExecutionEvent['type']>(
  { log, codec }: { readonly log: LogStore; readonly codec: Codec },
  executionId: string,
  type: Type,
  afterSequence = 0,
): AsyncIterable<Recorded<Type>> {
  for (let after = afterSequence; ; ) {
    const rows = await log.readEntity(executionId, after, PAGE);
    for (const row of rows) {
      after = row.sequence;
      if (row.type === type) yield { row, event: decodeEvent(codec, row) as Recorded<Type>['event'] };
    }
    if (rows.length < PAGE) return;
  }
}
