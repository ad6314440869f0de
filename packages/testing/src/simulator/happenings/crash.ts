/** A process dies, as by `kill -9`: now, at the n-th of its next awaits, or with a commit on its way. */
import type { Happening } from './happening.ts';

export const crash: Happening = {
  name: 'crash',
  weight: 6,
  async happen(universe, dice) {
    const process = universe.any(dice);
    const how = dice.unit();
    if (how < 0.35) {
      const awaits = dice.pick([dice.between(1, 10), dice.between(1, 100)]);
      process.dieAfter(awaits);
      return `process ${process.number} will die at its ${awaits}th await`;
    }
    if (how < 0.7) {
      const ms = dice.pick([0, 1, 10, 100]);
      process.dieInCommit(ms);
      return `process ${process.number} will die ${ms} ms after its next commit began`;
    }
    process.kill();
    await universe.repopulate(dice);
    return `process ${process.number} dies`;
  },
};
