/** `when`: a task whose condition is false is skipped. Each condition comes with its meaning, for `outcomes`. */
import type { JsonObject } from '@cantata/core';
import { type Construct, isPlain } from './program.ts';

/** What a condition comes to, said a second time in JavaScript. */
export const CONDITIONS: Readonly<Record<string, (input: JsonObject) => boolean>> = {
  true: () => true,
  false: () => false,
  'input.flag': ({ flag }) => flag === true,
  'size(input.list) > 2': ({ list }) => (list as readonly unknown[]).length > 2,
  'input.salt % 2 == 0': ({ salt }) => (salt as number) % 2 === 0,
};

export const condition: Construct = {
  name: 'condition',
  add(program, dice) {
    const task = program.pick(dice, isPlain('when'));
    if (task !== undefined) task['when'] = dice.pick(Object.keys(CONDITIONS));
  },
};
