import { describe, expect, test } from 'vitest';
import { type Counted, DEFAULT_LIMITS, reached, repetition } from './limits.ts';

const counted: Counted = { turns: 1, handOffs: 0, marks: [], stalled: 0, since: 0 };

describe('a limit', () => {
  test.each([
    ['turns', { turns: 101 }, '100 turns'],
    ['handOffs', { handOffs: 21 }, '20 hand-offs'],
    ['repeats', { marks: ['A>B', 'B>A', 'A>B', 'B>A'] }, 'A>B, B>A came 2 times in a row'],
    ['stall', { stalled: 5 }, '5 steps without progress'],
    ['wallTimeMs', { since: -3_600_000 }, '3600 s'],
  ])('of %s is reached', (limit, more, words) => {
    expect(reached(DEFAULT_LIMITS, { ...counted, ...more }, 0)).toEqual({ limit, words });
  });

  test('is not reached by what stays within it', () => {
    const most = { turns: 100, handOffs: 20, marks: ['a', 'b', 'a'], stalled: 4, since: 1 };
    expect(reached(DEFAULT_LIMITS, most, 3_600_000)).toBeUndefined();
  });
});

describe('a repetition', () => {
  test('is the shortest sequence with which the marks end so often', () => {
    expect(repetition(['x', 'a', 'b', 'a', 'b'], 2)).toEqual(['a', 'b']);
    expect(repetition(['a', 'b', 'c', 'a', 'b', 'c'], 2)).toEqual(['a', 'b', 'c']);
    expect(repetition(['a', 'b', 'a', 'b'], 3)).toBeUndefined();
    expect(repetition([], 2)).toBeUndefined();
  });

  test('of one mark alone takes one time more', () => {
    expect(repetition(['a', 'a'], 2)).toBeUndefined();
    expect(repetition(['a', 'a', 'a'], 2)).toEqual(['a']);
  });
});
