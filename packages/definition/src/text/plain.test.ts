/** The quick reader against the library: whatever it answers, the library answers too, and in the same places. */
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '@cantata/core';
import { anyJson } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SPECIFICATION, TEN_MISTAKES } from '../../test/documents.ts';
import { type Finding, Findings } from '../findings.ts';
import type { Path } from '../path.ts';
import { readPlain } from './plain.ts';
import { PlainLocator } from './plain-locator.ts';
import { readYaml } from './read-yaml.ts';

/** The path of every value, and one that leads nowhere below each mapping. */
function pathsOf(json: Json, path: Path = []): readonly Path[] {
  if (typeof json !== 'object' || json === null) return [path];
  const entries = Array.isArray(json)
    ? json.map((value: Json, i) => [i, value] as const)
    : Object.entries(json);
  return [path, [...path, '\0'], ...entries.flatMap(([key, value]) => pathsOf(value, [...path, key]))];
}

/** What is wrong with the quick answer to a text; undefined where there is none. */
function faultOf(text: string): string | undefined {
  const plain = readPlain(text);
  if (plain.kind === 'not plain') {
    return plain.offset >= 0 && plain.offset <= text.length ? undefined : `stopped at ${plain.offset}`;
  }
  const findings = new Findings();
  const yaml = readYaml(text, findings);
  if (findings.list.length > 0) return `the library says ${findings.list[0]?.message}`;
  if (!isDeepStrictEqual(plain.json, yaml.json)) return `read as ${JSON.stringify(plain.json)}`;
  const wanted = pathsOf(plain.json).flatMap((path) =>
    (['key', 'value'] as const).map((at): Finding => ({ code: 'type_wrong', message: '', path, at })),
  );
  const spots = yaml.locator.spots(wanted);
  const own = new PlainLocator(text).spots(wanted);
  const wrong = wanted.findIndex(
    (_, i) => spots[i]?.offset !== own[i]?.offset || !isWritten(own[i], spots[i]),
  );
  return wrong === -1 ? undefined : JSON.stringify([wanted[wrong], spots[wrong], own[wrong]]);
}

/** Where a block ends is no question anybody asks; how it begins is. */
function isWritten(one: { written: string } | undefined, other: { written: string } | undefined): boolean {
  const [a = '', b = ''] = [
    one?.written.split(/[\r\n]/)[0]?.trimEnd(),
    other?.written.split(/[\r\n]/)[0]?.trimEnd(),
  ];
  return a === b || (a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a)));
}

const isPlain = (text: string): boolean => readPlain(text).kind === 'plain';

const FRAGMENTS = [
  ...'a: |b: |- |[|]|{|}|, |: |# c|"x"|\'y\'|"|\'|-|?|:|,|~|null|True|.5|-1|1e3|0x1|1e999|+7|12|2 cores|5m|a b|--- |...|%'.split(
    '|',
  ),
  ...[
    '\n',
    '\n',
    '\n  ',
    '\n  ',
    '\n    ',
    ' ',
    '\t',
    '\r\n',
    ' #',
    '"\\n"',
    '"\\x41"',
    '&a ',
    '*a',
    '!t ',
    '\u2028',
    '\u0085',
    '\u00a0',
    '|',
  ],
];
const soup = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 25 }).map((parts) => parts.join(''));
const lines = fc
  .array(
    fc.tuple(
      fc.nat({ max: 3 }),
      fc.constantFrom('', '- ', '- - '),
      fc.constantFrom('', 'a: ', 'b:', '"c": ', "'d': ", 'null: ', '__proto__: ', '<<: '),
      fc.constantFrom(
        '',
        'x',
        '5',
        '-0',
        '0.5',
        '[a, b]',
        '{ a: 1, "b":2 }',
        "'it''s'",
        '"\\u0041"',
        'a#b',
        'a #b',
        'a: b',
        '[]',
        '{}',
        '[a, ]',
        '-x',
        '# c',
        '  y  ',
        'é',
        '1_000',
        '012',
        '[ - ]',
        '[a: b]',
        '{a, b: }',
        '{ a: [1, { b: c }] }',
      ),
    ),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(([depth, dash, key, value]) => `${'  '.repeat(depth)}${dash}${key}${value}`).join('\n'),
  );
const changed = fc
  .tuple(
    fc.constantFrom(SPECIFICATION, TEN_MISTAKES, SPECIFICATION.replaceAll('\n', '\r\n')),
    fc.nat(),
    fc.nat({ max: 12 }),
    soup,
  )
  .map(([text, at, remove, insert]) => {
    const offset = at % text.length;
    return text.slice(0, offset) + insert.slice(0, 6) + text.slice(offset + remove);
  });
const json = fc
  .tuple(anyJson({ maxDepth: 3 }), fc.constantFrom(undefined, 2, '\t'))
  .map(([value, indent]) => JSON.stringify({ a: value }, null, indent));
const yaml = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => stringify({ a: value, b: value }, { aliasDuplicateObjects: false }));

describe('the quick reader', () => {
  it.each([
    ['fragments in any order', soup, 20_000],
    ['lines in any order', lines, 20_000],
    ['documents with a change', changed, 3000],
    ['any JSON', json, 2000],
    ['any value as the library writes it', yaml, 2000],
  ])('reads %s as the library does, or not at all', (_, texts, numRuns) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(faultOf(text)).toBeUndefined();
      }),
      { numRuns },
    );
  });

  it.each(['...', '... b', '---', '...x', '../x', './x', '.5'])(
    'reads %s at the start of a line in brackets as the library does, or not at all',
    (line) => expect(faultOf(`{a: [b,\n${line}\n, c], d: 1}`)).toBeUndefined(),
  );

  it('reads what people write, and JSON', () => {
    expect([SPECIFICATION, SPECIFICATION.replaceAll('\n', '\r\n'), TEN_MISTAKES].map(isPlain)).toEqual([
      true,
      true,
      true,
    ]);
    expect(isPlain(JSON.stringify({ workflow: { tasks: [{ id: 'a', on: [] }] } }, null, '\t'))).toBe(true);
    expect(isPlain('---\n# c\nwhen: ${input.x} > 1 # c\nlist:\n- a\n-   b: "c" \n    d: \'e\'\n')).toBe(true);
  });
});
