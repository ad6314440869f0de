// oxlint-disable unicorn/no-thenable -- a keyword of JSON Schema
/** Schemas check values: what fits, what does not and why, and that it never takes long. */
import type { Json, JsonObject, Mismatch } from '@cantata/core';
// oxlint-disable-next-line no-restricted-imports -- where it keeps the newest draft
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workflowOf } from '../../test/evaluated.ts';
import { parseDefinition } from '../parse.ts';

function check(schema: JsonObject, value: Json): readonly Mismatch[] {
  const parsed = parseDefinition(JSON.stringify(workflowOf({ output: schema })));
  if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition.tasks.at(-1)?.output?.check(value) ?? [];
}

const words = (schema: JsonObject, value: Json): readonly string[] =>
  check(schema, value).map(({ path, message }) => `${path}: ${message}`);

describe('a value that does not fit is told why', () => {
  it.each<[schema: JsonObject, value: Json, why: string]>([
    [{ type: 'string' }, 5, ': should be text, but is 5'],
    [{ type: ['integer', 'null'] }, 'x', ': should be a whole number or null, but is the text `x`'],
    [{ type: 'integer' }, 1.5, ': should be a whole number, but is 1.5'],
    [{ type: 'array' }, {}, ': should be a list, but is an object'],
    [{ type: 'object' }, [], ': should be an object, but is a list'],
    [{ type: 'boolean' }, '', ': should be true or false, but is an empty text'],
    [{ type: 'null' }, false, ': should be null, but is false'],
    [{ enum: ['a', 2] }, 'b', ': should be "a" or 2, but is the text `b`'],
    [{ const: { a: 1 } }, { a: 2 }, ': should be {"a":1}, but is an object'],
    [{ minimum: 2 }, 1, ': should be at least 2, but is 1'],
    [{ maximum: 2 }, 3, ': should be at most 2, but is 3'],
    [{ exclusiveMinimum: 2 }, 2, ': should be more than 2, but is 2'],
    [{ exclusiveMaximum: 2 }, 2, ': should be less than 2, but is 2'],
    [{ multipleOf: 0.1 }, 0.35, ': should be a multiple of 0.1'],
    [{ minLength: 2 }, '\u{1f600}', ': should have at least 2 characters'],
    [{ maxLength: 1 }, 'ab', ': should have at most 1 characters'],
    [{ pattern: '^a' }, 'ba', ': should match `^a`, but is the text `ba`'],
    [{ minItems: 1 }, [], ': should have at least 1 entries, but has 0'],
    [{ maxItems: 1 }, [1, 2], ': should have at most 1 entries, but has 2'],
    [{ uniqueItems: true }, [{ a: 1, b: 2 }, 3, { b: 2, a: 1 }], '[2]: is the same as entry 0'],
    [{ items: { type: 'string' } }, ['a', 5], '[1]: should be text, but is 5'],
    [
      { prefixItems: [true, { type: 'string' }], items: { type: 'null' } },
      [1, 'a', 2],
      '[2]: should be null, but is 2',
    ],
    [{ items: [{ type: 'string' }], additionalItems: false }, ['a', 1], '[1]: must not be there'],
    [
      { contains: { type: 'string' }, minContains: 2 },
      ['a', 1],
      ': should contain at least 2 of what is asked for, but has 1',
    ],
    [
      { contains: { type: 'string' }, maxContains: 1 },
      ['a', 'b'],
      ': should contain at most 1 of what is asked for, but has 2',
    ],
    [{ required: ['a'] }, {}, 'a: is missing'],
    [
      { properties: { a: { properties: { b: { type: 'string' } } } } },
      { a: { b: 1 } },
      'a.b: should be text, but is 1',
    ],
    [
      { properties: { a: true, b: true }, additionalProperties: false },
      { a: 1, c: 2 },
      'c: is not declared; there is `a` and `b`',
    ],
    [{ properties: {}, additionalProperties: false }, { c: 2 }, 'c: must not be there'],
    [{ additionalProperties: { type: 'string' } }, { c: 2 }, 'c: should be text, but is 2'],
    [{ patternProperties: { '^x_': { type: 'string' } } }, { x_a: 2, y: 3 }, 'x_a: should be text, but is 2'],
    [{ propertyNames: { maxLength: 1 } }, { ab: 2 }, 'ab: should have at most 1 characters'],
    [{ minProperties: 1 }, {}, ': should have at least 1 members'],
    [{ maxProperties: 1 }, { a: 1, b: 2 }, ': should have at most 1 members'],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }, 'b: is missing'],
    [{ dependentSchemas: { a: { required: ['b'] } } }, { a: 1 }, 'b: is missing'],
    [{ dependencies: { a: ['b'] } }, { a: 1 }, 'b: is missing'],
    [{ dependencies: { a: { required: ['b'] } } }, { a: 1 }, 'b: is missing'],
    [{ allOf: [{ type: 'number' }, { minimum: 3 }] }, 1, ': should be at least 3, but is 1'],
    [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 'a', ': fits none of the 2 alternatives'],
    [{ oneOf: [{ type: 'number' }, { type: 'null' }] }, 'a', ': fits none of the 2 alternatives'],
    [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3, ': fits 2 of the 2 alternatives, and should fit one'],
    [{ not: { type: 'string' } }, 'a', ': is what it must not be'],
    [
      { if: { type: 'string' }, then: { minLength: 2 }, else: { minimum: 2 } },
      'a',
      ': should have at least 2 characters',
    ],
    [{ if: { type: 'string' }, else: { minimum: 2 } }, 1, ': should be at least 2, but is 1'],
    [{ if: { type: 'string' }, then: false }, 'a', ': must not be there'],
    [{ $ref: '#/$defs/a%20b~1c', $defs: { 'a b/c': { type: 'string' } } }, 1, ': should be text, but is 1'],
    [{ $ref: '#name', $defs: { a: { $anchor: 'name', type: 'string' } } }, 1, ': should be text, but is 1'],
    [
      {
        $ref: '#/definitions/node',
        definitions: { node: { properties: { next: { $ref: '#/definitions/node' } }, type: 'object' } },
      },
      { next: { next: 5 } },
      'next.next: should be an object, but is 5',
    ],
  ])('%j %j', (schema, value, why) => {
    expect(words(schema, value)).toEqual([why]);
  });

  it('in at most five reasons', () => {
    const schema = { items: { type: 'string' } };
    expect(
      check(
        schema,
        Array.from({ length: 100 }, (_, i) => i),
      ),
    ).toHaveLength(5);
  });
});

