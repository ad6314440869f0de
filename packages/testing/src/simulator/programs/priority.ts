/** `priority`: who is served first. */
import { type Construct, isPlain } from './program.ts';

export const priority: Construct = {
  name: 'priority',
  add(program, dice) {
    const task = program.pick(dice, isPlain('priority'));
    if (task !== undefined) task['priority'] = dice.pick([-1, 1, 2]);
  },
};
