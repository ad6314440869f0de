/** Whatever the expression, template or schema: an answer, never another exception, and JSON if there is a value. */
import { CantataError, checkJson, type Json } from '@cantata/core';
import { anyJson } from '@cantata/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SCOPE, workflowOf } from '../../test/evaluated.ts';
import { type Parsed, parseDefinition } from '../parse.ts';

const FRAGMENTS = [
  ...'input tasks .x .output ["p-q"] .n .topic .list .people [0] [ ] ( ) { } , : ? + - * / % == != < >= && || ! in'.split(
    ' ',
  ),
  ...[
    '1',
    '2.5',
    '5u',
    '0x1',
    '1e9',
    '"a"',
    "'b'",
    '"""c"""',
    'r"\\d"',
    'b"d"',
    'true',
    'null',
    'item',
    'x',
    'p',
  ],
  ...[
    '.map(x, x)',
    '.filter(p, p.age > 1)',
    '.all(',
    '.exists(x, ',
    'has(',
    'size(',
    'string(',
    'int(',
    'dyn(',
  ],
  ...[
    '.matches("(a+)+")',
    '.split(",")',
    '.join("")',
    '${',
    '}',
    '$${',
    '// ',
    '\n',
    '\\',
    '"',
    '\u0000',
    '\ud800',
    '@',
  ],
];

/** Soup, and something closer to the language. */
const soup = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 14 }).map((parts) => parts.join(' '));
const { expression: sound } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression' },
    fc.constantFrom(
      'input.n',
      'input.topic',
      'input.list',
      'input.people',
      'tasks.x.output',
      '1',
      '0.5',
      '"a"',
      'true',
      'null',
      'input',
    ),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '&&', '||', 'in'),
        tie('expression'),
      )
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(
          'size()',
          'map(i, [i, i])',
          'filter(i, i != 1)',
          'all(i, i == i)',
          'name',
          'title',
          'matches("a")',
          'split("e")',
        ),
      )
      .map(([a, member]) => `(${a}).${member}`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `[${a}, ${b}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `{"k": ${a}, "l": ${b}}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a})[${b}]`),
    tie('expression').map((a) => `string(${a})`),
    tie('expression').map((a) => `!(${a})`),
    tie('expression').map((a) => `-(${a})`),
  ),
}));
const text = fc.oneof(soup, sound, fc.string({ unit: 'binary', maxLength: 40 }));

function read(task: { readonly [key: string]: Json }, inputs?: Json): Parsed {
  const workflow = { ...(workflowOf(task) as object), ...(inputs === undefined ? {} : { inputs }) };
  return parseDefinition(JSON.stringify(workflow));
}

const INPUTS: Json = {
  type: 'object',
  properties: {
    topic: { type: 'string' },
    n: { type: 'integer' },
    list: { type: 'array', items: { type: 'number' } },
    people: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
  },
};

/** The value of the computed part, or the failure it is allowed to have. */
function outcome(parsed: Parsed, key: 'when' | 'input'): Json | undefined {
  if (parsed.kind !== 'valid') return undefined;
  try {
    return parsed.definition.tasks.at(-1)?.[key]?.evaluate(SCOPE);
  } catch (error) {
    if (error instanceof CantataError && error.code === 'expression_failed') return undefined;
    throw error;
  }
}

function isJson(value: Json | undefined): boolean {
  return value === undefined || checkJson(value, { maxBytes: 10_000_000, maxDepth: 100 }) === undefined;
}

it.each([
  ['without schemas', undefined],
  ['with schemas', INPUTS],
])('an expression, %s', (_, inputs) => {
  fc.assert(
    fc.property(text, (source) => {
      const when = outcome(read({ when: source }, inputs), 'when');
      expect([undefined, true, false]).toContain(when);
      const input = outcome(read({ input: `\${${source}}` }, inputs), 'input');
      expect([source, isJson(input)]).toEqual([source, true]);
    }),
    { numRuns: 800 },
  );
});

it('a template', () => {
  fc.assert(
    fc.property(anyJson({ maxDepth: 3 }), fc.array(text, { maxLength: 3 }), (value, texts) => {
      const input = [value, texts.join(' '), ...texts.map((one) => `a \${${one}} b`)];
      expect(isJson(outcome(read({ input }), 'input'))).toBe(true);
    }),
    { numRuns: 400 },
  );
});

const KEYWORDS =
  'type enum const properties items required additionalProperties patternProperties $ref $defs allOf anyOf oneOf not if then else pattern minimum multipleOf uniqueItems contains minItems $anchor dependencies x-a typ'.split(
    ' ',
  );
const { schema } = fc.letrec<{ schema: Json }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'schema' },
    fc.constantFrom<Json>(
      'string',
      'object',
      '#',
      '#/$defs/a',
      '#a',
      'https://a.b/c',
      true,
      false,
      null,
      1,
      -1,
      '(a',
      '',
      'a',
      [],
    ),
    fc.dictionary(fc.constantFrom(...KEYWORDS, 'a', '__proto__', 'constructor'), tie('schema'), {
      maxKeys: 4,
    }) as fc.Arbitrary<Json>,
    fc.array(tie('schema'), { maxLength: 3 }) as fc.Arbitrary<Json>,
  ),
}));

it('a schema, and a value against it', () => {
  fc.assert(
    fc.property(schema, anyJson({ maxDepth: 3 }), (output, value) => {
      const parsed = read({ output });
      if (parsed.kind !== 'valid') return;
      const mismatches = parsed.definition.tasks.at(-1)?.output?.check(value) ?? [];
      expect(mismatches.length).toBeLessThanOrEqual(5);
    }),
    { numRuns: 800 },
  );
});
