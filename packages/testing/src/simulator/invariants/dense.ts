import type { Invariant } from './invariant.ts';

export const dense: Invariant = {
  name: 'dense',
  says: 'In every entity sequences are 1 to n, in every shard positions are 1 to n.',
  *check({ shards }) {
    const sequences = new Map<string, number>();
    for (const [shard, rows] of shards.entries()) {
      for (const [n, { entity, sequence, position }] of rows.entries()) {
        if (position !== n + 1) yield `shard ${shard} has position ${position} after ${n}`;
        const before = sequences.get(entity) ?? 0;
        if (sequence !== before + 1) yield `${entity} has event ${sequence} after ${before}`;
        sequences.set(entity, sequence);
      }
    }
  },
};
