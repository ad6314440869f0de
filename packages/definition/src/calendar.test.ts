import { describe, expect, test } from 'vitest';
import { calendar } from './calendar.ts';

const at = (text: string): number => Date.parse(text);
const next = (cron: string, timeZone: string, after: string): string | undefined => {
  const time = calendar({ cron, timeZone }, at(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe('the calendar', () => {
  test('gives the first time after an instant, never that instant itself', () => {
    expect(next('*/15 * * * *', 'UTC', '2026-01-01T00:00:00Z')).toBe('2026-01-01T00:15:00.000Z');
    expect(next('*/15 * * * *', 'UTC', '2026-01-01T00:14:59.999Z')).toBe('2026-01-01T00:15:00.000Z');
  });

  test('goes by the clocks of the zone, through the nights in which they change', () => {
    const eight = (after: string) => next('0 8 * * *', 'Europe/Berlin', after);
    expect(eight('2026-03-28T00:00:00Z')).toBe('2026-03-28T07:00:00.000Z');
    expect(eight('2026-03-29T00:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
    expect(eight('2026-10-25T00:00:00Z')).toBe('2026-10-25T07:00:00.000Z');
  });

  test('comes once in a night that is an hour long or short', () => {
    const from = (after: string) => next('30 2 * * *', 'Europe/Berlin', after);
    expect(from('2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(from('2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
    expect(from('2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
  });

  test('holds lists and ranges of hours to that, too', () => {
    const listed = (after: string) => next('15,45 2,14 * * *', 'Europe/Berlin', after);
    expect(listed('2026-10-25T00:45:00Z')).toBe('2026-10-25T13:15:00.000Z');
    expect(listed('2026-03-28T14:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(listed('2026-03-29T01:00:00Z')).toBe('2026-03-29T12:15:00.000Z');
  });

  test('goes on hour by hour through such a night where no hour is named', () => {
    const hourly = (after: string) => next('0 * * * *', 'Europe/Berlin', after);
    expect(hourly('2026-10-25T00:00:00Z')).toBe('2026-10-25T01:00:00.000Z');
    expect(hourly('2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    const stepped = (after: string) => next('*/30 2 * * *', 'Europe/Berlin', after);
    expect(stepped('2026-10-25T00:30:00Z')).toBe('2026-10-25T01:00:00.000Z');
    expect(stepped('2026-03-28T12:00:00Z')).toBe('2026-03-30T00:00:00.000Z');
  });

  test('knows when nothing comes any more', () => {
    expect(next('0 0 31 2 *', 'UTC', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  test('keeps patterns ready, however many there are', () => {
    for (let n = 0; n < 1_100; n++) {
      const pattern = `${n % 60} ${Math.floor(n / 60)} * * *`;
      expect(next(pattern, 'UTC', '2026-01-01T00:00:00Z')).toMatch(/^2026-01-0[12]/);
    }
  });
});
