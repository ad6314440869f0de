/** Every code is produced by a document, at an exact place. */
import { describe, expect, it } from 'vitest';
import { documentOf, found, problemsOf } from '../test/documents.ts';
import { PROBLEM_CODES, type ProblemCode } from './codes.ts';
import { LIMITS } from './limits.ts';

const task = (text: string): string => documentOf({ tasks: `  - id: x\n    agent: a\n    ${text}` });
const tasks = (...lines: readonly string[]): string =>
  documentOf({ tasks: lines.map((line) => `  - ${line}`).join('\n') });
/** Two tasks of teams, and what is wrong with their groups is told once. */
const tree = (...groups: readonly string[]): string =>
  documentOf({
    agents: ['  a: { type: t, count: 2 }', ...groups].join('\n'),
    tasks: ['x', 'y'].map((id) => `  - { id: ${id}, agent: a, pattern: hierarchical }`).join('\n'),
  });
/** So that the agent has something to do. */
const BUSY = '{ id: busy, agent: a }';
const BOMB = `  a: &a [${'x, '.repeat(100)}]\n${Array.from('bcd', (name, i) => `  ${name}: &${name} [${`*${'abc'[i]}, `.repeat(50)}]`).join('\n')}`;

/** Codes that never come alone: what is omitted is behind 1,000 others, and what is unreachable has a cause. */
type NeverAlone = 'problems_omitted' | 'task_unreachable';

