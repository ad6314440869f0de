import { aPlan, cancels, completes, fails, given, pauses, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { owed } from './execution/owed.ts';
import type { Effect } from './law.ts';
import { restOf } from './rest.ts';

const RETRYING = aPlan({ agents: { w: 2 }, tasks: { a: { retryPolicy: 'fixed' } } });
const retrying = () =>
  given(RETRYING)
    .at(10)
    .commands(starts({ timeoutMs: 60_000 }), fails('a'));

describe('an execution for which nobody works', () => {
  test('wakes at the earliest of its timers', () => {
    expect(restOf(owed(retrying().state))).toEqual({ wakeAt: 1_010 });
    expect(restOf(owed(retrying().at(1_010).commands(pauses()).state))).toEqual({ wakeAt: 1_010 });
  });

  test('waits for a message alone where it has none', () => {
    const { state } = given(aPlan()).commands(starts(), pauses(), completes('a'));
    expect(restOf(owed(state))).toEqual({ wakeAt: undefined });
    expect(restOf([])).toEqual({ wakeAt: undefined });
    expect(restOf([{ kind: 'ask_holder', holder: 'run' }])).toEqual({ wakeAt: undefined });
  });
});

test('an execution with an attempt out, or with an agent that is told to stop, is busy', () => {
  const { state } = given(aPlan()).commands(starts());
  expect(restOf(owed(state))).toBeUndefined();
  expect(restOf(owed(given(aPlan()).commands(starts(), cancels()).state))).toBeUndefined();
  const stop: Effect = {
    kind: 'cancel_agent',
    task: 'a',
    item: undefined,
    attempt: 1,
    assignment: 1,
    reason: '',
  };
  expect(restOf([stop])).toBeUndefined();
});

test('what is done at once is nothing to wait for', () => {
  const timer = { kind: 'retry_due' } as const;
  expect(
    restOf([
      { kind: 'disarm', timer },
      { kind: 'snapshot', checkpoint: 'c', occasion: 'routine' },
      { kind: 'arm', timer, at: 9 },
      { kind: 'continue' },
    ]),
  ).toEqual({ wakeAt: 9 });
});

test('an effect of another version is nothing to guess at', () => {
  expect(() => restOf([{ kind: 'sing' } as unknown as Effect])).toThrow(/sing/);
});
