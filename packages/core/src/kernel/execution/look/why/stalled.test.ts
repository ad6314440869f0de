import { aPlan, completes, given, starts } from '@cantata/testing';
import { expect, test } from 'vitest';
import { whyStalled } from './stalled.ts';
import { why } from './why.ts';

const HOUR_MS = 3_600_000;
const stalled = (at: number, stalledAfterMs?: number) =>
  why(
    given(aPlan({ agents: { w: 2 }, tasks: { a: {}, b: { timeoutMs: 2 * HOUR_MS }, c: ['a'] } })).commands(
      starts(),
    ).state,
    at,
    stalledAfterMs === undefined ? {} : { stalledAfterMs },
  ).filter(({ code }) => code === 'stalled');

test('who has been at work for long without an answer is named, and when that ends by itself', () => {
  expect(stalled(HOUR_MS)).toEqual([
    {
      subject: 'a',
      code: 'stalled',
      sentence: 'w-1 has been at work on a for 1 h without an answer; nothing ends that by itself.',
      waits_for: ['w-1'],
    },
    {
      subject: 'b',
      code: 'stalled',
      sentence: 'w-2 has been at work on b for 1 h without an answer; it runs out of time in 1 h.',
      waits_for: ['w-2'],
      until: 2 * HOUR_MS,
    },
  ]);
});

test('what is long is for the operator to say', () => {
  expect(stalled(HOUR_MS - 1, HOUR_MS)).toEqual([]);
  expect(stalled(HOUR_MS, HOUR_MS)).toHaveLength(2);
});

test('who has answered is not named', () => {
  const { state } = given(aPlan({ tasks: { a: {} } })).commands(starts(), completes('a'));
  expect(why(state, HOUR_MS).map(({ code }) => code)).toEqual(['completed']);
});

test('half an hour is long, unless somebody says otherwise', () => {
  const { state } = given(aPlan({ tasks: { a: {} } })).commands(starts());
  expect([...whyStalled(state, HOUR_MS / 2 - 1)]).toEqual([]);
  expect([...whyStalled(state, HOUR_MS / 2)]).toHaveLength(1);
});
