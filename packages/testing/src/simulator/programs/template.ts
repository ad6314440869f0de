/** `input`: what a task works on is computed. */
import { type Construct, dependenciesOf, isPlain } from './program.ts';

export const template: Construct = {
  name: 'template',
  add(program, dice) {
    const task = program.pick(dice, isPlain('input'));
    if (task === undefined) return;
    const read = dependenciesOf(task).map((id) => `\${tasks.${id}.output}`);
    task['input'] = dice.pick(['${input.list}', { salt: '${input.salt}', flag: '${!input.flag}' }, ...read]);
  },
};
