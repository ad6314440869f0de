/** Whatever the text: an answer, never an exception; whatever is valid: a plan. */
import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '@cantata/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { SPECIFICATION, TEN_MISTAKES } from '../test/documents.ts';
import { compile } from './compile.ts';
import { WORKFLOW_KEYS } from './language/workflow.ts';
import { LIMITS } from './limits.ts';
import { parseDefinition } from './parse.ts';

/** What is wrong with the answer to a text; every answer keeps to these rules. */
function faultsOf(text: string): readonly string[] {
  const parsed = parseDefinition(text);
  const problems = parsed.kind === 'valid' ? parsed.notices : parsed.problems;
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const inOrder = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const rules: Readonly<Record<string, boolean>> = {
    'the problems are bounded': problems.length <= LIMITS.problems + 1,
    'a document is valid if and only if it has no error':
      problems.some(({ severity }) => severity === 'error') === (parsed.kind !== 'valid'),
    'every problem is in the text': problems.every(({ line, column }) => {
      const length = lines[line - 1]?.length ?? -1;
      return column >= 1 && column <= length + 1;
    }),
    'messages are a line for a terminal': problems.every(
      ({ message, hint = '' }) =>
        message.length < 2000 &&
        message.isWellFormed() &&
        hint.isWellFormed() &&
        !/[\0-\x1f\x7f-\x9f\u2028]/.test(message + hint),
    ),
    'problems are in the order of the document': isDeepStrictEqual(problems, inOrder),
    'what is valid compiles to the same definition':
      parsed.kind !== 'valid' || isDeepStrictEqual(compile(parsed.document).definition, parsed.definition),
  };
  return Object.keys(rules).filter((rule) => rules[rule] !== true);
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

const soup = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 60 }).map((parts) => parts.join(''));

const changed = fc
  .record({
    text: fc.constantFrom(
      SPECIFICATION,
      TEN_MISTAKES,
      JSON.stringify({ workflow: { name: 'w', tasks: [] } }),
    ),
    changes: fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.nat({ max: 20 }),
        insert: fc.oneof(fc.constant(''), fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 5 })),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ text, changes }) =>
    changes.reduce((result, { at, remove, insert }) => {
      const offset = Math.floor(at * result.length);
      return result.slice(0, offset) + insert + result.slice(offset + remove);
    }, text),
  );

const misplaced = fc
  .record(Object.fromEntries(WORKFLOW_KEYS.map((key) => [key, fc.jsonValue({ maxDepth: 3 })])), {
    requiredKeys: [],
  })
  .map((workflow) => JSON.stringify({ workflow }));

it.each([
  ['any text', fc.oneof(soup, fc.string({ unit: 'binary', maxLength: 200 })), 3000],
  ['any JSON', fc.json(), 500],
  ['a document with anything changed in it', changed, 2000],
  ['a document with any value in any place', misplaced, 500],
])('%s has an answer', (_, texts, numRuns) => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(faultsOf(text)).toEqual([]);
    }),
    { numRuns },
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
