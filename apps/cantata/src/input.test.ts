import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInput } from './input.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cantata-input-'));
  writeFileSync(join(folder, 'input.json'), '{"topic": "rain", "limits": {"words": 3}}');
  writeFileSync(join(folder, 'broken.json'), '{"topic": ');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('nothing given is an empty object', () => {
  expect(readInput(folder, {})).toEqual({});
});

test('JSON is taken as it is, also from a file', () => {
  expect(readInput(folder, { input: '[1, "two"]' })).toEqual([1, 'two']);
  expect(readInput(folder, { input: '@input.json' })).toEqual({ topic: 'rain', limits: { words: 3 } });
});

test('single values come on top: JSON where it is JSON, else text', () => {
  const set = [
    'topic=snow',
    'limits.words=5',
    'limits.lines=[1,2]',
    'empty=',
    'equation=a=b',
    'deep.er.still=true',
  ];
  expect(readInput(folder, { input: '@input.json', set })).toEqual({
    topic: 'snow',
    limits: { words: 5, lines: [1, 2] },
    empty: '',
    equation: 'a=b',
    deep: { er: { still: true } },
  });
});

test.each([
  [{ input: '{topic: rain}' }, /^--input is not JSON: /],
  [{ input: '@broken.json' }, /^broken\.json is not JSON: /],
  [{ input: '@none.json' }, /^the input file none\.json cannot be read: /],
  [{ input: '3', set: ['a=1'] }, /^--set needs an input that is an object$/],
  [{ set: ['topic'] }, /^--set topic: write key=value/],
  [{ set: ['=1'] }, /write key=value/],
  [{ set: ['a..b=1'] }, /write key=value/],
  [{ set: ['__proto__.x=1'] }, /write key=value/],
  [{ set: ['a=1', 'a.b=2'] }, /^--set a\.b=2: a is not an object$/],
])('%o is refused', (options, message) => {
  expect(() => readInput(folder, options)).toThrow(
    expect.objectContaining({ code: 'input_invalid', exit: 2, message: expect.stringMatching(message) }),
  );
});
