/** What the last runs of a workflow took, read from their logs: the source of estimates. Bounded, whatever they hold. */
import {
  type Codec,
  type EventRow,
  type ExecutionEvent,
  type ExecutionRow,
  type History,
  historyOf,
  ItemClock,
  type ItemSample,
  type Store,
} from '@cantata/core';
import { decodeEvent } from '../shell/loader.ts';

export interface HistoryBounds {
  /** Completed executions that are looked at, the newest first. */
  readonly runs: number;
  /** Events of all of them together. */
  readonly events: number;
  /** Payload of all of them together, in characters of JSON. */
  readonly characters: number;
}

/** A tenth of a second for logs of the usual kind. */
export const HISTORY_BOUNDS = {
  runs: 20,
  events: 20_000,
  characters: 16 * 1_048_576,
} as const satisfies HistoryBounds;

const PAGE = 1_000;

export interface HistoryParts {
  readonly store: Store;
  readonly codec: Codec;
}

/**
 * Medians per task over the last completed executions of every version of a workflow: what a task is called is what it
 * is. An execution is read as far as the bounds allow. @throws CantataError `store_*`.
 */
export async function readHistory(
  { store, codec }: HistoryParts,
  workflowId: string,
  bounds: HistoryBounds = HISTORY_BOUNDS,
): Promise<History> {
  const samples = new Map<string, ItemSample[]>();
  const left = { events: bounds.events, characters: bounds.characters };
  const rows = await store.executions.list({ workflowId, statuses: ['completed'], limit: bounds.runs });
  for (const row of rows) {
    const clock = new ItemClock();
    for await (const event of eventsOf(row, store, left)) {
      if (event.type !== 'agent.task_assigned' && event.type !== 'task.completed') continue;
      const sample = clock.observe(decodeEvent(codec, event) as ExecutionEvent, event.at);
      if (sample === undefined) continue;
      const { task, ...rest } = sample;
      const items = samples.get(task) ?? [];
      samples.set(task, items);
      items.push(rest);
    }
  }
  return historyOf(samples);
}

async function* eventsOf(
  { executionId }: ExecutionRow,
  store: Store,
  left: { events: number; characters: number },
): AsyncGenerator<EventRow> {
  let after = 0;
  for (;;) {
    const limit = Math.min(PAGE, left.events);
    if (limit === 0 || left.characters <= 0) return;
    const rows = await store.log.readEntity(executionId, after, limit);
    for (const row of rows) {
      after = row.sequence;
      left.events -= 1;
      left.characters -= row.data.length;
      yield row;
    }
    if (rows.length < limit) return;
  }
}
