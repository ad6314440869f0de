import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settle } from './settle.ts';

describe('settling', () => {
  test('leaves alone what has room', () => {
    expect(settle([0, 50, 200], [0, 20, 20])).toEqual([0, 50, 200]);
  });

  test('moves what is too close apart by the same way on both sides', () => {
    expect(settle([100, 100], [0, 20])).toEqual([90, 110]);
    expect(settle([10, 0, 500], [0, 20, 20])).toEqual([-5, 15, 500]);
  });

  test('keeps the order and the distances, and stands no worse than any neighbour', () => {
    const wishes = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(wishes, fc.integer({ min: 1, max: 30 }), (wanted, gap) => {
        const apart = wanted.map(() => gap);
        const settled = settle(wanted, apart);
        const cost = (places: readonly number[]): number =>
          places.reduce((sum, place, i) => sum + (place - (wanted[i] as number)) ** 2, 0);
        for (let i = 1; i < settled.length; i++)
          expect((settled[i] as number) - (settled[i - 1] as number)).toBeGreaterThanOrEqual(gap - 1e-9);
        for (let i = 0; i < settled.length; i++) {
          for (const step of [-0.5, 0.5]) {
            const moved = settled.map((place, j) => (j === i ? place + step : place));
            const fits = moved.every((place, j) => j === 0 || place - (moved[j - 1] as number) >= gap);
            if (fits) expect(cost(moved)).toBeGreaterThanOrEqual(cost(settled) - 1e-9);
          }
        }
      }),
    );
  });
});
