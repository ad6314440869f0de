import { aPlan, cancels, completes, fails, given, pauses, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { owed } from '../owed.ts';
import type { ExecutionState } from '../state.ts';

const plan = aPlan({
  agents: { w: 2 },
  tasks: { a: { retryPolicy: 'fixed' }, t: { parallel: true, timeoutMs: 500 } },
});
const givenBegun = () =>
  given(plan)
    .at(10)
    .commands(starts({ input: [1, 2], timeoutMs: 60_000 }), fails('a'));
const list = (state: ExecutionState) => [...owed(state)];

const attempts = (more: readonly object[] = []) =>
  [0, 1].flatMap((item) => [
    {
      kind: 'dispatch',
      task: 't',
      item,
      attempt: 1,
      assignment: 1,
      seat: `w-${2 - item}`,
      sequence: item === 0 ? 7 : 9,
    },
    { kind: 'arm', timer: { kind: 'attempt_timeout', task: 't', item }, at: 510 },
    ...more.map((effect) => ({ ...effect, item })),
  ]);

const retry = { kind: 'arm', timer: { kind: 'retry_due', task: 'a', item: undefined }, at: 1_010 };

describe('after a reload an execution', () => {
  test('that runs owes its timeout, its retries, its attempts with their timeouts, and a look at what follows', () => {
    expect(list(givenBegun().state)).toEqual([
      { kind: 'arm', timer: { kind: 'execution_timeout' }, at: 60_010 },
      retry,
      ...attempts(),
      { kind: 'continue' },
    ]);
  });

  test('that is paused owes no timeout of its own', () => {
    expect(list(givenBegun().commands(pauses()).state)).toEqual([retry, ...attempts(), { kind: 'continue' }]);
  });

  test('that is being cancelled owes its deadline and the word to stop, and neither its timeout nor a retry', () => {
    const stop = { kind: 'cancel_agent', task: 't', attempt: 1, assignment: 1, reason: 'enough' };
    expect(list(givenBegun().commands(cancels('enough')).state)).toEqual([
      { kind: 'arm', timer: { kind: 'cancel_deadline' }, at: 10_010 },
      ...attempts([stop]),
      { kind: 'continue' },
    ]);
  });

  test('that is failing names the failure to those who must stop', () => {
    const tasks = { a: [], b: [] };
    const { state } = given(aPlan({ agents: { w: 2 }, tasks })).commands(starts(), fails('a'));
    expect(list(state)).toContainEqual({
      kind: 'cancel_agent',
      task: 'b',
      item: undefined,
      attempt: 1,
      assignment: 1,
      reason: 'it broke',
    });
  });

  test('that has not begun or has ended owes nothing', () => {
    expect(list(given(plan).state)).toEqual([]);
    expect(list(given(aPlan()).commands(starts(), completes('a')).state)).toEqual([]);
    expect(list(given(aPlan()).commands(starts(), fails('a')).state)).toEqual([]);
    expect(list(given(aPlan()).commands(starts(), cancels(), completes('a')).state)).toEqual([]);
  });
});
