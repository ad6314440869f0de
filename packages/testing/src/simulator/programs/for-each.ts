/** `for_each`: an item for each element of a list, with or without a bound. Each list comes with its length, for `items`. */
import type { Json, JsonObject } from '@cantata/core';
import { type Construct, isPlain } from './program.ts';

/** How many elements a list has, said a second time in JavaScript. */
export const LENGTHS: Readonly<Record<string, (input: JsonObject) => number>> = {
  '${input.list}': ({ list }) => (list as readonly Json[]).length,
  '${input.list + input.list + [9]}': ({ list }) => 2 * (list as readonly Json[]).length + 1,
  '${input.flag ? [1, 2, 3, 4] : []}': ({ flag }) => (flag === true ? 4 : 0),
};

export const forEach: Construct = {
  name: 'for_each',
  add(program, dice) {
    const task = program.pick(dice, isPlain('parallel', 'for_each', 'pattern'));
    if (task === undefined) return;
    task['for_each'] = dice.pick(Object.keys(LENGTHS));
    if (dice.chance(0.3)) task['enough'] = dice.pick([1, 2]);
    if (dice.chance(0.7)) task['max_concurrency'] = dice.pick([1, 2, 3]);
    if (!('input' in task) && dice.chance(0.5)) task['input'] = { item: '${item}', index: '${index}' };
  },
};
