/** Whatever the text: an answer, never an exception; whatever is valid: a plan. */
import type { Json, JsonObject } from '@cantata/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SPECIFICATION, TEN_MISTAKES } from '../test/documents.ts';
import { compile } from './compile.ts';
import { LIMITS } from './limits.ts';
import { parseDefinition } from './parse.ts';

/** What every answer must keep to. */
function judge(text: string): void {
  const parsed = parseDefinition(text);
  const problems = parsed.kind === 'valid' ? parsed.notices : parsed.problems;
  const lines = text.split('\n');
  expect(problems.length).toBeLessThanOrEqual(LIMITS.problems + 1);
  expect(problems.some(({ severity }) => severity === 'error')).toBe(parsed.kind !== 'valid');
  for (const { line, column, message } of problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    expect(message).not.toMatch(/[\0-\x1f]/);
    expect(message.length).toBeLessThan(2000);
  }
  const inOrder = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  expect(problems).toEqual(inOrder);
  if (parsed.kind === 'valid') expect(compile(parsed.document).definition).toEqual(parsed.definition);
}

const FRAGMENTS = [
  ...': | - | ? | , | [ | ] | { | } | # c | & a | *a | &a | !t | !!int | | | > | " | \' | % | @ | ` | --- | ...'.split(
    ' ',
  ),
  ...[
    '\n',
    '\n  ',
    '\n    - ',
    '\t',
    '\r\n',
    ' ',
    '\0',
    '\u2028',
    '\ud800',
    '\ufeff',
    '<<: ',
    '__proto__: ',
    '~',
    '.inf',
    '1e999',
  ],
  ...[
    'name: ',
    'tasks:\n',
    'agents:\n',
    'id: ',
    'depends_on: ',
    'a',
    '0',
    '-1',
    'null',
    'true',
    'workflow:\n',
  ],
];

it('any text has an answer', () => {
  const soup = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 60 }).map((parts) => parts.join(''));
  fc.assert(fc.property(fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 200 })), judge), {
    numRuns: 3000,
  });
});

it('any JSON has an answer', () => {
  fc.assert(fc.property(fc.json(), judge), { numRuns: 500 });
});

it('a document with anything changed in it has an answer', () => {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat({ max: 20 }),
    insert: fc.oneof(fc.constant(''), fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 5 })),
  });
  const text = fc.constantFrom(
    SPECIFICATION,
    TEN_MISTAKES,
    JSON.stringify({ workflow: { name: 'w', tasks: [] } }),
  );
  fc.assert(
    fc.property(text, fc.array(change, { minLength: 1, maxLength: 6 }), (original, changes) => {
      judge(
        changes.reduce((changed, { at, remove, insert }) => {
          const offset = Math.floor(at * changed.length);
          return changed.slice(0, offset) + insert + changed.slice(offset + remove);
        }, original),
      );
    }),
    { numRuns: 2000 },
  );
});

it('a document with any value in any place has an answer', () => {
  const keys =
    'name version orchestration_pattern agents tasks coordination fault_tolerance max_concurrent_executions';
  const value = fc.jsonValue({ maxDepth: 3 });
  const document = fc.record(Object.fromEntries(keys.split(' ').map((key) => [key, value])), {
    requiredKeys: [],
  });
  fc.assert(
    fc.property(document, (workflow) => judge(JSON.stringify({ workflow }))),
    { numRuns: 500 },
  );
});

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const capabilities = fc.uniqueArray(fc.constantFrom('search', 'write', 'draw'), { maxLength: 3 });

/** A workflow without errors, by construction: tasks depend on those before them, and a group can do everything. */
const validDocument = fc
  .record({
    names: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
    group: fc.record({ count: fc.integer({ min: 1, max: 4 }), capabilities }),
    resources: fc.record(
      {
        cpu: fc.constantFrom<Json>('2 cores', '500m', 0.5, 2),
        memory: fc.constantFrom<Json>('4GB', '1.5Gi', 2_000_000),
      },
      { requiredKeys: [] },
    ),
    tasks: fc.uniqueArray(
      fc.record({
        id: name,
        on: fc.array(fc.nat()),
        who: fc.oneof(fc.nat(), capabilities),
        rest: fc.record(
          {
            parallel: fc.boolean(),
            timeout: fc.constantFrom<Json>(300, 0.5, '5m', '1h30m', '250ms'),
            retry_policy: fc.constantFrom('none', 'fixed', 'linear', 'exponential_backoff'),
          },
          { requiredKeys: [] },
        ),
      }),
      { minLength: 1, maxLength: 12, selector: (task) => task.id },
    ),
    pattern: fc.constantFrom('supervisor', 'hierarchical', 'handoff', 'swarm', 'network', 'custom'),
    executions: fc.option(fc.integer({ min: 1, max: 9 })),
  })
  .map(
    ({ names, group, resources, tasks, pattern, executions }): JsonObject => ({
      name: 'generated',
      version: '1.0',
      orchestration_pattern: pattern,
      agents: Object.fromEntries([
        ['all', { type: 'worker', capabilities: ['search', 'write', 'draw'], resources }],
        ...names.map((one) => [`g_${one}`, { type: 'worker', ...group }]),
      ]) as JsonObject,
      tasks: tasks.map(({ id, on, who, rest }, index) => ({
        id,
        ...(typeof who === 'number'
          ? { agent: `g_${names[who % names.length]}` }
          : { requires: who.length === 0 ? ['write'] : who }),
        depends_on: [...new Set(index === 0 ? [] : on.map((n) => tasks[n % index]?.id ?? ''))],
        ...rest,
      })) as unknown as Json,
      coordination: { type: 'hybrid' },
      ...(executions === null ? {} : { max_concurrent_executions: executions }),
    }),
  );

it('a valid document means the same as YAML, as JSON, under the root and compiled', () => {
  fc.assert(
    fc.property(validDocument, (document) => {
      const plan = compile(document);
      const texts = [
        stringify(document),
        JSON.stringify(document, null, '\t'),
        stringify({ workflow: document }),
      ];
      for (const text of texts) {
        const parsed = parseDefinition(text);
        if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
        expect(parsed.document).toEqual(document);
        expect(parsed.definition).toEqual(plan.definition);
      }
    }),
    { numRuns: 200 },
  );
});
