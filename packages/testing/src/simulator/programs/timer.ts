/** `wait`: a task that nobody does, over at a time that has passed or comes. */
import type { Construct } from './program.ts';

export const timer: Construct = {
  name: 'timer',
  add(program, dice) {
    const wait = dice.pick([{ for: '1s' }, { for: '20s' }, { until: '2025-11-24T16:00:30Z' }, { until: 0 }]);
    const task = program.idle({ wait });
    const before = program.someBefore(dice, task);
    if (before.length > 0) task['depends_on'] = before;
  },
};
