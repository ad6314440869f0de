import type { Invariant } from './invariant.ts';

export const told: Invariant = {
  name: 'told',
  says: 'What a bus tells is in the log, in its order, each event once.',
  *check({ processes, shards }) {
    for (const { number, spans } of processes) {
      const past = new Map<number, number>();
      for (const { shard, events } of spans) {
        for (const { position, entity, sequence } of events) {
          const row = shards[shard]?.[position - 1];
          if (row?.entity !== entity || row.sequence !== sequence)
            yield `process ${number} told event ${sequence} of ${entity}, which is not at ${position} of shard ${shard}`;
          if (position <= (past.get(shard) ?? 0))
            yield `process ${number} told position ${position} of shard ${shard} after ${past.get(shard)}`;
          past.set(shard, position);
        }
      }
    }
  },
};
