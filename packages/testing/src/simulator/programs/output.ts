/** `output`: an answer that does not fit its schema is a failure. */
import { type Construct, isPlain } from './program.ts';

export const output: Construct = {
  name: 'output',
  add(program, dice) {
    const task = program.pick(dice, isPlain('output'));
    if (task !== undefined) task['output'] = dice.pick([{ type: ['null', 'array', 'object'] }, {}]);
  },
};
