/** `terminate`: a task that ends the execution, whatever else is open. */
import type { Construct } from './program.ts';

export const terminate: Construct = {
  name: 'terminate',
  add(program, dice) {
    const task = program.task(dice, {
      terminate: dice.pick([
        { as: 'completed' },
        { as: 'completed', output: '${input.salt}', reason: 'enough' },
        { as: 'failed', reason: 'salt ${input.salt}' },
      ]),
    });
    delete task['agent'];
    const before = program.someBefore(dice, task, 0.5);
    if (before.length > 0) task['depends_on'] = before;
    // Mostly under a condition: what always ends early shows little.
    if (dice.chance(0.7))
      task['when'] = dice.pick(['input.flag', 'size(input.list) > 2', 'input.salt % 2 == 0']);
  },
};