/** The tasks of `documentOf` begin on line 7. */
const CASES: Readonly<Record<Exclude<ProblemCode, NeverAlone>, readonly (readonly [string, string])[]>> = {
  document_too_large: [[' '.repeat(LIMITS.textLength + 1), '1:1 document_too_large']],
  document_too_deep: [
    [`name: ${'['.repeat(80)}`, '1:70 document_too_deep'],
    [
      `a: &a ${'['.repeat(40)}${']'.repeat(40)}\nb: ${'['.repeat(40)}*a${']'.repeat(40)}`,
      `2:44 document_too_deep b${'[0]'.repeat(40)}`,
    ],
  ],
  aliases_too_large: [[`x:\n${BOMB}`, '4:198 aliases_too_large x.c[47]']],
  syntax: [
    ['name: w\nversion: "1\n', '2:10 syntax'],
    ['name: w\nmax_concurrent_executions: [1\nversion: "1"\n', '3:1 syntax'],
  ],
  multiple_documents: [['name: w\n---\nname: v\n', '2:1 multiple_documents']],
  not_a_workflow: [['# a list\n- 1', '2:1 not_a_workflow']],
  pattern_unknown: [
    [documentOf().replace('swarm', 'swarming'), '3:24 pattern_unknown orchestration_pattern'],
  ],

  character_forbidden: [
    [task('timeout: 5 # \u0007'), '9:18 character_forbidden'],
    [documentOf().replace('"1"', '"1\\0"'), '2:10 character_forbidden version'],
    [documentOf().replace('"1"', '"\\ud800"'), '2:10 character_forbidden version'],
  ],
  directive_unsupported: [[`%YAML 1.1\n---\n${documentOf()}`, '1:1 directive_unsupported']],
  tag_unsupported: [
    [task('timeout: !!int 5'), '9:20 tag_unsupported tasks[0].timeout'],
    [task('!x timeout: 5'), '9:8 tag_unsupported tasks[0].timeout'],
    [task('depends_on: !custom []'), '9:25 tag_unsupported tasks[0].depends_on'],
  ],
  alias_unresolved: [
    [task('timeout: *later'), '9:14 alias_unresolved tasks[0].timeout'],
    [task('depends_on: [&d *d]'), '9:21 syntax'],
    [task('depends_on: &d [*d]'), '9:21 alias_unresolved tasks[0].depends_on[0]'],
  ],
  key_repeated: [[task('agent: a'), '9:5 key_repeated tasks[0]']],
  key_not_text: [
    [task('1: a'), '9:5 key_not_text tasks[0]'],
    [task('? [a]\n    : b'), '9:7 key_not_text tasks[0]'],
    [task('? \n    : b'), '9:7 key_not_text tasks[0]'],
  ],
  key_forbidden: [
    [task('<<: { timeout: 5 }'), '9:5 key_forbidden tasks[0]'],
    [task('__proto__: { timeout: 5 }'), '9:5 key_forbidden tasks[0]'],
  ],

  unknown_key: [
    [task('time_out: 5'), '9:5 unknown_key tasks[0].time_out'],
    [task('"a.b": 5'), '9:5 unknown_key tasks[0]["a.b"]'],
    [documentOf({ top: 'fault_tolerance: { retries: 1 }' }), '10:20 unknown_key fault_tolerance.retries'],
  ],
  key_missing: [
    [tasks('agent: a'), '7:5 key_missing tasks[0].id'],
    [documentOf({ agents: '  a: { count: 1 }' }), '5:3 key_missing agents.a.type'],
    [documentOf({ coordination: '  {}' }), '8:1 key_missing coordination.type'],
    [documentOf().replace('version: "1"\n', ''), '1:1 key_missing version'],
    [
      `workflow:\n${documentOf().replaceAll(/^/gm, '  ').replace('  version: "1"\n', '')}`,
      '1:1 key_missing version',
    ],
  ],
  type_wrong: [
    [task('parallel: yes'), '9:15 type_wrong tasks[0].parallel'],
    [task('timeout:'), '9:5 type_wrong tasks[0].timeout'],
    [task('depends_on: y'), '9:17 type_wrong tasks[0].depends_on'],
    [documentOf({ agents: '  a: { type: t, count: three }' }), '5:24 type_wrong agents.a.count'],
    [documentOf().replace('"1"', '1.0'), '2:10 type_wrong version'],
  ],
  value_unknown: [
    [task('retry_policy: exponential'), '9:19 value_unknown tasks[0].retry_policy'],
    [documentOf({ coordination: '  type: graph' }), '9:9 value_unknown coordination.type'],
    [
      documentOf({ coordination: '  type: hybrid\n  graph_based: [dependencies, dat]' }),
      '10:31 value_unknown coordination.graph_based[1]',
    ],
  ],
  value_out_of_range: [
    [task('timeout: 0'), '9:14 value_out_of_range tasks[0].timeout'],
    [task('timeout: -.inf'), '9:14 value_out_of_range tasks[0].timeout'],
    [
      documentOf({ top: 'max_concurrent_executions: 0' }),
      '10:28 value_out_of_range max_concurrent_executions',
    ],
  ],
  quantity_unreadable: [[task('timeout: soon'), '9:14 quantity_unreadable tasks[0].timeout']],
  name_invalid: [
    [tasks('{ id: x, workflow: "${input.part}" }', BUSY), '7:24 name_invalid tasks[0].workflow'],
    [tasks('{ id: a.b, agent: a }'), '7:11 name_invalid tasks[0].id'],
    [
      documentOf({ agents: '  1st: { type: t }', tasks: '  - { id: x, agent: 1st }' }),
      '5:3 name_invalid agents.1st',
    ],
  ],
  empty: [
    [documentOf({ agents: '  {}', tasks: '  - { id: x, agent: a }' }), '5:3 empty agents'],
    [tasks('{ id: "", agent: a }'), '7:11 empty tasks[0].id'],
    [tasks('{ id: x, requires: [] }'), '7:24 empty tasks[0].requires'],
    [tasks('{ id: x, agent: a, budget: {} }'), '7:32 empty tasks[0].budget'],
    [tasks('{ id: x, agent: a, budget: { on_limit: fail } }'), '7:32 empty tasks[0].budget'],
  ],
  listed_twice: [
    [
      tasks('{ id: x, agent: a }', '{ id: y, agent: a, depends_on: [x, x] }'),
      '8:40 listed_twice tasks[1].depends_on[1]',
    ],
  ],
  too_many: [
    [
      documentOf({ agents: Array.from({ length: 1001 }, (_, i) => `  a${i}: { type: t }`).join('\n') }),
      '5:3 too_many agents',
    ],
    [
      documentOf({
        agents: `  a: { type: t, count: ${LIMITS.seats} }\n  b: { type: t }`,
        tasks: '  - { id: x, agent: a }\n  - { id: y, agent: b }',
      }),
      '6:3 too_many agents.b.count',
    ],
    [
      documentOf({
        agents: `  a: { type: t, capabilities: [${Array.from({ length: 101 }, (_, i) => `c${i}`).join(', ')}] }`,
      }),
      '5:31 too_many agents.a.capabilities',
    ],
  ],

  task_repeated: [[tasks('{ id: x, agent: a }', '{ id: x, agent: a }'), '8:11 task_repeated tasks[1].id']],
  task_unknown: [[task('depends_on: [y]'), '9:18 task_unknown tasks[0].depends_on[0]']],
  dependency_on_itself: [[task('depends_on: [x]'), '9:18 dependency_on_itself tasks[0].depends_on[0]']],
  dependency_cycle: [
    [
      tasks('{ id: x, agent: a, depends_on: [y] }', '{ id: y, agent: a, depends_on: [x] }'),
      '8:37 dependency_cycle tasks[1].depends_on[0]',
    ],
  ],
  join_invalid: [
    [tasks('{ id: x, agent: a, join: any }'), '7:24 join_invalid tasks[0].join'],
    [
      tasks('{ id: x, agent: a }', '{ id: y, agent: a, depends_on: [x], join: { at_least: 2 } }'),
      '8:59 join_invalid tasks[1].join.at_least',
    ],
    [
      tasks(
        '{ id: x, agent: a }',
        '{ id: y, agent: a, depends_on: [x], join: { at_least: 1, when: "true" } }',
      ),
      '8:47 join_invalid tasks[1].join',
    ],
    [
      tasks('{ id: x, agent: a }', '{ id: y, agent: a, depends_on: [x], cancel_remaining: true }'),
      '8:41 join_invalid tasks[1].cancel_remaining',
    ],
  ],
  items_invalid: [
    [task('for_each: [1, 2]\n    parallel: true'), '10:5 items_invalid tasks[0].parallel'],
    [task('max_concurrency: 2'), '9:5 items_invalid tasks[0].max_concurrency'],
    [task('max_concurrency: 2\n    parallel: false'), '9:5 items_invalid tasks[0].max_concurrency'],
  ],
  enough_unreachable: [
    [task('for_each: [1, 2]\n    enough: 3'), '10:13 enough_unreachable tasks[0].enough'],
    [task('for_each: ["${input.a}"]\n    enough: 2'), '10:13 enough_unreachable tasks[0].enough'],
    [task('for_each: []\n    enough: 1'), '10:13 enough_unreachable tasks[0].enough'],
  ],
  kind_invalid: [
    [tasks('{ id: x, wait: { for: 5s }, timeout: 5s }', BUSY), '7:33 kind_invalid tasks[0].timeout'],
    [tasks('{ id: x, kind: wait }', BUSY), '7:20 kind_invalid tasks[0].kind'],
    [tasks('{ id: x, kind: workflow }', BUSY), '7:20 kind_invalid tasks[0].kind'],
    [tasks('{ id: x, workflow: w, agent: a }', BUSY), '7:27 kind_invalid tasks[0].agent'],
    [tasks('{ id: x, agent: a, version: "1" }'), '7:24 kind_invalid tasks[0].version'],
    [tasks('{ id: x, agent: a, kind: agent, wait: { for: 5s } }'), '7:37 kind_invalid tasks[0].wait'],
  ],
  wait_invalid: [
    [tasks('{ id: x, wait: {} }', BUSY), '7:20 wait_invalid tasks[0].wait'],
    [tasks('{ id: x, wait: { for: 5s, until: 7 } }', BUSY), '7:20 wait_invalid tasks[0].wait'],
    [tasks('{ id: x, wait: { for: 5s, when: "true" } }', BUSY), '7:31 wait_invalid tasks[0].wait.when'],
    [
      tasks('{ id: x, wait: { approval: { prompt: ok }, timeout: 5s } }', BUSY),
      '7:48 wait_invalid tasks[0].wait.timeout',
    ],
    [
      tasks('{ id: x, wait: { approval: { prompt: ok, default: 5 } } }', BUSY),
      '7:46 wait_invalid tasks[0].wait.approval.default',
    ],
    [
      tasks('{ id: x, wait: { approval: { prompt: ok, timeout: 5s, default: 5, on_timeout: fail } } }', BUSY),
      '7:71 wait_invalid tasks[0].wait.approval.on_timeout',
    ],
    [
      tasks(
        '{ id: x, wait: { approval: { prompt: ok, timeout: 5s, schema: { type: string }, default: 5 } } }',
        BUSY,
      ),
      '7:94 wait_invalid tasks[0].wait.approval.default',
    ],
    [
      `${tasks('{ id: x, wait: { signal: s, timeout: 5s, default: 5 } }', BUSY)}signals: { s: { schema: { type: string } } }\n`,
      '7:55 wait_invalid tasks[0].wait.default',
    ],
  ],
  goto_forward: [
    [
      tasks('{ id: x, agent: a, on_failure: { goto: y } }', '{ id: y, agent: a }'),
      '7:44 goto_forward tasks[0].on_failure.goto',
    ],
  ],
  signal_unknown: [
    [tasks('{ id: x, wait: { signal: paid } }', BUSY), '7:30 signal_unknown tasks[0].wait.signal'],
  ],
  topic_unknown: [[task('on: orders'), '9:9 topic_unknown tasks[0].on']],
  choice_invalid: [
    [task('choice: first'), '9:5 choice_invalid tasks[0].choice'],
    [tasks('{ id: x, wait: { for: 5s }, choice: first }', BUSY), '7:41 choice_invalid tasks[0].choice'],
    [
      tasks(
        '{ id: x, wait: { for: 5s }, for_each: [1], choice: c }',
        '{ id: y, wait: { for: 5s }, choice: c }',
        BUSY,
      ),
      '7:48 choice_invalid tasks[0].choice',
    ],
  ],
  agent_missing: [[tasks('id: x'), '7:5 agent_missing tasks[0].agent']],
  agent_ambiguous: [[task('requires: [y]'), '9:5 agent_ambiguous tasks[0].requires']],
  agent_unknown: [[tasks('{ id: x, agent: b }'), '7:21 agent_unknown tasks[0].agent']],
  capability_unmet: [[tasks('{ id: x, requires: [y] }'), '7:24 capability_unmet tasks[0].requires']],
  team_invalid: [
    [task('pattern: supervisr'), '9:14 team_invalid tasks[0].pattern'],
    [
      task('pattern: { name: supervisor, options: { paralel: 1 } }'),
      '9:54 team_invalid tasks[0].pattern.options.paralel',
    ],
    [documentOf({ tasks: '  []' }).replace('swarm', 'custom'), '7:3 team_invalid tasks'],
    [tree('  c: { type: t, reports_to: a }', '  d: { type: t }'), '7:3 team_invalid agents.d'],
    [tree('  c: { type: t, reports_to: a-2 }'), '6:29 team_invalid agents.c.reports_to'],
    [tree('  c: { type: t, reports_to: e }'), '6:29 team_invalid agents.c.reports_to'],
    [tree('  c: { type: t, reports_to: c }'), '6:29 team_invalid agents.c.reports_to'],
  ],
  rule_invalid: [
    [
      documentOf({
        top: 'patterns: [{ name: p, version: "1", summary: s, roles: { r: { summary: s } }, rules: [{ on: idle }] }]',
      }),
      '10:79 rule_invalid patterns[0].rules',
    ],
  ],
  seat_repeated: [
    [
      documentOf({
        agents: '  a: { type: t, count: 2 }\n  a-2: { type: t }',
        tasks: '  - { id: x, agent: a }\n  - { id: y, agent: a-2 }',
      }),
      '6:3 seat_repeated agents.a-2',
    ],
  ],
  activation_forbidden: [
    [
      documentOf({
        tasks: '  - { id: x, agent: a }\n  - { id: y, agent: a, depends_on: [x] }',
        coordination: '  type: event_driven',
      }),
      '8:24 activation_forbidden tasks[1].depends_on',
    ],
    [
      documentOf({ tasks: '  - { id: x, agent: a, on: t }', coordination: '  type: graph_based' }),
      '7:24 activation_forbidden tasks[0].on',
    ],
  ],

  expression_syntax: [
    [task('when: input.n = 2'), '9:19 expression_syntax tasks[0].when'],
    [task("when: 'a b'"), '9:14 expression_syntax tasks[0].when'],
    [task('input: { a: "x ${1 +} y" }'), '9:25 expression_syntax tasks[0].input.a'],
    [task('input: [x, "it is ${input.a"]'), '9:23 expression_syntax tasks[0].input[1]'],
    [documentOf({ top: 'outputs: { a: "${}" }' }), '10:18 expression_syntax outputs.a'],
  ],
  expression_too_large: [
    [task(`when: ${'x'.repeat(5000)}`), '9:11 expression_too_large tasks[0].when'],
    [task(`when: ${'('.repeat(60)}1${')'.repeat(60)}`), '9:59 expression_too_large tasks[0].when'],
    [task(`when: '${'!'.repeat(3000)}true'`), '9:2012 expression_too_large tasks[0].when'],
  ],
  expression_unknown_name: [
    [task('when: topic == ""'), '9:11 expression_unknown_name tasks[0].when'],
    [
      documentOf({
        tasks: '  - { id: x, agent: a, when: input.topik == "" }',
        top: 'inputs: { type: object, properties: { topic: { type: string } } }',
      }),
      '7:36 expression_unknown_name tasks[0].when',
    ],
    [task('input: "a \\u0041 ${[1].map(i, j)}"'), '9:35 expression_unknown_name tasks[0].input'],
  ],
  expression_unknown_function: [
    [task('when: len(input.a) > 1'), '9:11 expression_unknown_function tasks[0].when'],
    [task('when: input.a.length() > 1'), '9:19 expression_unknown_function tasks[0].when'],
  ],
  expression_type_wrong: [
    [task('when: 1 + "a" == 2'), '9:11 expression_type_wrong tasks[0].when'],
    [task('when: size(input.a)'), '9:11 expression_type_wrong tasks[0].when'],
    [task('when: 1 / 0 > 1'), '9:11 expression_type_wrong tasks[0].when'],
    [task('input: ${ b"a" }'), '9:15 expression_type_wrong tasks[0].input'],
    [task('input: \'${ {"__proto__": 1} }\''), '9:17 expression_type_wrong tasks[0].input'],
  ],
  task_not_upstream: [
    [
      tasks('{ id: x, agent: a }', "{ id: y, agent: a, when: 'tasks.x.output > 1' }"),
      '8:31 task_not_upstream tasks[1].when',
    ],
  ],
  pattern_invalid: [
    [task('when: input.a.matches("(?=a)")'), '9:27 pattern_invalid tasks[0].when'],
    [task('output: { pattern: "[" }'), '9:24 pattern_invalid tasks[0].output.pattern'],
    [
      task('output: { patternProperties: { "(a": {} } }'),
      '9:36 pattern_invalid tasks[0].output.patternProperties["(a"]',
    ],
  ],
  schema_invalid: [
    [task('output: { type: strin }'), '9:21 schema_invalid tasks[0].output.type'],
    [
      task('output: { properties: { a: { typ: string } } }'),
      '9:34 schema_invalid tasks[0].output.properties.a.typ',
    ],
    [documentOf({ top: 'inputs: { topic: { type: string } }' }), '10:1 schema_invalid inputs'],
  ],
  schema_unsupported: [
    [
      task('output: { $ref: "https://example.com/a.json" }'),
      '9:21 schema_unsupported tasks[0].output["$ref"]',
    ],
    [
      task('output: { unevaluatedProperties: false }'),
      '9:15 schema_unsupported tasks[0].output.unevaluatedProperties',
    ],
  ],

  condition_constant: [
    [task('when: 1 > 2'), '9:11 condition_constant tasks[0].when'],
    [task('when: true'), '9:11 condition_constant tasks[0].when'],
  ],
  compensation_unused: [
    [
      documentOf({
        tasks: '  - id: x\n    agent: a\n    compensate: { agent: a }',
        top: 'fault_tolerance: { saga_pattern: { compensation_enabled: false, rollback_on_failure: true } }',
      }),
      '9:5 compensation_unused tasks[0].compensate',
    ],
    [
      documentOf({
        tasks: '  - id: x\n    agent: a\n    on_failure: compensate',
        top: 'fault_tolerance: { saga_pattern: { compensation_enabled: false, rollback_on_failure: true } }',
      }),
      '9:17 compensation_unused tasks[0].on_failure',
    ],
  ],
  signal_unused: [[`${documentOf()}signals: { paid: {} }\n`, '10:12 signal_unused signals.paid']],
  agent_unused: [
    [
      documentOf({ agents: '  a: { type: t }\n  b: { type: t }' }).replace('swarm', 'custom'),
      '6:3 agent_unused agents.b',
    ],
  ],
};

