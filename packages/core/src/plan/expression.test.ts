import { expect, test } from 'vitest';
import { mismatchWords } from './expression.ts';

test('mismatches read as one sentence, each with where it is', () => {
  const mismatches = [
    { path: '', message: 'lacks title' },
    { path: 'answers[2].text', message: 'should be text' },
  ];
  expect(mismatchWords(mismatches)).toBe('lacks title; answers[2].text: should be text');
});
