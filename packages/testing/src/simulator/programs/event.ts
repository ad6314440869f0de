/** `on`: a task that needs an event besides; agents publish none, `happenings/tell.ts` does. */
import { type Construct, type Draft, isPlain } from './program.ts';

export const TOPICS = ['orders', 'news'];

export const event: Construct = {
  name: 'event',
  mayWaitFor: ['waits_for_event'],
  add(program, dice) {
    const coordination = program.document['coordination'] as Draft;
    coordination['event_driven'] = TOPICS;
    const task = dice.chance(0.5) ? program.pick(dice, isPlain('on')) : program.task(dice);
    if (task === undefined) return;
    const wanted = dice.chance(0.3) ? { when: 'event > 1' } : {};
    // Left open for ever it would keep most programs from ever ending.
    const patience = dice.pick([
      { timeout: '20s' },
      { otherwise: 'skip' },
      { timeout: '5s', otherwise: 'skip' },
    ]);
    task['on'] = { event: dice.pick(TOPICS), ...wanted, ...patience };
  },
};
