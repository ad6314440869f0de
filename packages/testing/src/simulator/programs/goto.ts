/** `on_failure: {goto}`: a failure leads back to the task itself, or to one before it. */
import { type Construct, dependenciesOf, isPlain, type Program } from './program.ts';

export const goto: Construct = {
  name: 'goto',
  add(program, dice) {
    const task = program.pick(dice, isPlain('on_failure'));
    if (task === undefined) return;
    const target = dice.pick([task.id, ...upstreamOf(program, task.id)]);
    task['on_failure'] = { goto: target, ...(dice.chance(0.7) ? { max_times: dice.between(1, 3) } : {}) };
  },
};

/** All that comes before a task, through any number of others. */
function upstreamOf({ tasks }: Program, task: string): readonly string[] {
  const own = tasks.find(({ id }) => id === task);
  const before = own === undefined ? [] : dependenciesOf(own);
  return [...new Set(before.flatMap((id) => [id, ...upstreamOf({ tasks } as Program, id)]))];
}
