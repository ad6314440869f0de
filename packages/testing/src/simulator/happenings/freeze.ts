/** A process gets no processor time for a while, and wakes up late: its lease may have run out. */
import type { Happening } from './happening.ts';

export const freeze: Happening = {
  name: 'freeze',
  weight: 4,
  async happen(universe, dice) {
    const { clock, number } = universe.any(dice);
    const ms = dice.pick([100, 3_000, 20_000]);
    clock.freeze(ms);
    return `process ${number} stands still for ${ms} ms`;
  },
};
