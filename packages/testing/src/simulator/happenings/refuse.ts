/** The store does not do what it is asked: commits are refused, or any other call is. */
import type { Verb } from '../../faulty-store.ts';
import type { Happening } from './happening.ts';

const VERBS: readonly Verb[] = [
  'log.readEntity',
  'log.snapshot',
  'executions.get',
  'executions.list',
  'inbox.read',
  'inbox.post',
  'inbox.outcome',
  'leases.renew',
  'leases.claim',
  'wakeups.next',
  'wakeups.of',
  'blobs.read',
];

export const refuse: Happening = {
  name: 'refuse',
  weight: 10,
  happen(universe, dice) {
    const { store, number } = universe.any(dice);
    const verb = dice.chance(0.6) ? 'log.commit' : dice.pick(VERBS);
    const error = dice.pick(['store_busy', 'store_full', new Error('the cable was pulled')] as const);
    const scope = { after: dice.below(4), times: dice.pick([1, 2, 3, 8]), lateMs: dice.pick([0, 0, 300]) };
    store.refuse(verb, verb === 'log.commit' ? error : 'store_busy', scope);
    return `the store will refuse ${scope.times} × ${verb} of process ${number}`;
  },
};
