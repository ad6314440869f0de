/** The keys that say what a workflow works on, and what it may take: what they mean, and what they refuse. */
import type { Definition } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { documentOf, found, onlyProblemOf, problemsOf } from '../../test/documents.ts';
import { parseDefinition } from '../parse.ts';

const task = (text: string): string => documentOf({ tasks: `  - id: x\n    agent: a\n    ${text}` });

function define(text: string): Definition {
  const parsed = parseDefinition(text);
  if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition;
}

describe('a task that is a workflow', () => {
  const tasks = (line: string): string =>
    documentOf({ tasks: `  - { id: x, agent: a }\n  - { id: y, ${line} }` });

  it.each([
    ['workflow: research', { kind: 'workflow', workflow: 'research' }],
    ['kind: workflow, workflow: w.2, version: "1.0"', { kind: 'workflow', workflow: 'w.2', version: '1.0' }],
  ])('%s', (line, expected) => {
    expect(define(tasks(line)).tasks[1]).toMatchObject(expected);
  });

  it('is named, as workflows are', () => {
    expect(found(tasks('workflow: "a b"'))).toEqual(['8:24 name_invalid tasks[1].workflow']);
  });
});

describe('a task', () => {
  it.each([
    ['priority: -100', { priority: -100 }],
    ['timeout: 5', { priority: 0 }],
    ['estimate: 5m', { estimate: { durationMs: 300_000 } }],
    ['estimate: { duration: 1h, cost: 0.2 }', { estimate: { durationMs: 3_600_000, cost: 0.2 } }],
    ['estimate: { cost: 3 }', { estimate: { cost: 3 } }],
    ['budget: { turns: 3 }', { budget: { turns: 3 } }],
    [
      'budget: { tokens: 9, cost: 0.5, wall_time: 1m }',
      { budget: { tokens: 9, cost: 0.5, wallTimeMs: 60_000 } },
    ],
    ['input: { a: [1, b] }', { input: { source: { a: [1, 'b'] }, reads: { input: false, tasks: [] } } }],
    ['for_each: [a, "${input.b}"]', { parallel: true, forEach: { source: ['a', '${input.b}'] } }],
    [
      'for_each: ${input.list}\n    max_concurrency: 3',
      { parallel: true, forEach: { source: '${input.list}' }, maxConcurrency: 3 },
    ],
    ['parallel: true\n    max_concurrency: 1', { parallel: true, maxConcurrency: 1 }],
    ['when: input.ok', { when: { source: 'input.ok', reads: { input: true, tasks: [] } } }],
    ['output: { type: string }', { output: { source: { type: 'string' } } }],
  ])('%s', (text, expected) => {
    expect(define(task(text)).tasks[0]).toMatchObject(expected);
  });

  it.each([
    ['priority: 101', '9:15 value_out_of_range tasks[0].priority'],
    ['priority: 0.5', '9:15 type_wrong tasks[0].priority'],
    ['estimate: soon', '9:15 quantity_unreadable tasks[0].estimate'],
    ['estimate: { cost: 0 }', '9:23 value_out_of_range tasks[0].estimate.cost'],
    ['estimate: { cost: much }', '9:23 type_wrong tasks[0].estimate.cost'],
    ['estimate: []', '9:15 type_wrong tasks[0].estimate'],
    ['estimate: { time: 5 }', '9:17 unknown_key tasks[0].estimate.time'],
    ['for_each: word', '9:15 type_wrong tasks[0].for_each'],
    ['for_each: "${input.a} ${input.b}"', '9:15 type_wrong tasks[0].for_each'],
    ['for_each: "${input."', '9:16 expression_syntax tasks[0].for_each'],
    ['for_each: {}', '9:15 type_wrong tasks[0].for_each'],
    ['for_each: "${\'text\'}"', '9:18 expression_type_wrong tasks[0].for_each'],
    [`for_each: [${'1, '.repeat(10_001)}]`, '9:15 too_many tasks[0].for_each'],
    ['for_each: ["${item}"]', '9:19 expression_unknown_name tasks[0].for_each[0]'],
    ['max_concurrency: 0\n    parallel: true', '9:22 value_out_of_range tasks[0].max_concurrency'],
    ['input: ${item}', '9:14 expression_unknown_name tasks[0].input'],
    ['when: index > 1', '9:11 expression_unknown_name tasks[0].when'],
    ['when: 5', '9:11 type_wrong tasks[0].when'],
    ['when: ""', '9:11 empty tasks[0].when'],
    ['output: string', '9:13 type_wrong tasks[0].output'],
  ])('%s is a mistake', (text, expected) => {
    expect(found(task(text))).toEqual([expected]);
  });

  it('has a budget, which says what follows when it is spent', () => {
    expect(found(task('budget: { turns: 3, on_limit: fail }'))).toEqual([]);
    expect(found(task('budget: { turns: 3, on_limit: stop }'))).toEqual([
      '9:35 value_unknown tasks[0].budget.on_limit',
    ]);
  });
});

