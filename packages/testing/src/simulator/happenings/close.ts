/** A process ends in good order. */
import type { Happening } from './happening.ts';

export const close: Happening = {
  name: 'close',
  weight: 4,
  async happen(universe, dice) {
    const process = universe.any(dice);
    universe.ask(
      process,
      `the end of process ${process.number}`,
      (engine) => engine.close(),
      () => process.kill(),
    );
    // What it still wants from the store may fail: the lease runs out then.
    await universe.clock.advance(0);
    await universe.repopulate(dice);
    return `process ${process.number} closes`;
  },
};
