import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['90', 90_000],
  ['0.5', 500],
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['1d 2h', 93_600_000],
  ['250ms', 250],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', 'soon', '-5', '10 minutes', '0', '5x', '1h, 2m'])('%o is refused', (text) => {
  expect(() => parseDuration(text)).toThrow('is no duration; write 90s, 10m or 1h30m');
});
