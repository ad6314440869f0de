/** A few tasks that depend on earlier ones: what every program begins with. */
import type { Construct } from './program.ts';

export const tasks: Construct = {
  name: 'tasks',
  add(program, dice) {
    const count = dice.between(1, 4);
    for (let n = 0; n < count; n++) {
      const task = program.task(dice);
      const before = program.someBefore(dice, task);
      if (before.length > 0) task['depends_on'] = before;
    }
  },
};
