import { describe, expect, test } from 'vitest';
import type { Json } from '../json.ts';
import { withDefaults } from './defaults.ts';

const schema = {
  properties: {
    urgent: { default: false },
    limits: { properties: { words: { default: 200 }, pages: { type: 'integer' } }, default: {} },
    topic: { type: 'string' },
    odd: true,
  },
};

describe('the defaults of a schema', () => {
  test.each([
    ['fill in what is absent', {}, { urgent: false, limits: {} }],
    ['leave what is there', { urgent: true, limits: 'few' }, { urgent: true, limits: 'few' }],
    ['reach into objects', { limits: { pages: 2 } }, { urgent: false, limits: { pages: 2, words: 200 } }],
    ['leave what was given as nothing', { urgent: null, limits: null }, { urgent: null, limits: null }],
    ['keep what the schema does not know', { x: 1 }, { x: 1, urgent: false, limits: {} }],
  ])('%s', (_, value, expected) => {
    const before = JSON.stringify(value);
    expect(withDefaults(value, schema)).toEqual(expected);
    expect(JSON.stringify(value)).toBe(before);
  });

  test.each([[null], [7], ['text'], [[1, 2]]])('say nothing of %j', (value) => {
    expect(withDefaults(value, schema)).toBe(value);
  });

  test('are none where there is no schema or it has no properties', () => {
    expect(withDefaults({ a: 1 }, undefined)).toEqual({ a: 1 });
    expect(withDefaults({ a: 1 }, { type: 'object' })).toEqual({ a: 1 });
  });

  test('may have any name, and are nothing but members', () => {
    const text = '{"properties": {"__proto__": {"default": 1}, "constructor": {"default": 2}}}';
    const filled = withDefaults({}, JSON.parse(text) as Json);
    expect(Object.keys(filled as object).toSorted()).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
