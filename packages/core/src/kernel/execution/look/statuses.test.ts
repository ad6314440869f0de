import { expect, test } from 'vitest';
import { ENDED_STATUSES, hasEnded, OPEN_STATUSES } from './statuses.ts';

test.each(ENDED_STATUSES)('nothing is to come of what is %s', (status) =>
  expect(hasEnded({ status })).toBe(true),
);

test('what has another status is open', () => {
  for (const status of OPEN_STATUSES) expect(hasEnded({ status })).toBe(false);
});
