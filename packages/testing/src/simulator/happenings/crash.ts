/** A process dies, as by `kill -9`: now, or at the n-th of its next awaits. */
import type { Happening } from './happening.ts';

export const crash: Happening = {
  name: 'crash',
  weight: 6,
  async happen(universe, dice) {
    const process = universe.any(dice);
    const awaits = dice.pick([0, dice.between(1, 10), dice.between(1, 100)]);
    if (awaits > 0) {
      process.dieAfter(awaits);
      return `process ${process.number} will die at its ${awaits}th await`;
    }
    process.kill();
    await universe.repopulate(dice);
    return `process ${process.number} dies`;
  },
};
