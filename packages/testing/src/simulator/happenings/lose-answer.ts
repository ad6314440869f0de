/** The store does what it is asked, and whoever asked is told the contrary. */
import type { Happening } from './happening.ts';

export const loseAnswer: Happening = {
  name: 'lose answer',
  weight: 8,
  happen(universe, dice) {
    const { store, number } = universe.any(dice);
    const verb = dice.pick(['log.commit', 'log.commit', 'log.commit', 'inbox.post', 'leases.renew'] as const);
    store.loseAnswer(verb, { after: dice.below(4), times: dice.pick([1, 1, 2]) });
    return `process ${number} will not hear that ${verb} was done`;
  },
};