describe.each(Object.entries(CASES))('%s', (code, cases) => {
  it('is found where the mistake is, and nothing else is', () => {
    for (const [text, expected] of cases) expect(found(text), text.slice(0, 500)).toEqual([expected]);
  });

  it('is the code of one of its documents', () => {
    expect(cases.some(([, expected]) => expected.split(' ')[1] === code)).toBe(true);
  });
});

it('of a key that is there twice the first counts, and problems in it are shown there', () => {
  const text = documentOf({ tasks: '  - id: x\n    agent: 5\n    agent: a' });
  expect(found(text)).toEqual(['8:12 type_wrong tasks[0].agent', '9:5 key_repeated tasks[0]']);
});

describe('problems_omitted', () => {
  it('says how many problems are not listed', () => {
    const line = (_: unknown, i: number): string => `  - { id: t${i}, agent: a, depends_on: [t${i}] }`;
    const text = documentOf({ tasks: Array.from({ length: LIMITS.problems + 5 }, line).join('\n') });
    expect(problemsOf(text)).toHaveLength(LIMITS.problems + 1);
    expect(found(text).at(-1)).toBe('1006:40 problems_omitted');
    expect(problemsOf(text).at(-1)?.message).toBe('5 more problems are not listed');
  });
});

it('covers every code there is', () => {
  expect([...Object.keys(CASES), 'problems_omitted', 'task_unreachable'].sort()).toEqual(
    Object.keys(PROBLEM_CODES).sort(),
  );
});
