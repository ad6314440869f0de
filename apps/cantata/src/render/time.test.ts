import { expect, test } from 'vitest';
import { ago, elapsed, stamp } from './time.ts';

test('a point in time is told in the time zone of the machine', () => {
  expect(stamp(new Date(2026, 10, 3, 4, 5, 6).getTime())).toBe('2026-11-03 04:05:06');
});

test('how long ago is told in whole seconds', () => {
  expect([ago(1_000, 1_999), ago(1_000, 46_800), ago(0, 200_000), ago(2_000, 1_000)]).toEqual([
    'just now',
    '46 s ago',
    '3 min 20 s ago',
    'just now',
  ]);
});

test('what counts up keeps its number of digits', () => {
  expect([elapsed(0), elapsed(640), elapsed(12_000), elapsed(59_949), elapsed(200_000)]).toEqual([
    '0.0 s',
    '0.6 s',
    '12.0 s',
    '59.9 s',
    '3 min 20 s',
  ]);
});
