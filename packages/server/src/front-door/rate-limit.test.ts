import { expect, test } from 'vitest';
import { Buckets } from './rate-limit.ts';

const ADA = { subject: 'ada', tenant: 'acme', role: 'viewer' } as const;

test('a bucket lets a burst pass, and then as many as drip into it', () => {
  let now = 0;
  const buckets = new Buckets({ requestsPerSecond: 10, burst: 2 }, () => now);
  expect([buckets.take(ADA), buckets.take(ADA), buckets.take(ADA)]).toEqual([0, 0, 100]);
  now += 60;
  expect(buckets.take(ADA)).toBeCloseTo(40);
  now += 40;
  expect(buckets.take(ADA)).toBe(0);
  now += 60_000;
  expect([buckets.take(ADA), buckets.take(ADA), buckets.take(ADA)]).toEqual([0, 0, 100]);
});

test('over any time no more pass than the burst and what dripped', () => {
  let now = 0;
  const buckets = new Buckets({ requestsPerSecond: 7 }, () => now);
  let passed = 0;
  for (; now < 10_000; now += 3) if (buckets.take(ADA) === 0) passed += 1;
  expect(passed).toBeLessThanOrEqual(7 + 70);
  expect(passed).toBeGreaterThan(70);
});

test('who has not called for long is forgotten when there are too many', () => {
  const buckets = new Buckets({ requestsPerSecond: 1 }, () => 0);
  expect([buckets.take(ADA), buckets.take(ADA)]).toEqual([0, 1_000]);
  for (let n = 0; n < 10_000; n += 1) buckets.take({ ...ADA, subject: `other ${n}` });
  expect(buckets.take(ADA)).toBe(0);
});

test.each([{ requestsPerSecond: 0 }, { requestsPerSecond: Number.NaN }, { requestsPerSecond: 5, burst: 0 }])(
  '%j is no limit',
  (limit) => {
    expect(() => new Buckets(limit, () => 0)).toThrow('requests a second must be above 0');
  },
);
