import { expect, test } from 'vitest';
import { hasEnded, OPEN_STATUSES } from './statuses.ts';

test.each(['completed', 'failed', 'cancelled', 'compensated', 'compensation_failed'])(
  'nothing is to come of what is %s',
  (status) => expect(hasEnded({ status })).toBe(true),
);

test('what has another status is open', () => {
  for (const status of OPEN_STATUSES) expect(hasEnded({ status })).toBe(false);
});
