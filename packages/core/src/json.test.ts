import { anyJson } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, checkJson, type Json } from './json.ts';

const roomy = { maxBytes: 1_000_000, maxDepth: 64 };

describe('what may enter', () => {
  test('is any JSON', () => {
    fc.assert(
      fc.property(anyJson(), (value) => {
        fc.pre(!JSON.stringify(value).includes(String.raw`\u0000`));
        expect(checkJson(value, roomy)).toBeUndefined();
      }),
    );
  });

  test('is an object without a prototype, and one with an optional property left undefined', () => {
    expect(checkJson(Object.assign(Object.create(null) as object, { a: 1 }), roomy)).toBeUndefined();
    expect(checkJson({ a: undefined }, roomy)).toBeUndefined();
  });
});

describe('what may not enter', () => {
  class Invoice {
    readonly total: number = 1;
  }
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  const nameless: unknown = Object.create(Object.create(null) as object);

  const table: readonly (readonly [what: string, value: unknown, path: string, message: RegExp])[] = [
    ['undefined', undefined, '', /^is not JSON: undefined$/],
    ['a function', { run: () => 1 }, 'run', /^is not JSON: a function$/],
    ['a bigint', [1n], '[0]', /^is not JSON: a bigint$/],
    ['a symbol', { a: { b: Symbol('s') } }, 'a.b', /^is not JSON: a symbol$/],
    ['a hole', { list: [1, undefined] }, 'list[1]', /^is not JSON: undefined$/],
    ['NaN', { n: Number.NaN }, 'n', /^is not JSON: the number NaN$/],
    ['infinity', [[Number.NEGATIVE_INFINITY]], '[0][0]', /^is not JSON: the number -Infinity$/],
    ['a date', { at: new Date(0) }, 'at', /^is not JSON: an instance of Date$/],
    ['a map', new Map(), '', /^is not JSON: an instance of Map$/],
    ['an instance', [new Invoice()], '[0]', /^is not JSON: an instance of Invoice$/],
    ['an instance of nothing named', nameless, '', /^is not JSON: an instance of a class$/],
    ['a NUL character', ['a\u0000b'], '[0]', /^is not JSON: a string with a NUL character$/],
    ['a NUL character in a key', { x: { 'a\u0000': 1 } }, 'x', /^is not JSON: a key with a NUL character$/],
  ];

  test.each(table)('is %s, and the message says where', (_, value, path, message) => {
    const problem = checkJson(value, roomy);
    expect(problem).toMatchObject({ code: 'not_json', path });
    expect(problem?.message).toMatch(message);
  });

  test('is what refers to itself: it is deeper than any limit', () => {
    const problem = checkJson(circle, roomy);
    expect(problem?.code).toBe('too_deep');
    expect(problem?.message).toBe('is nested deeper than 64 levels (or it refers to itself)');
    expect(problem?.path.length).toBeLessThan(110);
  });
});

describe('limits', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

  test('the depth is counted in arrays and objects, and met exactly', () => {
    expect(checkJson(nested(3), { ...roomy, maxDepth: 3 })).toBeUndefined();
    expect(checkJson(nested(4), { ...roomy, maxDepth: 3 })).toMatchObject({
      code: 'too_deep',
      path: '[0][0][0]',
    });
    expect(checkJson({ a: { b: {} } }, { ...roomy, maxDepth: 2 })).toMatchObject({
      code: 'too_deep',
      path: 'a.b',
    });
    expect(checkJson('flat', { ...roomy, maxDepth: 0 })).toBeUndefined();
  });

  const sizes: readonly (readonly [what: string, value: unknown])[] = [
    ['a string', 'x'.repeat(100)],
    ['many elements', Array.from({ length: 50 }, () => null)],
    ['many empty arrays', Array.from({ length: 50 }, () => [])],
    ['many keys', Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key${100 + n}`, {}]))],
    ['many numbers', Array.from({ length: 50 }, () => 1)],
    ['many truths', Array.from({ length: 50 }, () => true)],
  ];

  test.each(sizes)('%s beyond the size is refused', (_, value) => {
    const problem = checkJson({ value }, { maxBytes: 100, maxDepth: 9 });
    expect(problem?.path).toMatch(/^value/);
    expect(problem).toMatchObject({ code: 'too_large', message: 'is larger than 100 bytes' });
    expect(checkJson({ value }, { maxBytes: 2_000, maxDepth: 9 })).toBeUndefined();
  });

  test.each([
    ['"abc"', 5],
    ['null', 4],
    ['false', 5],
    ['1234567', 8],
    ['0.1', 25],
    ['[]', 2],
    ['{"a":null}', 11],
    ['[null,null]', 12],
  ])('%s counts as %d bytes', (text, size) => {
    expect(checkJson(JSON.parse(text), { maxBytes: size, maxDepth: 9 })).toBeUndefined();
    expect(checkJson(JSON.parse(text), { maxBytes: size - 1, maxDepth: 9 })?.code).toBe('too_large');
  });

  test('a single number or word beyond the size is refused too', () => {
    for (const value of [1, true, null]) {
      expect(checkJson(value, { maxBytes: 3, maxDepth: 9 })?.code, String(value)).toBe('too_large');
    }
  });

  test('the size of plain text is never taken for less than it is', () => {
    const plain = fc.stringMatching(/^[a-z0-9 ]{0,20}$/);
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        plain,
        fc.boolean(),
        fc.constant(null),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('any'), { maxLength: 6 }),
      object: fc.dictionary(plain, tie('any'), { maxKeys: 6 }),
    })).any;
    fc.assert(
      fc.property(value, (json) => {
        const length = JSON.stringify(json).length;
        expect(checkJson(json, { maxBytes: length - 1, maxDepth: 64 })?.code).toBe('too_large');
      }),
      { numRuns: 1_000 },
    );
  });

  test('a large value costs no more than the limit: the walk stops there', () => {
    let touched = 0;
    const list = new Proxy(new Array<number>(1_000_000).fill(0), {
      get(target, key, receiver): unknown {
        touched += 1;
        return Reflect.get(target, key, receiver);
      },
    });
    expect(checkJson(list, { maxBytes: 1_000, maxDepth: 9 })?.code).toBe('too_large');
    expect(touched).toBeLessThan(1_000);
  });
});

describe('canonical JSON', () => {
  test('is the same text whatever the order of the keys', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe(
      '{"a":true,"b":[1,{"c":"x","d":null}]}',
    );
    expect(canonicalJson({ a: true, b: [1, { c: 'x', d: null }] })).toBe(
      '{"a":true,"b":[1,{"c":"x","d":null}]}',
    );
  });

  test('keeps the order of lists', () => {
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
  });

  test('leaves out what is undefined, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: 1 } as unknown as Json)).toBe('{"b":1}');
  });

  test('sorts by UTF-16 units, as RFC 8785 asks', () => {
    // The first is written with surrogates, which sort before the second.
    expect(canonicalJson({ '\uff5e': 1, '\u{10000}': 2 })).toBe('{"\u{10000}":2,"\uff5e":1}');
  });

  test('is the same for equal values in any order of keys, and reads back to the value', () => {
    fc.assert(
      fc.property(anyJson(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });
});

function reversed(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  const members = Object.entries(value).reverse();
  return Object.fromEntries(members.map(([key, member]) => [key, reversed(member)]));
}
