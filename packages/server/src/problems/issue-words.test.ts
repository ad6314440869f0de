import { expect, test } from 'vitest';
import { z } from 'zod';
import { wordsOf } from './issue-words.ts';

const Letter = z.enum(['a', 'b']);

test.each<[string, z.ZodType, unknown, string]>([
  ['what is missing', z.record(z.string(), z.unknown()), undefined, 'it is missing; expected object'],
  [
    'what is of another type',
    z.record(z.string(), z.unknown()),
    3,
    'Invalid input: expected object, received number',
  ],
  ['what nobody asked for', z.strictObject({}), { b: 1, c: 2 }, 'there is no `b`, `c` here'],
  [
    'one of none of several',
    z.union([Letter, z.array(Letter)]),
    'c',
    'Invalid option: expected one of "a"|"b"',
  ],
  [
    'what no one of several types is',
    z.union([z.string(), z.array(z.string())]),
    3,
    'Invalid input: expected string, received number',
  ],
  ['what is too small', z.int().min(1), 0, 'Too small: expected number to be >=1'],
])('%s is told so that who sent it knows what to do', (_, schema, value, words) => {
  expect(schema.safeParse(value).error?.issues.map((issue) => wordsOf(issue))).toEqual([words]);
});

test('where nothing is known but that it is wrong, that is told', () => {
  expect(wordsOf({ code: 'invalid_union', message: 'Invalid input', errors: [] })).toBe('Invalid input');
  expect(wordsOf({ code: 'invalid_type', message: 'it received undefined' })).toBe(
    'it is missing; expected a value',
  );
});
