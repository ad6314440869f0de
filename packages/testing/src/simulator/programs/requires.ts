/** `requires`: done by any group that can. */
import { type Construct, isPlain } from './program.ts';

export const requires: Construct = {
  name: 'requires',
  add(program, dice) {
    const task = program.pick(dice, isPlain('requires'));
    if (task === undefined) return;
    delete task['agent'];
    task['requires'] = dice.pick([['think'], ['write'], ['think', 'write']]);
  },
};
