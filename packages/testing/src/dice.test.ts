import { expect, it } from 'vitest';
import { Dice } from './dice.ts';

it('the same seed throws the same, another one something else, and all of it within bounds', () => {
  const throwsOf = (seed: number): readonly number[] => {
    const dice = new Dice(seed);
    return Array.from({ length: 1_000 }, () => dice.below(6));
  };
  expect(throwsOf(1)).toEqual(throwsOf(1));
  expect(throwsOf(1)).not.toEqual(throwsOf(2));
  expect(new Set(throwsOf(3))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  const dice = new Dice(4);
  const among = Array.from({ length: 1_000 }, () => dice.between(2, 4));
  expect([Math.min(...among), Math.max(...among)]).toEqual([2, 4]);
  expect(Array.from({ length: 1_000 }, () => dice.chance(0.25)).filter(Boolean).length).toBeGreaterThan(200);
  expect(['a', 'b']).toContain(dice.pick(['a', 'b']));
});