describe('the default of an input', () => {
  const inputs = (properties: string): string =>
    documentOf({ top: `inputs: { type: object, properties: { ${properties} } }` });
  const said = (properties: string): readonly string[] =>
    problemsOf(inputs(properties))
      .filter(({ severity }) => severity === 'error')
      .map(({ path, message }) => `${path} ${message}`);

  it.each([
    ['n: { type: integer, default: ten }', 'n', ': should be a whole number, but is the text `ten`'],
    ['n: { default: 3, allOf: [{ minimum: 5 }] }', 'n', ': should be at least 5, but is 3'],
    [
      'o: { type: object, properties: { p: { enum: [a, b], default: c } } }',
      'o.properties.p',
      ': should be "a" or "b", but is the text `c`',
    ],
    [
      'l: { default: [1, x], items: { type: number } }',
      'l',
      ': [1]: should be a number, but is the text `x`',
    ],
    ['n: { $ref: "#/properties/m", default: 1 }, m: { type: string }', 'n', ': should be text, but is 1'],
  ])('fits where it stands: %s', (properties, path, why) => {
    expect(said(properties)).toEqual([
      `inputs.properties.${path}.default \`default\` does not fit its schema${why}`,
    ]);
  });

  it('is said not to fit each time, in words for the first five', () => {
    const many = Array.from({ length: 7 }, (_, i) => `n${i}: { type: integer, default: x }`).join(', ');
    expect(said(many).map((one) => one.includes('whole number'))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('is not asked about where it is never filled in, or cannot be checked', () => {
    expect(said('n: { anyOf: [{ type: integer, default: x }] }, m: true')).toEqual([]);
    expect(said('n: { default: 1, $ref: "#/properties/n" }')).toEqual([
      'inputs `#/properties/n` leads back to where it stands, for the same value',
    ]);
  });
});

describe('a workflow', () => {
  it('has inputs, outputs, tags and a budget', () => {
    const top =
      'inputs: { type: object }\noutputs: { a: "${tasks.x.output}" }\ntags: [one, two.b]\nbudget: { turns: 3 }';
    expect(define(documentOf({ top }))).toMatchObject({
      inputs: { source: { type: 'object' } },
      outputs: { source: { a: '${tasks.x.output}' }, reads: { input: false, tasks: ['x'] } },
      tags: ['one', 'two.b'],
      budget: { turns: 3 },
    });
  });

  it('says of outputs that fail which they are', () => {
    const { outputs } = define(documentOf({ top: 'outputs: { a: "${input.b.c}" }' }));
    expect(() => outputs?.evaluate({ input: { b: {} }, tasks: {} })).toThrow(
      '`outputs`: `input.b.c` has no value: `input.b.c` is missing',
    );
  });

  it.each([
    ['inputs: { type: string }', '10:1 schema_invalid inputs'],
    ['inputs: [a]', '10:9 type_wrong inputs'],
    ['outputs: "${input}"', '10:10 type_wrong outputs'],
    ['outputs: {}', '10:10 empty outputs'],
    ['tags: [a, a]', '10:11 listed_twice tags[1]'],
    ['tags: ["a b"]', '10:8 name_invalid tags[0]'],
    ['budget: { wall_time: never }', '10:22 quantity_unreadable budget.wall_time'],
  ])('%s is a mistake', (top, expected) => {
    const errors = problemsOf(documentOf({ top })).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`)).toEqual([
      expected,
    ]);
  });
});

describe('a schema', () => {
  it.each([
    ['{ type: int }', 'write integer'],
    ['{ type: sting }', 'did you mean `string`?'],
    ['{ require: [a] }', 'did you mean `required`?'],
    ['{ properties: { a: { required: true } } }', 'list the names at the object that must have them'],
    ['{ exclusiveMinimum: true }', 'write the bound itself here'],
    ['{ $ref: "#/$defs/a" }', 'references begin at the root of the schema: `#/$defs/<name>`'],
    ['{ $ref: other.json }', 'put the schema under `$defs` and refer to `#/$defs/<name>`'],
    ['{ unevaluatedItems: false }', 'use `additionalProperties` or `items`'],
    ['{ $dynamicRef: "#a" }', 'use `$ref`'],
    ['{ items: string }', 'write a mapping such as { type: string }'],
    ['{ pattern: "(?<=a)b" }', undefined],
    ['{ then: { type: string } }', undefined],
    ['{ type: [] }', undefined],
    ['{ type: [string, 5] }', undefined],
    ['{ enum: [] }', undefined],
    ['{ multipleOf: 0 }', undefined],
    ['{ minLength: -1 }', undefined],
    ['{ required: [5] }', undefined],
    ['{ required: a }', undefined],
    ['{ properties: [] }', undefined],
    ['{ allOf: [] }', undefined],
    ['{ uniqueItems: 1 }', undefined],
    ['{ dependentRequired: { a: b } }', undefined],
    ['{ dependencies: [] }', undefined],
    ['{ prefixItems: [true], items: [true] }', undefined],
    ['{ $ref: 5 }', undefined],
    ['{ minContains: a }', undefined],
    ['{ pattern: 5 }', undefined],
  ])('%s is a mistake', (text, hint) => {
    const problem = onlyProblemOf(task(`output: ${text}`));
    expect(problem.severity).toBe('error');
    expect(problem.path).toMatch(/^tasks\[0\]\.output[.[]/);
    if (hint !== undefined) expect(problem.hint).toBe(hint);
  });

  it('may have a thousand schemas inside, and no more', () => {
    const properties = (count: number): string =>
      `output: { properties: { ${Array.from({ length: count }, (_, i) => `p${i}: { type: string }`).join(', ')} } }`;
    expect(found(task(properties(999)))).toEqual([]);
    expect(found(task(properties(2000)))).toEqual([
      expect.stringMatching(/too_many tasks\[0\]\.output\.properties\.p999$/),
    ]);
  });
});
