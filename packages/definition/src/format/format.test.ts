/** Formatting changes how a document looks, and nothing else; once it is done, it is done. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '@cantata/core';
import fc from 'fast-check';
import * as prettier from 'prettier';
import { describe, expect, it } from 'vitest';
import { Document, parse, visit } from 'yaml';
import { documentOf, SPECIFICATION, TEN_MISTAKES } from '../../test/documents.ts';
import { Findings } from '../findings.ts';
import { LIMITS } from '../limits.ts';
import { parseDefinition } from '../parse.ts';
import { readText } from '../text/read-text.ts';
import { formatDefinition } from './format.ts';

const repository = join(import.meta.dirname, '../../../..');
const examples = globSync(['examples/*/*.yaml', 'apps/cantata/templates/*.yaml'], { cwd: repository });

function format(text: string): string {
  const formatted = formatDefinition(text);
  if (formatted.kind === 'refused') throw new Error(JSON.stringify(formatted.problems));
  return formatted.text;
}

const jsonOf = (text: string): Json | undefined => readText(text, new Findings()).json;
const commentsOf = (text: string): readonly string[] =>
  [...text.matchAll(/# ?(c\d+)/g)].map(([, c = '']) => c).toSorted();

describe('formatting', () => {
  it('puts keys in the order of the language, at every depth, and unknown ones last', () => {
    const text = `
tasks:
  - colour: red
    depends_on: []
    agent: a
    id: x
agents:
  z: { count: 2, type: t }
  a: { type: t }
version: "1"
name: w
`;
    expect(format(text)).toBe(`name: w
version: "1"
agents:
  z: { type: t, count: 2 }
  a: { type: t }
tasks:
  - id: x
    agent: a
    depends_on: []
    colour: red
`);
  });

  it('keeps the line that names the schema on top, where the key below it moves', () => {
    const line = '# yaml-language-server: $schema=./workflow.schema.json';
    const once = format(`${line}\n# the version\nversion: "1"\n# the name\nname: w\n`);
    expect(once).toBe(`${line}\n# the name\nname: w\n# the version\nversion: "1"\n`);
    expect(format(once)).toBe(once);
    expect(format(`${line}\nversion: "1"\nname: w\n`)).toBe(`${line}\nname: w\nversion: "1"\n`);
    expect(format(`# the version\nversion: "1"\nname: w\n`)).toBe('name: w\n# the version\nversion: "1"\n');
  });

  it('keeps comments with what they are about, and blank lines, one at a time', () => {
    const text = `# the file

workflow:
    # the version
    version: "1" # quoted
    name:   w


    # all tasks
    tasks:
    # the first
    - agent: a
      # its name
      id: x
      # the end

    # the second
    - id: y
    agents: # who
      a: {type: t} # only one
# the end of the file
`;
    expect(format(text)).toBe(`# the file

workflow:
  name: w
  # the version
  version: "1" # quoted
  agents:
    # who
    a: { type: t } # only one

  # all tasks
  tasks:
    # the first
    # its name
    - id: x
      agent: a
      # the end

    # the second
    - id: y

# the end of the file
`);
  });

  it('quotes with double quotes, unless single ones save a backslash', () => {
    const text = `name: 'w'\nx: ['a"b', "a'b", 'it''s', "a\\"b", "a\\nb", 'a\\b', "plain"]\n`;
    expect(format(text)).toBe(`name: "w"\nx: ['a"b', "a'b", "it's", 'a"b', "a\\nb", 'a\\b', "plain"]\n`);
  });

  it('keeps in brackets and braces what fits on its line of 80', () => {
    const list = (length: number): string => `[${'x, '.repeat(23)}${'y'.repeat(length)}]`;
    const fits = `name: w\nabc: ${list(4)}\n`;
    expect(format(fits)).toBe(fits);
    expect(format(`name: w\nabc: ${list(5)}\n`)).toContain('abc:\n  - x\n  - x\n');
    expect(format('name: w\na: [\n  b,\n  c]\nd: { # why\n  e: f }\n')).toBe(
      'name: w\na: [b, c]\nd:\n  # why\n  e: f\n',
    );
  });

  it('leaves what an alias needs before it', () => {
    const text =
      'tasks:\n  - id: &name x\n    agent: a\n  - timeout: &t 5\n    id: y\nversion: &v "1"\nname: *v\n';
    const formatted = format(text);
    expect(jsonOf(formatted)).toEqual(jsonOf(text));
    expect(format(formatted)).toBe(formatted);
  });

  it('of JSON gives JSON', () => {
    const text = '{"tasks": [{"depends_on": ["x", "y"], "id": "a"}, {}], "agents": {}, "name": "w", "x": []}';
    const formatted = `{
  "name": "w",
  "agents": {},
  "tasks": [
    {
      "id": "a",
      "depends_on": ["x", "y"]
    },
    {}
  ],
  "x": []
}
`;
    expect(format(text)).toBe(formatted);
    expect(format(formatted)).toBe(formatted);
    expect(format(JSON.stringify({ name: 'w', x: Array.from({ length: 30 }, () => 'long') }))).toContain(
      '    "long",\n',
    );
  });

  it('makes a block of a list of braces that ends behind column 80', () => {
    const list = (end: string) => `[{ task: aaaaaaaaaaaaaaaa, on: any }, { task: ${end}, on: any }]`;
    const line = (end: string) => `name: w\n"depends_on": ${list(end)}\n`;
    const [fits, isTooLong] = [line('b'.repeat(8)), line('b'.repeat(9))];
    expect(fits.split('\n')[1]).toHaveLength(80);
    expect(format(fits)).toBe(fits);
    expect(format(isTooLong)).toContain('\n  - { task: aaaaaaaaaaaaaaaa, on: any }\n');
  });

  it('changes nothing in the examples: `cantata format` was run on them', () => {
    const texts = [SPECIFICATION, ...examples.map((file) => readFileSync(join(repository, file), 'utf8'))];
    for (const text of texts) expect(format(text)).toBe(text);
  });

  it.each([
    ['no YAML', 'name: "', 'syntax'],
    ['no workflow', 'services: {}', 'not_a_workflow'],
    ['empty', '', 'not_a_workflow'],
    ['a document with a tag', 'name: !x w', 'tag_unsupported'],
    ['a document with a key twice', 'name: w\nname: w', 'key_repeated'],
    [
      'a document that is too long',
      `name: w\nx: ${'y'.repeat(LIMITS.formattedLength)}`,
      'document_too_large',
    ],
  ])('refuses %s', (_, text, code) => {
    const refused = formatDefinition(text);
    expect(refused).toMatchObject({ kind: 'refused', problems: [{ code }] });
  });
});

const suite = new URL('../../test/yaml-test-suite.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(suite, 'utf8')) as {
  cases: readonly { id: string; yaml: string }[];
};

it('every case of the YAML test suite, put into a workflow, keeps its meaning', () => {
  let formatted = 0;
  for (const { id, yaml } of cases) {
    const text = `name: suite\nx:\n${yaml.replace(/^---\n/, '').replaceAll(/^/gm, '  ')}\n`;
    const result = formatDefinition(text);
    if (result.kind === 'refused') continue;
    formatted++;
    expect(jsonOf(result.text), id).toEqual(jsonOf(text));
    expect(format(result.text), id).toBe(result.text);
  }
  expect(formatted).toBeGreaterThan(100);
});

/** The same with the keys of every mapping in another order. */
function shuffled(json: Json, random: () => number): Json {
  if (Array.isArray(json)) return json.map((item: Json) => shuffled(item, random));
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json).map(
    ([key, value]) => [random(), key, shuffled(value, random)] as const,
  );
  return Object.fromEntries(entries.toSorted(([a], [b]) => a - b).map(([, key, value]) => [key, value]));
}

