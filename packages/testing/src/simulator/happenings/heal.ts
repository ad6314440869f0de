/** Faults that were going to happen do not. */
import type { Happening } from './happening.ts';

export const heal: Happening = {
  name: 'heal',
  weight: 4,
  happen(universe) {
    for (const process of universe.alive) process.mend();
    return 'all stores, buses and clocks are well again';
  },
};
