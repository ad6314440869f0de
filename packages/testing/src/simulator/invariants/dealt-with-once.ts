import type { EventRow } from '@cantata/core';
import type { Invariant } from './invariant.ts';

export const dealtWithOnce: Invariant = {
  name: 'dealt with once',
  says: 'What came through the inbox is dealt with once: it is consumed by one commit, and nothing follows from it again.',
  *check({ commits, shards }) {
    const consumed = new Set<string>();
    for (const { commit } of commits) {
      for (const id of commit.consumed) {
        if (consumed.has(id)) yield `the message ${id} was consumed twice`;
        consumed.add(id);
      }
    }
    for (const rows of shards) yield* again(rows);
  },
};

/** What one decision of an entity gives stands together in its log, at one time. */
function* again(rows: readonly EventRow[]): Iterable<string> {
  const last = new Map<string, EventRow>();
  for (const row of rows) {
    const { entity, sequence, type, causation, at } = row;
    if (!MESSAGE.test(causation)) continue;
    const key = `${entity} ${causation}`;
    const before = last.get(key);
    if (before !== undefined && (before.sequence !== sequence - 1 || before.at !== at))
      yield `${type} (event ${sequence} of ${entity}) follows from ${causation}, which had been dealt with before`;
    last.set(key, row);
  }
}

/** Commands from outside and messages between entities have ids; timers and answers of agents name something else. */
const MESSAGE = /^[0-9a-f]{8}-/;
