/** `timeout`: what an attempt may take. */
import { type Construct, isPlain } from './program.ts';

export const timeout: Construct = {
  name: 'timeout',
  add(program, dice) {
    const task = program.pick(dice, isPlain('timeout'));
    if (task !== undefined) task['timeout'] = dice.pick(['2s', '5s', '1m']);
  },
};
