/** The store is slow: a call is done late, or done at once and answered late, so that what was read is old news. */
import type { Verb } from '../../faulty-store.ts';
import type { Happening } from './happening.ts';

const READS: readonly Verb[] = [
  'inbox.read',
  'log.readEntity',
  'log.snapshot',
  'executions.get',
  'leases.holders',
];

export const delay: Happening = {
  name: 'delay',
  weight: 8,
  happen(universe, dice) {
    const { store, number } = universe.any(dice);
    const ms = dice.pick([50, 900, 15_000]);
    const scope = { after: dice.below(4), times: dice.pick([1, 1, 3]) };
    if (dice.chance(0.5)) {
      store.delay('log.commit', ms, scope);
      return `commits of process ${number} will be done ${ms} ms late`;
    }
    const verb = dice.chance(0.5) ? 'log.commit' : dice.pick(READS);
    store.answerLate(verb, ms, scope);
    return `process ${number} will hear of ${verb} ${ms} ms late`;
  },
};
