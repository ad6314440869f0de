/** `on_failure`: whether the workflow goes on without a task that has failed. */
import { type Construct, isPlain } from './program.ts';

export const onFailure: Construct = {
  name: 'on_failure',
  add(program, dice) {
    const task = program.pick(dice, isPlain('on_failure'));
    if (task !== undefined)
      task['on_failure'] = dice.pick(['continue', 'continue', 'continue', 'fail', 'compensate']);
  },
};
