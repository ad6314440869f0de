/** The bus loses what it is given, refuses it, gets it twice, or out of order. */
import type { Happening } from './happening.ts';

export const wipe: Happening = {
  name: 'wipe',
  weight: 3,
  happen(universe, dice) {
    const { bus, number } = universe.any(dice);
    const count = dice.between(1, 10);
    const how = dice.pick(['lose', 'refuse', 'double', 'swap'] as const);
    bus[how](count);
    return `the bus of process ${number} will ${how} ${count} publications`;
  },
};
