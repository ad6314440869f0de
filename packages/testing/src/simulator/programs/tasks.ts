/** A few tasks that depend on earlier ones: what every program begins with. */
import type { Construct } from './program.ts';

export const tasks: Construct = {
  name: 'tasks',
  add(program, dice) {
    const count = dice.between(1, 4);
    for (let n = 0; n < count; n++) {
      const task = program.task(dice);
      // Often tried again: a workflow that gives up at the first failure shows little.
      if (dice.chance(0.6)) task['retry_policy'] = dice.pick(['fixed', 'linear', 'exponential_backoff']);
      const before = program.someBefore(dice, task);
      if (before.length > 0) task['depends_on'] = before;
    }
  },
};
