import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteSize, bytes, count, duration, iso, listing, tally, typed } from './text.ts';

describe('a duration', () => {
  const table: readonly (readonly [ms: number, words: string])[] = [
    [0, '0 ms'],
    [0.4, '0 ms'],
    [40, '40 ms'],
    [999, '999 ms'],
    [999.6, '1 s'],
    [1_000, '1 s'],
    [2_500, '2.5 s'],
    [2_540, '2.5 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_599_499, '59 min 59 s'],
    [3_599_500, '1 h'],
    [18_600_000, '5 h 10 min'],
    [86_369_499, '23 h 59 min'],
    [86_399_000, '1 d'],
    [187_200_000, '2 d 4 h'],
    [31_536_000_000, '365 d'],
  ];

  test.each(table)('of %d ms is said as "%s"', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});

describe('a size', () => {
  test.each([
    [0, '0 bytes'],
    [1_023, '1023 bytes'],
    [1_048_576, '1 MiB'],
    [1_600_000, '1.5 MiB'],
    [5_000 * 1_073_741_824, '5000 GiB'],
  ])('of %d is %s', (bytes, words) => {
    expect(byteSize(bytes)).toBe(words);
  });
});

describe('a list for reading', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

  test('names all while they are few', () => {
    expect(listing([])).toBe('none');
    expect(listing(['a'])).toBe('a');
    expect(listing(['a', 'b'])).toBe('a and b');
    expect(listing(names.slice(0, 5))).toBe('a, b, c, d and e');
  });

  test('says how often those are in it that come several times', () => {
    expect(tally(['a', 'b', 'a'])).toBe('a (2) and b');
  });

  test('counts the rest when they are many', () => {
    expect(listing(names.slice(0, 6))).toBe('a, b, c, d and 2 more');
    expect(listing(names, 3)).toBe('a, b and 5 more');
  });

  test('speaks of as many as there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 10 }), (count, most) => {
        const text = listing(
          Array.from({ length: count }, (_, n) => `n${n}`),
          most,
        );
        const named = text.match(/n\d+/g)?.length ?? 0;
        const more = Number(/(\d+) more/.exec(text)?.[1] ?? 0);
        expect(named + more).toBe(count);
        expect(named).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe('a time in ISO 8601', () => {
  test('is what Date says, from year 0 to 9999', () => {
    const first = Date.parse('0000-01-01T00:00:00.000Z');
    const last = Date.parse('9999-12-31T23:59:59.999Z');
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (at) => {
        expect(iso(at)).toBe(new Date(at).toISOString());
      }),
      { numRuns: 2_000 },
    );
  });

  test('is right on every day of 400 years and its neighbours: the whole calendar', () => {
    const day = 86_400_000;
    const start = Date.parse('1899-12-31T23:59:59.999Z');
    const wrong: number[] = [];
    for (let n = 0; n <= 146_100; n++) {
      const at = start + n * day;
      if (iso(at) !== new Date(at).toISOString()) wrong.push(at);
    }
    expect(wrong).toEqual([]);
  });

  test('is null for what has not happened', () => {
    expect(iso(undefined)).toBeNull();
  });
});

test('a place is typed so that no shell takes it for a pattern', () => {
  expect([typed('research'), typed('research[2]')]).toEqual(['research', '"research[2]"']);
});

test('things are counted as people count them', () => {
  expect([count(1, 'task'), count(0, 'task'), count(2, 'retry', 'retries')]).toEqual([
    '1 task',
    '0 tasks',
    '2 retries',
  ]);
  expect([0, 999, 1_000, 135_168, 82_900_000_000].map(bytes)).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '135.2 kB',
    '82.9 GB',
  ]);
});