describe('a value that fits', () => {
  it.each<[schema: JsonObject, value: Json]>([
    [{}, null],
    [{ type: 'integer' }, 1.0],
    [{ multipleOf: 0.1 }, 0.3],
    [{ minLength: 1, maxLength: 1 }, '\u{1f600}'],
    [
      { format: 'email', title: 'T', 'x-ours': 1, $schema: 'https://json-schema.org/draft/2020-12/schema' },
      'no mail',
    ],
    [{ properties: { constructor: { type: 'string' }, toString: { type: 'number' } } }, {}],
    [{ required: ['constructor'] }, { constructor: 1 }],
    [{ items: { type: 'string' }, properties: { a: false } }, 'text'],
    [{ uniqueItems: true }, [1, '1', [1], { a: 1 }, true, null]],
    [{ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }, '2026-01-31'],
    [{ pattern: '\\u0061\\u{62}' }, 'ab'],
  ])('%j %j', (schema, value) => {
    expect(words(schema, value)).toEqual([]);
  });
});

describe('what a check may cost', () => {
  /** Each refers to the next twice: 2^20 ways through. */
  const ways = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [
      `s${i}`,
      { anyOf: [{ $ref: `#/$defs/s${i + 1}` }, { $ref: `#/$defs/s${i + 1}` }] },
    ]),
  );

  it.each<[what: string, schema: JsonObject, value: Json]>([
    ['ways that double', { $ref: '#/$defs/s0', $defs: { ...ways, s20: { type: 'string' } } }, 1],
    [
      'ways that double with each level',
      {
        anyOf: [
          { properties: { a: { $ref: '#' } }, required: ['b'] },
          { properties: { a: { $ref: '#' } }, required: ['b'] },
        ],
      },
      Array.from({ length: 60 }).reduce<Json>((inner) => ({ a: inner }), 1),
    ],
    [
      'a pattern over a long text',
      { allOf: Array.from({ length: 50 }, () => ({ pattern: '(a|aa)+a' })) },
      'a'.repeat(100_000),
    ],
  ])('%s end with a reason', (_, schema, value) => {
    expect(words(schema, value).at(-1)).toMatch(/is too large, or too deep, to be checked/);
  });

  it('a long list without repetition is seen to have none', () => {
    const list = Array.from({ length: 20_000 }, (_, i) => ({ i }));
    expect(words({ uniqueItems: true }, list)).toEqual([]);
  });
});

