/** The published schema, by an independent validator: it refuses nothing that is valid and sees what is malformed. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '@cantata/core';
// oxlint-disable-next-line no-restricted-imports -- where it keeps the newest draft
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentOf, SPECIFICATION, TEN_MISTAKES } from '../test/documents.ts';
import { languageSchema } from './language-schema.ts';
import { parseDefinition } from './parse.ts';
import { isMapping } from './shape/reader.ts';

const repository = join(import.meta.dirname, '../../..');
const PUBLISHED = join(repository, 'packages/definition/schema/workflow.schema.json');
const examples = globSync(['examples/*/*.yaml', 'apps/cantata/templates/*.yaml'], { cwd: repository });
const documents = [
  SPECIFICATION,
  ...examples.map((file) => readFileSync(join(repository, file), 'utf8')),
].map((text) => parse(text) as JsonObject);
/** Every key there is. */
const WHOLE = parse(
  documentOf({
    top: [
      'inputs: { type: object, properties: { topic: { type: string } } }',
      'outputs: { text: "${tasks.x.output}" }',
      'tags: [one, two]',
      'budget: { turns: 5, tokens: 1000, cost: 2.5, wall_time: 1h }',
      'max_concurrent_executions: 2',
    ].join('\n'),
    tasks: [
      '  - { id: x, agent: a, priority: 3, input: { topic: "${input.topic}" }, output: { type: string }, estimate: { duration: 5m } }',
      '  - { id: y, agent: a, depends_on: [x], when: tasks.x.output != "", retry_policy: linear, timeout: 1m, budget: { turns: 2 }, compensate: { agent: a, input: { of: "${step.output}" }, timeout: 5s, retry_policy: none } }',
    ].join('\n'),
  }),
) as JsonObject;
const bases = [...documents, WHOLE];
const accepts = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(
  languageSchema(),
);

/** What the schema must see, too: the shape of the document, not how its parts fit together. */
const OF_SHAPE = ['type_wrong', 'unknown_key', 'key_missing', 'empty', 'listed_twice', 'pattern_unknown'];

function codesOf(document: Json): readonly string[] {
  const parsed = parseDefinition(JSON.stringify(document));
  const problems = parsed.kind === 'valid' ? [] : parsed.problems;
  return problems.filter(({ severity }) => severity === 'error').map(({ code }) => code);
}

type Change = (document: Json) => Json;

/** Puts `change` at the end of a walk down the document; each step picks one of the values there. */
function changedAt(document: Json, [step, ...steps]: readonly number[], change: Change): Json {
  const keys = typeof document === 'object' && document !== null ? Object.keys(document) : [];
  if (step === undefined || keys.length === 0) return change(document);
  const key = keys[step % keys.length] as string;
  const below = changedAt((document as JsonObject)[key] as Json, steps, change);
  if (Array.isArray(document)) return document.map((value: Json, i) => (String(i) === key ? below : value));
  return { ...(document as JsonObject), [key]: below };
}

const ANYTHING = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    '',
    ' 5 m',
    '1h30m',
    '-5m',
    '2 cores',
    '1.5Gi',
    0,
    0.0005,
    -1,
    1.5,
    1e12,
    '1.0',
    [],
    {},
    null,
  ),
);
const KEYS = fc.oneof(
  fc.string(),
  fc.constantFrom('name', 'timeout', 'workflow', 'id', 'count', 'description', 'when', 'input', 'output'),
);
const changes: fc.Arbitrary<Change> = fc.oneof(
  ANYTHING.map(
    (value): Change =>
      () =>
        value,
  ),
  fc.tuple(KEYS, ANYTHING).map(
    ([key, value]): Change =>
      (at) =>
        isMapping(at) ? { ...at, [key]: value } : at,
  ),
  fc.nat().map(
    (n): Change =>
      (at) => {
        if (Array.isArray(at)) return (at as readonly Json[]).toSpliced(n % (at.length + 1), 1);
        if (!isMapping(at)) return at;
        const entries = Object.entries(at);
        return Object.fromEntries(entries.toSpliced(n % (entries.length + 1), 1));
      },
  ),
  fc.constant<Change>((at) => (Array.isArray(at) ? [...at, ...at] : at)),
);
const changed = fc
  .record({
    document: fc.constantFrom(...bases),
    steps: fc.array(fc.tuple(fc.array(fc.nat({ max: 20 }), { maxLength: 6 }), changes), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ document, steps }) =>
    steps.reduce<Json>((result, [walk, change]) => changedAt(result, walk, change), document),
  );

describe('the schema of the language', () => {
  it('is the one that is published; `npm run schema` writes it', () => {
    expect(readFileSync(PUBLISHED, 'utf8')).toBe(`${JSON.stringify(languageSchema(), null, 2)}\n`);
  });

  it('accepts the specification and every example, with and without the root', () => {
    expect(documents.length).toBeGreaterThan(3);
    for (const document of documents) {
      for (const one of [document, document['workflow'] ?? { workflow: document }]) {
        expect([accepts(one), accepts.errors]).toEqual([true, null]);
      }
    }
  });

  it('accepts every key', () => {
    expect(codesOf(WHOLE)).toEqual([]);
    expect([accepts(WHOLE), accepts.errors]).toEqual([true, null]);
  });

  it('refuses a document of mistakes, each at its place', () => {
    expect(accepts(parse(TEN_MISTAKES))).toBe(false);
    const places = new Set(accepts.errors?.map(({ instancePath }) => instancePath));
    expect(places.size).toBeGreaterThan(3);
  });

  it('describes every key in a sentence', () => {
    const { description: _, ...root } = languageSchema();
    const undescribed: string[] = [];
    const visit = (schema: Json, path: string): void => {
      if (!isMapping(schema)) return;
      for (const [key, value] of Object.entries(schema['properties'] ?? {})) {
        const { description } = value as JsonObject;
        if (typeof description !== 'string' || !/^[A-Z][^]{5,}\.$/.test(description))
          undescribed.push(`${path}.${key}`);
      }
      for (const [key, value] of Object.entries(schema)) if (key !== 'then') visit(value, `${path}.${key}`);
    };
    visit(root, '');
    expect(undescribed).toEqual([]);
  });

  it('raises no false alarm, and sees every mistake of shape', () => {
    fc.assert(
      fc.property(changed, (document) => {
        const codes = codesOf(document);
        if (!accepts(document)) expect(codes).not.toEqual([]);
        else expect(codes.filter((code) => OF_SHAPE.includes(code))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});
