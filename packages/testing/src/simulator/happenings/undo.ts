/** An operator has what could not be undone tried again, or skips it; at a right or at a wrong time. */
import type { Happening } from './happening.ts';

export const undo: Happening = {
  name: 'undo',
  weight: 6,
  happen(universe, dice) {
    const process = universe.any(dice);
    const id = universe.anyExecution(dice);
    if (id === undefined) return undefined;
    const step = { task: `t${dice.below(5)}` };
    const how = dice.pick(['retry all', 'retry', 'skip'] as const);
    universe.ask<unknown>(process, `${how} undoing of ${id}`, (engine) => {
      if (how === 'skip') return engine.skipCompensation(id, 'ann', step, 'done by hand');
      return engine.retryCompensation(id, 'ann', how === 'retry' ? step : undefined);
    });
    return `process ${process.number} is asked to ${how} the undoing of ${id}`;
  },
};
