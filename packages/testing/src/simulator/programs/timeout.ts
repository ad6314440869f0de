/** `timeout`: what an attempt may take. */
import { type Construct, isPlain } from './program.ts';

export const timeout: Construct = {
  name: 'timeout',
  add(program, dice) {
    const task = program.pick(dice, isPlain('timeout'));
    if (task === undefined) return;
    task['timeout'] = dice.pick(['2s', '5s', '1m']);
    if (dice.chance(0.3) && !('pattern' in task)) task['heartbeat_timeout'] = '1s';
    if (dice.chance(0.3)) task['task_timeout'] = dice.pick(['1m', '2m']);
  },
};
