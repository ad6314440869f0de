/** `switch:` of a team: what goes on in its place, and what can be wrong with that. */
import { describe, expect, it } from 'vitest';
import { compile, parseDefinition } from '../index.ts';

const text = (rules: string, more: readonly string[] = []): string =>
  [
    'name: w',
    'version: "1"',
    'orchestration_pattern: handoff',
    'agents:',
    '  a: { type: t }',
    '  b: { type: t }',
    ...more,
    'tasks:',
    '  - id: x',
    '    agent: a',
    '    pattern:',
    `      switch: ${rules}`,
    'coordination: { type: graph_based }',
  ].join('\n');

function found(rules: string, more?: readonly string[]): readonly string[] {
  const parsed = parseDefinition(text(rules, more));
  if (parsed.kind === 'valid') return [];
  return parsed.problems.map(({ column, code, path, message }) => `${column} ${code} ${path}: ${message}`);
}

describe('when a team is to be switched', () => {
  it('is said by rules, each with a pattern that goes on', () => {
    const parsed = parseDefinition(
      text(
        '[{ when: figures.stalled > 2, to: supervisor }, { when: output.bad, to: { options: { context: last } } }]',
      ),
    );
    if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
    const { definition, teams } = compile(parsed.document);
    const [task] = definition.tasks;
    const planned = task === undefined ? undefined : teams.of(task);
    expect(planned?.switches).toMatchObject([
      { when: { source: 'figures.stalled > 2' }, to: { pattern: { name: 'supervisor' }, opener: 'a' } },
      { to: { pattern: { name: 'handoff' }, setup: { options: { context: 'last' } } } },
    ]);
    expect(planned?.switches[0]?.to.switches).toBe(planned?.switches);
  });

  it.each([
    ['[]', ['15 empty tasks[0].pattern.switch: `switch` has no entries']],
    ['[{ to: swarm }]', ['16 key_missing tasks[0].pattern.switch[0].when: `when` is missing from a rule']],
    [
      '[{ when: figures.turn > 2, to: swarm }]',
      ['32 expression_unknown_name tasks[0].pattern.switch[0].when: `turn` is no figure of a team'],
    ],
    [
      '[{ when: figures.turns > 2, to: swarn }]',
      ['47 team_invalid tasks[0].pattern.switch[0].to: there is no pattern `swarn`'],
    ],
    [
      '[{ when: figures.turns > 2, to: { name: swarm, options: { vot: 1 } } }]',
      ['78 team_invalid tasks[0].pattern.switch[0].to.options.vot: `vot` is not declared'],
    ],
    [
      '[{ when: figures.turns > 2, to: { name: supervisor, members: [b] } }]',
      ['47 team_invalid tasks[0].pattern.switch[0].to: nobody is supervisor, who leads'],
    ],
    [
      '[{ when: figures.turns > 2, to: { name: swarm, switch: [] } }]',
      ['62 unknown_key tasks[0].pattern.switch[0].to.switch: `switch` is not a key of a pattern'],
    ],
  ])('%s is a problem', (rules, problems) => {
    const seen = found(rules);
    expect(seen).toHaveLength(problems.length);
    for (const [n, problem] of problems.entries()) expect(seen[n]).toContain(problem);
  });

  it('has the members of the team, or its own', () => {
    const rule = (to: string): string => `[{ when: figures.turns > 2, to: ${to} }]`;
    const boss = ['  c: { type: t, role: supervisor }', '  d: { type: t, role: supervisor }'];
    expect(found(rule('{ name: supervisor, members: [c, a] }'), boss)).toEqual([]);
    expect(found(rule('supervisor'), boss)).toEqual([
      expect.stringContaining('`c` and `d` are all supervisor, and the pattern supervisor has 1'),
    ]);
  });

  it('may be by an operator what the workflow could have named', () => {
    const parsed = parseDefinition(text('[{ when: figures.turns > 2, to: swarm }]'));
    if (parsed.kind !== 'valid') throw new Error('it is valid');
    const { choice } = compile(parsed.document).definition;
    expect(choice?.names).toContain('debate');
    expect(choice?.use('debate', {})).toMatchObject({ pattern: { name: 'debate' }, options: { rounds: 2 } });
    expect(choice?.use('debate', { rounds: 'many' })).toContain(
      'these are no options of the pattern debate: ',
    );
    expect(choice?.use('nothing', {})).toBeUndefined();
  });
});
