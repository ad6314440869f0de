/** `retry_policy`: what follows when an attempt fails. */
import { type Construct, isPlain } from './program.ts';

export const retry: Construct = {
  name: 'retry',
  add(program, dice) {
    const task = program.pick(dice, isPlain());
    if (task !== undefined) {
      task['retry_policy'] = dice.pick(['none', 'fixed', 'linear', 'exponential_backoff']);
    }
  },
};
