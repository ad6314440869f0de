import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { historyOf, type ItemSample } from './history.ts';

const took = (...durations: number[]): readonly ItemSample[] =>
  durations.map((durationMs) => ({ durationMs }));

describe('what past runs say', () => {
  test('is the median of what the items took', () => {
    const history = historyOf(
      new Map([
        ['a', took(9, 1, 1_000)],
        ['b', took(4, 1, 7, 2)],
        ['c', took(5)],
      ]),
    );
    expect(Object.fromEntries(history)).toEqual({
      a: { medianMs: 9, samples: 3 },
      b: { medianMs: 3, samples: 4 },
      c: { medianMs: 5, samples: 1 },
    });
  });

  test('is in whole milliseconds', () => {
    expect(historyOf(new Map([['a', took(1, 2)]])).get('a')?.medianMs).toBe(2);
  });

  test('has the median cost of the items whose cost is known', () => {
    const items = [{ durationMs: 1, cost: 0.5 }, { durationMs: 2 }, { durationMs: 3, cost: 0.25 }];
    expect(historyOf(new Map([['a', items]])).get('a')).toEqual({
      medianMs: 2,
      medianCost: 0.375,
      samples: 3,
    });
  });

  test('is nothing for a task that never completed', () => {
    expect(historyOf(new Map([['a', []]])).size).toBe(0);
  });

  test('has as many items below as above', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1 }), (durations) => {
        const { medianMs = -1 } =
          historyOf(new Map([['a', took(...durations.map((d) => d * 2))]])).get('a') ?? {};
        const below = durations.filter((d) => d * 2 < medianMs).length;
        const above = durations.filter((d) => d * 2 > medianMs).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(durations.length / 2);
      }),
    );
  });
});
