import fc from 'fast-check';
import { expect, test } from 'vitest';
import { iso } from '../text.ts';
import { instantOf } from './instant.ts';

test.each([
  ['1970-01-01', 0],
  ['1970-01-01T00:00Z', 0],
  ['1970-01-01T00:00:01Z', 1_000],
  ['1970-01-01T00:00:00.25Z', 250],
  ['1970-01-01T00:00:00,001999Z', 1],
  ['1970-01-01T01:30:00+01:30', 0],
  ['1969-12-31T19:00:00-0500', 0],
  ['2024-02-29T00:00:00Z', 1_709_164_800_000],
  ['2000-02-29', 951_782_400_000],
  ['2016-12-31T23:59:60Z', 1_483_228_800_000],
  [1_483_228_800_000.4, 1_483_228_800_000],
])('%j is an instant', (value, at) => {
  expect(instantOf(value)).toBe(at);
});

test.each([
  ['2026-11-23T18:00:00'],
  ['2026-02-29'],
  ['1900-02-29'],
  ['2026-13-01'],
  ['2026-00-01'],
  ['2026-01-32'],
  ['2026-01-00'],
  ['2026-01-01T24:00Z'],
  ['2026-01-01T00:60Z'],
  ['2026-01-01T00:00:61Z'],
  ['2026-01-01T00:00+24:00'],
  ['2026-01-01T00:00+00:60'],
  ['tomorrow'],
  [''],
  [9e15],
  [null],
  [true],
  [['2026-11-23']],
])('%j is none', (value) => {
  expect(instantOf(value)).toBeUndefined();
});

test('what is told in ISO 8601 is read as the same instant', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
      (date) => {
        expect(instantOf(iso(date.getTime()))).toBe(date.getTime());
      },
    ),
  );
});
