/** `wait: {approval}`: a task that asks somebody; `happenings/tell.ts` answers. */
import type { Construct } from './program.ts';

export const approval: Construct = {
  name: 'approval',
  mayWaitFor: ['waits_for_person'],
  add(program, dice) {
    const schema = dice.chance(0.3) ? { schema: { type: 'number' } } : {};
    const patience = dice.pick([{}, { timeout: '5s' }, { timeout: '20s', default: 7 }]);
    const entitled = dice.pick([{}, {}, { answered_by: ['bob'] }]);
    const task = program.idle({
      wait: { approval: { prompt: 'May it?', ...entitled, ...schema, ...patience } },
    });
    const before = program.someBefore(dice, task);
    if (before.length > 0) task['depends_on'] = before;
  },
};
