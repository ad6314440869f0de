/** The clock of a process shows another time than the others. */
import type { Happening } from './happening.ts';

export const skew: Happening = {
  name: 'skew',
  weight: 3,
  happen(universe, dice) {
    const { clock, number } = universe.any(dice);
    clock.skewMs = dice.pick([-8_000, -300, 0, 300, 8_000]);
    return `the clock of process ${number} is off by ${clock.skewMs} ms`;
  },
};
