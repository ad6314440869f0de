import { expect, test } from 'vitest';
import { takerOf } from './outputs.ts';

test('a turn that nobody has taken yet is of whom it was given to', () => {
  const turn = { n: 1, to: 'writers', purpose: 'part', status: 'open' } as const;
  expect(takerOf({ ...turn, seat: undefined })).toBe('writers');
  expect(takerOf({ ...turn, seat: 'writers-2' })).toBe('writers-2');
});
