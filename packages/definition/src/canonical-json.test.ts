import type { Json } from '@cantata/core';
import { anyJson } from '@cantata/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

it('sorts keys at every depth and leaves lists in their order', () => {
  expect(canonicalJson({ b: [3, { z: null, a: true }], a: 'x', é: 1, B: 0.5 })).toBe(
    '{"B":0.5,"a":"x","b":[3,{"a":true,"z":null}],"é":1}',
  );
});

it('leaves out what is undefined, as JSON does', () => {
  expect(canonicalJson({ a: undefined, b: 1 } as unknown as Json)).toBe('{"b":1}');
});

it('sorts by UTF-16 units, as RFC 8785 asks', () => {
  // The first is written with surrogates, which sort before the second.
  expect(canonicalJson({ '\uff5e': 1, '\u{10000}': 2 })).toBe('{"\u{10000}":2,"\uff5e":1}');
});

it('is the same for equal values in any order of keys, and reads back to the value', () => {
  fc.assert(
    fc.property(anyJson(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(JSON.parse(text) as Json))).toBe(text);
    }),
  );
});

function reversed(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}
