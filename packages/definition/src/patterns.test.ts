/** Declarative patterns as documents: what is read of them, and everything that can be wrong with one. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documentOf } from '../test/documents.ts';
import { compile, parseDefinition, parsePattern, SHIPPED, STANDARD, withPatterns } from './index.ts';

const HEAD = 'name: p\nversion: "1"\nsummary: s\nroles:\n  member: { summary: works }\n';
const END = '  - { on: completed, do: [{ finish: { turn: "${turn.n}" } }] }\n';
const START = '  - { on: started, do: [{ turn: { to: a, purpose: work } }] }\n';

/** Rules begin on line 7; one that gives a result is the last. */
const withRules = (...rules: readonly string[]): string =>
  `${HEAD}rules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}${START}${END}`;
const doing = (action: string): string => withRules(`{ on: { failed: work }, do: [${action}] }`);

function found(text: string): readonly string[] {
  const parsed = parsePattern(text);
  if (parsed.kind === 'valid') return [];
  return parsed.problems.map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`);
}

describe('the document of a pattern', () => {
  it('is valid with what it must have, and does what it says', () => {
    const parsed = parsePattern(withRules());
    expect(found(withRules())).toEqual([]);
    expect(parsed).toMatchObject({
      kind: 'valid',
      pattern: { name: 'p', version: '1' },
      document: { summary: 's' },
    });
  });

  it.each<[what: string, text: string, problems: readonly string[]]>([
    ['no mapping', '- 1', ['1:1 type_wrong ']],
    ['nothing', '', ['1:1 type_wrong ']],
    ['no YAML', `${HEAD}rules: [`, ['6:9 syntax ']],
    ['a key it does not have', `${withRules()}rulez: []`, ['9:1 unknown_key rulez']],
    ['no rules', HEAD, ['1:1 key_missing rules']],
    ['no rule that ends it', `${HEAD}rules:\n${START}`, ['6:1 rule_invalid rules']],
    ['a rule after one that always holds', withRules('{ on: started }'), ['8:11 rule_invalid rules[1].on']],
    [
      'a rule after one on the same end',
      withRules('{ on: ended, do: [{ stop: { turns: [] } }] }'),
      ['9:11 rule_invalid rules[2].on'],
    ],
    [
      'a rule on a turn that nobody takes',
      withRules('{ on: { completed: wrok } }'),
      ['7:11 rule_invalid rules[0].on'],
    ],
    ['a rule on a timer that nobody sets', withRules('{ on: timer }'), ['7:11 rule_invalid rules[0].on']],
    [
      'a rule on another timer',
      withRules('{ on: { timer: t } }', '{ on: idle, do: [{ set_timer: { name: u, after: 1 } }] }'),
      ['7:11 rule_invalid rules[0].on'],
    ],
    [
      'a rule on two things',
      withRules('{ on: { timer: t, completed: work } }'),
      ['7:11 rule_invalid rules[0].on'],
    ],
    ['a rule on nothing it can be on', withRules('{ on: begun }'), ['7:11 value_unknown rules[0].on']],
    [
      'a condition that never changes',
      withRules('{ on: idle, when: 1 == 2 }'),
      ['7:23 rule_invalid rules[0].when'],
    ],
    [
      'a condition that is none',
      withRules('{ on: idle, when: state.n + }'),
      ['7:32 expression_syntax rules[0].when'],
    ],
    [
      'a type that does not fit',
      withRules('{ on: idle, when: "open == 0 && (1 + true) == 2" }'),
      ['7:38 expression_type_wrong rules[0].when'],
    ],
    [
      'a variable of workflows',
      withRules('{ on: idle, when: tasks.x.output }'),
      ['7:23 expression_unknown_name rules[0].when'],
    ],
    [
      'a variable that is not there',
      withRules('{ on: idle, because: "${turn.n}" }'),
      ['7:29 expression_unknown_name rules[0].because'],
    ],
    [
      'a value that is not there',
      withRules('{ on: idle, because: "${where.n}" }'),
      ['7:29 expression_unknown_name rules[0].because'],
    ],
    [
      'a key that its state never has',
      `state: { n: 1 }\n${withRules('{ on: idle, when: state.n < state.m, set: { o: "${state.o + options.n}" } }')}`,
      ['8:39 expression_unknown_name rules[0].when', '8:73 expression_unknown_name rules[0].set.o'],
    ],
    [
      'an option that there is not',
      `options: { type: object, properties: { most: { type: integer } } }\n${withRules(
        '{ on: idle, because: "${options.mots}" }',
      )}`,
      ['8:37 expression_unknown_name rules[0].because'],
    ],
    [
      'a value that is another',
      withRules('{ on: idle, where: { a: "${where.b}" } }'),
      ['7:29 rule_invalid rules[0].where.a'],
    ],
    [
      'values in a circle',
      withRules('{ on: idle, where: { a: "${where.b}", b: "${where.a}" } }'),
      ['7:29 rule_invalid rules[0].where.a'],
    ],
    [
      'an element where there is no list',
      doing('{ turn: { to: "${item}", purpose: work } }'),
      ['7:51 expression_unknown_name rules[0].do[0].turn.to'],
    ],
    [
      'two actions in one',
      doing('{ clear_timer: t, stop: { turns: [] } }'),
      ['7:34 rule_invalid rules[0].do[0]'],
    ],
    ['no action', doing('{}'), ['7:34 rule_invalid rules[0].do[0]']],
    ['an action that is none', doing('{ trun: {} }'), ['7:36 unknown_key rules[0].do[0].trun']],
    ['no result', doing('{ finish: {} }'), ['7:44 rule_invalid rules[0].do[0].finish']],
    [
      'a fact without what it needs',
      doing('{ fact: { kind: voted, by: a } }'),
      ['7:42 rule_invalid rules[0].do[0].fact'],
    ],
    [
      'a fact with too much',
      doing('{ fact: { kind: claimed, by: a, work: w, cost: 1 } }'),
      ['7:75 rule_invalid rules[0].do[0].fact.cost'],
    ],
    ['an ask there is not', `asks: [shout]\n${withRules()}`, ['1:8 value_unknown asks[0]']],
    [
      'a refusal that reads what it cannot',
      `refuses: [{ when: error != null, message: m }]\n${withRules()}`,
      ['1:19 expression_unknown_name refuses[0].when'],
    ],
    [
      'no role of all others',
      withRules().replace('roles:\n', 'roles:\n  chair: { summary: leads }\n'),
      ['5:3 rule_invalid roles'],
    ],
    ['a state that is none', `state: 7\n${withRules()}`, ['1:8 type_wrong state']],
    [
      'a rule on a turn for no word',
      withRules('{ on: { completed: 7 } }'),
      ['7:24 type_wrong rules[0].on.completed'],
    ],
    ['a rule on nothing', withRules('{ on: {} }'), ['7:11 rule_invalid rules[0].on']],
    [
      'a condition that is always the same, and wrong',
      withRules('{ on: idle, when: "1 + true == 2" }'),
      ['7:24 expression_type_wrong rules[0].when'],
    ],
    [
      'a value that cannot be read',
      withRules('{ on: idle, where: { a: "${1 +}", b: "${where.a}" } }'),
      ['7:35 expression_syntax rules[0].where.a'],
    ],
    [
      'a refusal without its condition',
      `refuses: [{ message: m }, 7]\n${withRules()}`,
      ['1:11 key_missing refuses[0].when', '1:27 type_wrong refuses[1]'],
    ],
    [
      'two roles of all others',
      withRules().replace(
        /roles:\n.*\n/,
        'roles:\n  a: { summary: a, others: true }\n  b: { summary: b, others: true }\n',
      ),
      ['6:28 rule_invalid roles.b.others'],
    ],
    [
      'a role that more must have than may',
      withRules().replace('{ summary: works }', '{ summary: works, least: 2, most: 1 }'),
      ['5:45 rule_invalid roles.member.most'],
    ],
  ])('with %s is refused, at its place', (_, text, problems) => {
    expect(found(text)).toEqual(problems);
  });

  it('does all that it can say: asks, refuses, shows, asks a person, and tells of its steps', () => {
    const text = `asks: [vote]
state: { asked: 0 }
limits: { turns: 7, on_limit: fail }
shows: "\${{'asked': state.asked}}"
refuses: [{ when: size(asks) > 1, message: one vote each }]
${withRules(
  '{ on: { ended: work }, when: open > 0, because: "${open} are at work", progress: false, mark: "${turn.n}" }',
  '{ on: { ended: work }, set: { asked: 1 }, do: [{ ask_person: { purpose: person, prompt: "Well?", of: ann, timeout: 60, otherwise: yes } }] }',
  '{ on: { timer: t }, do: [{ fail: { code: late, message: too late } }] }',
  '{ on: idle, do: [{ set_timer: { name: t, after: 9 } }, { clear_timer: t }, { stop: { turns: [], because: enough } }] }',
).replace(
  'member: { summary: works }',
  'member: { summary: works, others: true }\n  zoe: { summary: leads, least: 1, most: 2, opens: true }\n  ann: { summary: hears }',
)}`;
    const parsed = parsePattern(text);
    if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
    const { pattern } = parsed;
    // Whoever has no role of its own is what all others are, and that stands last.
    expect(Object.keys(pattern.roles)).toEqual(['ann', 'zoe', 'member']);
    expect(pattern.roles).toMatchObject({ zoe: { least: 1, most: 2, opens: true }, ann: { least: 0 } });
    expect(pattern.limits).toMatchObject({ turns: 7, onLimit: 'fail', stall: 5 });
    const turn = { n: 2, to: 'a', seat: 'a', purpose: 'work', status: 'completed' } as const;
    const view = {
      setup: { team: { members: [], byName: new Map() }, options: {} },
      state: { asked: 3 },
      open: 0,
      turns: 2,
      turn: () => turn,
    } as never;
    expect(pattern.shows?.(view, turn)).toEqual({ asked: 3 });
    const votes = [{ kind: 'vote', choice: 'x' } as const, { kind: 'vote', choice: 'y' } as const];
    expect(pattern.whyNot?.(view, { turn, output: 1, asks: votes })).toBe('one vote each');
    expect(pattern.react(view, { kind: 'completed', turn, output: 1, asks: [] })).toMatchObject({
      change: { asked: 1 },
      moves: [
        {
          move: 'ask_person',
          purpose: 'person',
          prompt: 'Well?',
          of: 'ann',
          timeoutMs: 60_000,
          otherwise: 'yes',
        },
      ],
    });
    const working = Object.assign({}, view, { open: 1 });
    expect(pattern.react(working, { kind: 'completed', turn, output: 1, asks: [] })).toMatchObject({
      reason: '1 are at work',
      mark: '2',
      progress: false,
    });
    expect(pattern.react(view, { kind: 'timer', name: 't' })).toMatchObject({
      moves: [{ move: 'fail', error: { code: 'late', message: 'too late' } }],
    });
    expect(pattern.react(view, { kind: 'idle' }).moves).toMatchObject([
      { move: 'set_timer', name: 't', afterMs: 9_000 },
      { move: 'clear_timer', name: 't' },
    ]);
  });

  it('has all its problems reported at once', () => {
    expect(found(`${withRules('{ on: begun }', '{ on: idle, when: oepn == 0 }')}asks: [shout]\n`)).toEqual([
      '7:11 value_unknown rules[0].on',
      '8:23 expression_unknown_name rules[1].when',
      '11:8 value_unknown asks[0]',
    ]);
  });

  it('may read a turn by any word where its trigger cannot be read', () => {
    expect(found(withRules('{ on: begun, because: "${turn.n} ${error}" }'))).toEqual([
      '7:11 value_unknown rules[0].on',
    ]);
  });

  it('has rules on what any of its agents asks for at first', () => {
    expect(found(`asks: [vote]\n${withRules('{ on: { completed: opening } }')}`)).toEqual([]);
    expect(found(withRules('{ on: { completed: opening } }'))).toEqual(['7:11 rule_invalid rules[0].on']);
  });
});

describe('what a rule reads of the state and of the options', () => {
  const reads = (of: string, before = '', rule = ''): readonly string[] =>
    found(`${before}${withRules(`{ on: idle, because: "\${${of}}" }`, ...(rule === '' ? [] : [rule]))}`);
  const never = ['7:35 expression_unknown_name rules[0].because'];

  it.each<[what: string, before: string, rule: string]>([
    ['where a rule sets it', '', '{ on: idle, when: open == 1, set: { n: 1 } }'],
    ['where a change is worked out as a whole', '', '{ on: idle, when: open == 1, set: "${output}" }'],
  ])('may be there %s', (_, before, rule) => {
    expect(reads('state.n', before).map((one) => one.replace(/^\d+/, '7'))).toEqual(never);
    expect(reads('state.n', before, rule)).not.toContain(never[0]);
  });

  it('is not asked for of a state, rules or options that cannot be read', () => {
    expect(reads('state.n', 'state: 7\n')).toEqual(['1:8 type_wrong state']);
    expect(reads('state.n', '', '7')).toEqual(['8:5 type_wrong rules[1]']);
    expect(reads('state.n', '', '{ on: timer, set: "${" }')).not.toContain(never[0]);
    expect(reads('options.n', 'options: 7\n')).toEqual(['1:10 type_wrong options']);
  });

  it('may be asked for by a rule that copes without it', () => {
    expect(reads('has(state.n) ? state.n : 1')).toEqual([]);
    expect(reads("state.all(key, key != 'n')")).toEqual([]);
  });

  it('may be any option where the schema has others than those it names', () => {
    const schema = 'options: { type: object, additionalProperties: { type: integer } }\n';
    expect(reads('options.n')).toHaveLength(1);
    expect(reads('options.n', schema)).toEqual([]);
  });
});

/** On line 10 begins the pattern. */
const inline = (pattern: string, name = 'p'): string =>
  documentOf({
    top: `pattern: { name: ${name} }\npatterns:\n  - ${pattern.trimEnd().replaceAll('\n', '\n    ')}\n`,
  })
    .replace('swarm', 'custom')
    .replace(/tasks:\n.*\n/, 'tasks: []\n');

describe('a workflow', () => {
  it('brings patterns of its own, which its stored document has, too', () => {
    const parsed = parseDefinition(inline(withRules()));
    expect(parsed).toMatchObject({ kind: 'valid', definition: { team: { pattern: { name: 'p' } } } });
    const document = parsed.kind === 'valid' ? parsed.document : {};
    expect(compile(document).definition.team?.pattern.version).toBe('1');
  });

  it('chooses among the options that its pattern names, unless that lets it choose others', () => {
    const choosing = (schema: string): string =>
      inline(`${withRules()}options: ${schema}`).replace('{ name: p }', '{ name: p, options: { draft: 1 } }');
    const named = '{ type: object, properties: { drafts: { type: integer } } }';
    const refused = parseDefinition(choosing(named));
    expect(refused.kind === 'invalid' && refused.problems.map(({ message }) => message)).toEqual([
      '`draft` is not declared; there is `drafts`',
    ]);
    expect(parseDefinition(choosing('{ type: object, additionalProperties: true }')).kind).toBe('valid');
  });

  it.each([
    ['one that is wrong', inline(withRules('{ on: begun }')), 'value_unknown'],
    [
      'one that reads what is not there',
      inline(withRules('{ on: idle, when: turn.n > 1 }')),
      'expression_unknown_name',
    ],
    ['one by the name of another', inline(withRules().replace('name: p', 'name: debate')), 'team_invalid'],
    ['none by the name it wants', inline(withRules(), 'q'), 'team_invalid'],
    ['something else', inline(withRules()).replace(/patterns:\n[^]*/, 'patterns: 7\n'), 'type_wrong'],
  ])('with %s is refused for that alone', (_, text, code) => {
    const parsed = parseDefinition(text);
    const codes = parsed.kind === 'valid' ? [] : parsed.problems.map((problem) => problem.code);
    expect([...new Set(codes)]).toEqual([code]);
  });

  it('takes patterns from whoever reads it, before those that come with Cantata', () => {
    const parsed = parsePattern(withRules());
    const pattern = parsed.kind === 'valid' ? parsed.pattern : undefined;
    const patterns = withPatterns(pattern === undefined ? [] : [pattern]);
    const text = inline(withRules()).replace(/patterns:\n[^]*/, '');
    expect(parseDefinition(text, { patterns }).kind).toBe('valid');
    expect(parseDefinition(text).kind).toBe('invalid');
    expect([...patterns.keys()]).toEqual(expect.arrayContaining(['p', 'supervisor', 'auction']));
    expect(patterns.get('auction')).toBe(STANDARD.get('auction'));
  });
});

describe('the patterns that come with Cantata', () => {
  it.each(SHIPPED)('have no problem: %s', (name) => {
    const text = readFileSync(new URL(`../patterns/${name}.yaml`, import.meta.url), 'utf8');
    expect(found(text)).toEqual([]);
    expect(STANDARD.get(name)?.name).toBe(name);
  });

  it('are all that are in their folder', () => {
    const files = readdirSync(new URL('../patterns/', import.meta.url));
    expect(files.toSorted()).toEqual(SHIPPED.map((name) => `${name}.yaml`).toSorted());
  });
});

it('values may read each other in whatever order they stand', () => {
  const rule =
    '{ on: idle, where: { a: "${where.b + 1}", b: "${where.c}", c: 1, d: "${nothing}" }, when: where.a > 1, do: [{ finish: { output: "${where.a}" } }] }';
  expect(found(withRules(rule.replace('${nothing}', '${open}')))).toEqual([]);
});
