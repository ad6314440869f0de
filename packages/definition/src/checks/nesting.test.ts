/** Groups that are teams of other groups. */
import { describe, expect, it } from 'vitest';
import { compile, parseDefinition } from '../index.ts';

const text = (groups: readonly string[], task: string = 'agent: a'): string =>
  [
    'name: w',
    'version: "1"',
    'orchestration_pattern: supervisor',
    'agents:',
    '  a: { type: t, role: supervisor }',
    ...groups.map((group) => `  ${group}`),
    'tasks:',
    `  - { id: x, ${task} }`,
    'coordination: { type: graph_based }',
  ].join('\n');

function found(groups: readonly string[], task?: string): readonly string[] {
  const parsed = parseDefinition(text(groups, task));
  if (parsed.kind === 'valid') return parsed.notices.map(({ code }) => code);
  return parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const handoff = (...members: readonly string[]): string =>
  `{ pattern: { name: handoff, members: [${members.join(', ')}] } }`;

describe('a group that is a team', () => {
  it('has a pattern and members, and no agents of its own', () => {
    const parsed = parseDefinition(
      text([
        'b: { pattern: { members: [c, d], options: { max_parallel: 2 } }, capabilities: [read], weight: 2 }',
        'c: { type: t, role: supervisor }',
        'd: { type: t, count: 2 }',
      ]),
    );
    if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
    const { definition, teams } = compile(parsed.document);
    expect(definition.agents.map(({ name }) => name)).toEqual(['a', 'c', 'd']);
    expect(definition.teams).toMatchObject([
      { name: 'b', capabilities: ['read'], weight: 2, team: { members: ['c', 'd'] } },
    ]);
    const [task] = definition.tasks;
    const planned = task === undefined ? undefined : teams.of(task);
    expect(planned?.setup.team.members.map(({ name, role }) => [name, role])).toEqual([
      ['a', 'supervisor'],
      ['b', 'worker'],
    ]);
    expect(planned?.inner.get('b')?.setup.options).toMatchObject({ max_parallel: 2 });
  });

  it.each([
    [
      'without members',
      ['b: { pattern: { name: handoff } }'],
      ['6:8 `members` is missing from the pattern of a group'],
    ],
    [
      'by a pattern that there is not',
      ['b: { pattern: { name: handof, members: [a] } }'],
      ['6:17 there is no pattern `handof`'],
    ],
    [
      'with what agents have',
      ['b: { type: t, count: 2, resources: { cpu: 1 }, pattern: { name: handoff, members: [a] } }'],
      [
        '6:8 `b` is a team, and has no `type`',
        '6:17 `b` is a team, and has no `count`',
        '6:27 `b` is a team, and has no `resources`',
      ],
    ],
    ['of a group that there is not', [`b: ${handoff('a', 'd')}`], ['6:47 there is no agent group `d`']],
    ['of itself', [`b: ${handoff('b')}`], ['6:8 a team cannot be of itself: `b` has `b`']],
    [
      'of itself by way of others',
      [`b: ${handoff('c')}`, `c: ${handoff('a', 'd')}`, `d: ${handoff('a', 'b')}`, `e: ${handoff('b')}`],
      ['6:8 a team cannot be of itself: `b` has `c` has `d` has `b`'],
    ],
    [
      'that lacks what its pattern needs',
      ['b: { pattern: { name: supervisor, members: [c] } }', 'c: { type: t }'],
      ['6:17 nobody is supervisor, who leads; the pattern supervisor needs 1'],
    ],
  ])('is a problem %s', (_, groups, problems) => {
    expect(found(groups)).toEqual(problems);
  });

  it('that stands too deep in others is a problem', () => {
    const deep = (count: number): readonly string[] =>
      Array.from({ length: count }, (_, n) => `t${n}: ${handoff(n === 0 ? 'c' : `t${n - 1}`)}`);
    expect(found(['c: { type: t }', ...deep(7)])).toEqual([]);
    expect(found(['c: { type: t }', ...deep(8)])).toEqual([
      '14:9 teams may stand in each other 8 deep, and with `t7` they do 9',
    ]);
  });

  it('takes no task', () => {
    const groups = [`b: ${handoff('a')}`];
    expect(found(groups, 'agent: b')).toEqual(['8:21 `b` is a team, and no agents']);
    expect(found(groups, 'agent: b, pattern: handoff')).toEqual(['8:21 `b` is a team, and no agents']);
    expect(
      found(['b: { pattern: { name: handoff, members: [a] }, capabilities: [read] }'], 'requires: [read]'),
    ).toEqual(['8:24 no agent group has `read`']);
  });

  it('is where a pattern is missing and the workflow has none', () => {
    const custom = text(['b: { pattern: { members: [a] } }']).replace('supervisor\n', 'custom\n');
    const parsed = parseDefinition(custom);
    expect(parsed.kind === 'valid' ? [] : parsed.problems.map(({ message }) => message)).toContain(
      'the group does not say by which pattern',
    );
  });
});