describe('a schema that leads back to where it stands', () => {
  const problems = (output: JsonObject): readonly string[] => {
    const parsed = parseDefinition(JSON.stringify(workflowOf({ output })));
    return parsed.kind === 'valid'
      ? []
      : parsed.problems.flatMap(({ code, message }) => (code === 'schema_invalid' ? [message] : []));
  };

  it.each<JsonObject>([
    { $ref: '#' },
    { allOf: [{ $ref: '#' }] },
    {
      properties: { a: { $ref: '#/$defs/a' } },
      $defs: { a: { not: { $ref: '#/$defs/b' } }, b: { $ref: '#/$defs/a' } },
    },
  ])('%j is a mistake', (output) => {
    expect(problems(output)).toEqual([
      expect.stringMatching(/leads back to where it stands, for the same value$/),
    ]);
  });

  it('is fine for a part of the value', () => {
    expect(
      problems({ type: 'object', properties: { a: { $ref: '#' } }, items: { anyOf: [{ $ref: '#' }] } }),
    ).toEqual([]);
  });
});

/**
 * Undefined where the other validator itself breaks: ajv 8.20 throws a TypeError for `oneOf` with `additionalProperties`
 * beside `patternProperties`, whatever the value.
 */
function verdictOf(validate: (value: Json) => unknown, value: Json): unknown {
  try {
    return validate(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

describe('an independent validator', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, ownProperties: true });
  /** Up to three keywords each, three levels deep. */
  const schemas = (depth: number): fc.Arbitrary<Json> => {
    const one = depth === 0 ? fc.boolean() : fc.oneof(fc.boolean(), schemas(depth - 1));
    const some = fc.array(one, { minLength: 1, maxLength: 2 });
    const named = (...names: readonly string[]): fc.Arbitrary<Json> =>
      fc.dictionary(fc.constantFrom(...names), one, { maxKeys: 2 });
    const keywords: Readonly<Record<string, fc.Arbitrary<Json>>> = {
      type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 'array', 'object'),
      enum: fc.constantFrom<Json>(['a', 1], [null, [1]], [{ a: 1 }, 'ab']),
      minimum: fc.integer({ min: -3, max: 3 }),
      exclusiveMaximum: fc.integer({ min: -3, max: 3 }),
      multipleOf: fc.constantFrom(1, 2, 0.5),
      minLength: fc.nat({ max: 3 }),
      maxLength: fc.nat({ max: 3 }),
      pattern: fc.constantFrom('a', '^a?b*$', '[ab]{2}', '\\d', ''),
      minItems: fc.nat({ max: 2 }),
      maxItems: fc.nat({ max: 2 }),
      uniqueItems: fc.boolean(),
      items: one,
      prefixItems: some,
      required: fc.uniqueArray(fc.constantFrom('a', 'b', 'constructor'), { maxLength: 2 }),
      properties: named('a', 'b', 'constructor'),
      additionalProperties: one,
      patternProperties: named('^a', 'b|c'),
      propertyNames: one,
      maxProperties: fc.nat({ max: 2 }),
      dependentSchemas: named('a', 'b'),
      allOf: some,
      anyOf: some,
      oneOf: some,
      not: one,
      if: one,
    };
    const pairs = Object.entries(keywords).map(([key, each]) => each.map((value) => [key, value] as const));
    return fc.array(fc.oneof(...pairs), { maxLength: 3 }).map((list) => Object.fromEntries(list));
  };
  const value = fc.oneof(
    fc.constantFrom<Json>('', 'a', 'ab', 'abb', 'b', '1', 0, 1, 2, 0.5, -1, true, null),
    fc.array(fc.constantFrom<Json>('a', 1, 2, null, 'ab'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), fc.constantFrom<Json>('a', 1, null, ['a']), {
      maxKeys: 3,
    }),
  ) as fc.Arbitrary<Json>;

  it('agrees on what fits', () => {
    fc.assert(
      fc.property(schemas(3), fc.array(value, { minLength: 3, maxLength: 8 }), (one, values) => {
        // -0 and objects without a prototype are no JSON, and other values for one of the two.
        const plain = JSON.parse(JSON.stringify({ allOf: [one] })) as JsonObject;
        const validate = ajv.compile(plain as object);
        for (const each of JSON.parse(JSON.stringify(values)) as readonly Json[]) {
          const verdict = verdictOf(validate, each);
          if (verdict === undefined) continue;
          expect([check(plain, each).length === 0, plain, each]).toEqual([verdict, plain, each]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
