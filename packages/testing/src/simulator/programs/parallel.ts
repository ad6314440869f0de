/** `parallel: true`: an item for each element of a list, or for each seat. */
import { type Construct, isPlain } from './program.ts';

export const parallel: Construct = {
  name: 'parallel',
  add(program, dice) {
    const task = program.pick(dice, isPlain('parallel', 'for_each', 'pattern'));
    if (task !== undefined) task['parallel'] = true;
  },
};
