import { duration } from '@cantata/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ticks } from './time-axis.ts';

describe('the ticks of an axis', () => {
  test.each<[endMs: number, most: number, expected: readonly string[]]>([
    [30_000, 4, ['0 ms', '10 s', '20 s', '30 s']],
    [65_000, 8, ['0 ms', '10 s', '20 s', '30 s', '40 s', '50 s', '1 min']],
    [3 * 3_600_000, 5, ['0 ms', '1 h', '2 h', '3 h']],
    [7, 5, ['0 ms', '2 ms', '4 ms', '6 ms']],
    [400 * 86_400_000, 4, ['0 ms', '140 d', '280 d']],
    [0, 9, ['0 ms']],
  ])('up to %d ms, at most %d of them, stand at round times', (endMs, most, expected) => {
    expect(ticks(endMs, most).map(duration)).toEqual(expected);
  });

  test('are never more than there is room for, and never behind the end', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e13, noNaN: true }),
        fc.integer({ min: 2, max: 50 }),
        (endMs, most) => {
          const at = ticks(endMs, most);
          expect(at[0]).toBe(0);
          expect(at.length).toBeLessThanOrEqual(most);
          expect(at.at(-1)).toBeLessThanOrEqual(endMs);
        },
      ),
    );
  });
});
