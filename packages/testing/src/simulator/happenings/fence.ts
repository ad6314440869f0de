/** The shards go to another process while the one that had them still lives: a lease ran out in a long pause. */
import type { Happening } from './happening.ts';

export const fence: Happening = {
  name: 'fence',
  weight: 4,
  async happen(universe, dice) {
    const one = universe.any(dice);
    const other = universe.any(dice);
    if (one === other) return undefined;
    await one.store.fence(other.owner, 10_000);
    return `the store gives the shards of process ${one.number} to process ${other.number}`;
  },
};
