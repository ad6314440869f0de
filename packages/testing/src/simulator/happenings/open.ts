/** One more process. */
import type { Happening } from './happening.ts';

const MOST = 4;

export const open: Happening = {
  name: 'open',
  weight: 4,
  async happen(universe, dice) {
    if (universe.alive.length >= MOST) return undefined;
    const { number } = await universe.open(dice);
    return `process ${number} opens`;
  },
};