const documents = [
  SPECIFICATION,
  TEN_MISTAKES,
  documentOf(),
  ...examples.map((file) => readFileSync(join(repository, file), 'utf8')),
].map((text) => parse(text) as JsonObject);

/** A document as nobody would write it: any order, any style, comments and blank lines anywhere. */
const wild = fc
  .record({
    document: fc.constantFrom(...documents),
    draws: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
    indent: fc.integer({ min: 1, max: 5 }),
    comments: fc.double({ min: 0, max: 0.5, noNaN: true }),
  })
  .map(({ document, draws, indent, comments }) => {
    const random = (): number => draws.next().value as number;
    const tree = new Document(shuffled(document, random));
    visit(tree, {
      Collection: (_, node) => {
        node.flow = random() < 0.2;
      },
      Scalar: (_, node) => {
        if (random() < 0.2) node.type = random() < 0.5 ? 'QUOTE_DOUBLE' : 'QUOTE_SINGLE';
      },
    });
    let count = 0;
    const comment = (): string => `# c${count++}`;
    return tree
      .toString({ indent, indentSeq: random() < 0.5, lineWidth: 0 })
      .split('\n')
      .flatMap((line) => {
        const above = random() < comments ? [`${' '.repeat(line.search(/\S|$/))}${comment()}`] : [];
        const blank = random() < 0.1 ? [''] : [];
        const isWhole = !/["']$|[[{,]$/.test(line) && line !== '';
        return [...blank, ...above, isWhole && random() < comments ? `${line} ${comment()}` : line];
      })
      .join('\n');
  });

it('any document keeps its meaning and its comments, and is formatted once and for all', () => {
  fc.assert(
    fc.property(wild, (text) => {
      const once = format(text);
      expect(isDeepStrictEqual(jsonOf(once), jsonOf(text))).toBe(true);
      expect(parseDefinition(once).kind).toBe(parseDefinition(text).kind);
      expect(commentsOf(once)).toEqual(commentsOf(text));
      expect(once).not.toMatch(/[ \t]\n|\n\n\n|^\n/);
      expect(once.endsWith('\n')).toBe(true);
      expect(format(once)).toBe(once);
    }),
    { numRuns: 200 },
  );
});

it('comments above and below what is empty stand above it', async () => {
  const once = format('name: x\ntasks: # a\n  # b\n  [] # c\n  # d\n');
  expect(once).toBe('name: x\ntasks:\n  # a\n  # b\n  # c\n  # d\n  []\n');
  expect(await prettier.format(once, { parser: 'yaml' })).toBe(once);
});

it('Prettier leaves it alone, YAML and JSON', async () => {
  await fc.assert(
    fc.asyncProperty(wild, async (text) => {
      const once = format(text);
      expect(await prettier.format(once, { parser: once.startsWith('{') ? 'json' : 'yaml' })).toBe(once);
      const json = format(JSON.stringify(jsonOf(text)));
      expect(await prettier.format(json, { parser: 'json' })).toBe(json);
    }),
    { numRuns: 100 },
  );
});
