/** Every clock is set, back or forward, and no timer notices. */
import type { Happening } from './happening.ts';

export const jump: Happening = {
  name: 'jump',
  weight: 2,
  happen({ clock }, dice) {
    const ms = dice.pick([-5_000, -200, 200, 5_000, 60_000]);
    clock.jump(ms);
    return `all clocks are set ${ms > 0 ? 'forward' : 'back'} by ${Math.abs(ms)} ms`;
  },
};
