import { aPlan, completes, fails, fires, given, keeps, loses, starts } from '@cantata/testing';
import { expect, test } from 'vitest';
import { MAX_KEPT } from '../decide/keep.ts';

const run = () => given(aPlan({ tasks: { a: { retryPolicy: 'fixed' }, b: ['a'] } })).commands(starts());
const keptOf = (given: ReturnType<typeof run>) => [...(given.state.tasks[0]?.items[0]?.kept ?? [])];

test('what an agent must not do twice is kept for the later attempts of its turn, and no longer', () => {
  const given = run();
  given
    .when(keeps('a', 'charge', 7))
    .thenHappens({ type: 'agent.result_kept', task: 'a', attempt: 1, key: 'charge', value: 7 });
  given.commands(fails('a')).at(1_000).commands(fires('retry_due', 'a'));
  expect(keptOf(given)).toEqual([['charge', 7]]);
  given.commands(loses('a'));
  expect(keptOf(given)).toEqual([['charge', 7]]);
  given.commands(completes('a'));
  expect(keptOf(given)).toEqual([]);
});

test('the first result under a key counts, also of an attempt that does not count any more', () => {
  const given = run().commands(fails('a')).at(1_000).commands(fires('retry_due', 'a'));
  given.when(keeps('a', 'charge', 1, { attempt: 1 })).thenHappens('agent.result_kept');
  given.when(keeps('a', 'charge', 2)).thenHappens();
  expect(keptOf(given)).toEqual([['charge', 1]]);
});

test.each([
  ['without a key', '', 'input_invalid'],
  ['under a key that is too long', 'x'.repeat(201), 'input_invalid'],
])('a result %s is refused', (_, key, code) => {
  run()
    .when(keeps('a', key, 1))
    .thenRejected(code as 'input_invalid');
});

test('so many results are kept and no more', () => {
  const given = run();
  for (let n = 0; n < MAX_KEPT; n++) given.commands(keeps('a', `k${n}`, n));
  given.when(keeps('a', 'k0', 5)).thenHappens();
  given.when(keeps('a', 'one more', 1)).thenRejected('queue_full');
});

test('of a turn that is over nothing is kept', () => {
  run()
    .commands(completes('a'))
    .when(keeps('a', 'x', 1, { attempt: 1, assignment: 1 }))
    .thenRejected('stale_result');
});
