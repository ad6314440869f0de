/** `wait: {signal}`: a task that waits for what the outside tells the execution; `happenings/tell.ts` does. */
import type { Json } from '@cantata/core';
import type { Construct, Draft } from './program.ts';

/** Kept where it comes early, or not. */
const SIGNALS = { go: {}, now: { buffer: false } } as const satisfies Json;

export const signal: Construct = {
  name: 'signal',
  mayWaitFor: ['waits_for_signal'],
  add(program, dice) {
    const declared = (program.document['signals'] ??= {}) as Draft;
    const name = dice.pick(['go', 'now'] as const);
    declared[name] = SIGNALS[name];
    const wanted = dice.chance(0.3) ? { when: 'event > 1' } : {};
    const patience = dice.pick([{}, { timeout: '5s' }, { timeout: '20s', default: 'none' }]);
    // Few keys, so that some are taken.
    const key = dice.chance(0.3) ? { correlate: 'key-${input.salt % 50.0}' } : {};
    const task = program.idle({ wait: { signal: name, ...wanted, ...patience, ...key } });
    const before = program.someBefore(dice, task);
    if (before.length > 0) task['depends_on'] = before;
  },
};
