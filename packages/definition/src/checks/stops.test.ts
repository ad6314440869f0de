/** `stop:` of a team: what it may say, and everything that can be wrong with it. */
import { describe, expect, it } from 'vitest';
import { documentOf } from '../../test/documents.ts';
import { compile, parseDefinition } from '../index.ts';

const text = (stop: string, pattern: string = 'handoff'): string =>
  documentOf({
    tasks: `  - id: x\n    agent: a\n    pattern:\n      name: ${pattern}\n      stop: ${stop}`,
  });

function found(stop: string, pattern?: string): readonly string[] {
  const parsed = parseDefinition(text(stop, pattern));
  if (parsed.kind === 'valid') return [];
  return parsed.problems.map(({ column, code, path, message }) => `${column} ${code} ${path}: ${message}`);
}

describe('when a team is to stop', () => {
  it('is one condition, or several that compose', () => {
    const stop =
      '{ any: [{ turns: 12 }, { tokens: 9 }, { cost: 1.5 }, { all: [{ time: 10m }, { hand_off_to: a }, { stall: 2 }] }, { when: "output.done && figures.turns > 2" }] }';
    const parsed = parseDefinition(text(stop));
    if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
    const { tasks } = compile(parsed.document).definition;
    expect(tasks[0]).toMatchObject({
      team: {
        stop: {
          kind: 'any',
          of: [
            { kind: 'turns', least: 12 },
            { kind: 'tokens', least: 9 },
            { kind: 'cost', least: 1.5 },
            {
              kind: 'all',
              of: [
                { kind: 'time', ms: 600_000 },
                { kind: 'hand_off_to', to: 'a' },
                { kind: 'stall', steps: 2 },
              ],
            },
            { kind: 'when', condition: { source: 'output.done && figures.turns > 2' } },
          ],
        },
      },
    });
  });

  it('may be asked of the output and the figures', () => {
    const parsed = parseDefinition(text('{ when: "output.done && figures.turns > 2" }'));
    if (parsed.kind !== 'valid') throw new Error('it is valid');
    const [task] = compile(parsed.document).definition.tasks;
    const stop = task?.kind === 'team' ? task.team.stop : undefined;
    if (stop?.kind !== 'when') throw new Error('it is a condition');
    const scope = { input: null, turn: null, figures: { turns: 3 } } as never;
    expect(stop.condition.evaluate(Object.assign(scope, { output: { done: true } }))).toBe(true);
    expect(() => stop.condition.evaluate(Object.assign(scope, { output: 'text' }))).toThrow('has no value');
  });

  it('may be a quorum where the pattern knows votes', () => {
    expect(found('{ quorum: 1 }', 'swarm')).toEqual([]);
    expect(found('{ quorum: 2 }', 'swarm')).toEqual([
      expect.stringContaining('tasks[0].pattern.stop.quorum: a quorum of 2 votes is never reached'),
    ]);
  });

  it.each<[stop: string, problem: string]>([
    ['12', '13 type_wrong tasks[0].pattern.stop: `stop` should be a condition such as'],
    ['{}', '13 team_invalid tasks[0].pattern.stop: `stop` names nothing, and a condition is one thing'],
    ['{ turns: 1, tokens: 2 }', '13 team_invalid tasks[0].pattern.stop: `stop` names `turns` and `tokens`'],
    ['{ turn: 1 }', '15 unknown_key tasks[0].pattern.stop.turn: `turn` is not a key of `stop`'],
    ['{ turns: 0 }', '22 value_out_of_range tasks[0].pattern.stop.turns'],
    ['{ any: [] }', '20 empty tasks[0].pattern.stop.any'],
    ['{ any: [{ all: [1] }] }', '29 type_wrong tasks[0].pattern.stop.any[0].all[0]'],
    ['{ quorum: 2 }', '15 team_invalid tasks[0].pattern.stop.quorum: the pattern handoff knows no votes'],
    ['{ hand_off_to: b }', '28 team_invalid tasks[0].pattern.stop.hand_off_to: `b` is not of the team'],
    ['{ when: "1 == 1" }', 'team_invalid tasks[0].pattern.stop.when: `when` is the same whatever'],
    ['{ when: "1 + true == figures.turns" }', 'expression_type_wrong tasks[0].pattern.stop.when'],
    ['{ when: "size(output)" }', 'expression_type_wrong tasks[0].pattern.stop.when'],
    [
      '{ when: state.n }',
      'expression_unknown_name tasks[0].pattern.stop.when: `state` is no variable of a team',
    ],
    [
      '{ when: figures.turn > 1 }',
      '29 expression_unknown_name tasks[0].pattern.stop.when: `turn` is no figure',
    ],
  ])('is not %s', (stop, problem) => {
    expect(found(stop)).toEqual([expect.stringContaining(problem)]);
  });

  it('is no hand-off where nobody hands on', () => {
    expect(found('{ hand_off_to: a }', 'swarm')).toEqual([
      expect.stringContaining('the pattern swarm knows no hand-offs'),
    ]);
  });
});

describe('whoever makes summaries', () => {
  const text = (pattern: string, task = 'a'): string =>
    documentOf({
      agents: '  a: { type: t }\n  b: { type: t }\n  notes: { type: t }',
      tasks: `  - { id: x, agent: ${task}, pattern: { name: handoff, ${pattern} } }`,
    });
  const problems = (pattern: string, task?: string): readonly string[] => {
    const parsed = parseDefinition(text(pattern, task));
    return parsed.kind === 'valid' ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
  };

  it('is a group of its own, which is used', () => {
    expect(problems('summariser: notes, options: { context: summary }')).toEqual([]);
    expect(problems('summariser: notes, members: [a, b]')).toEqual([]);
    const parsed = parseDefinition(text('summariser: notes'));
    if (parsed.kind !== 'valid') throw new Error('it is valid');
    const { definition, teams } = compile(parsed.document);
    const team = teams.of(definition.tasks[0] as never);
    expect(team?.summariser).toBe('notes');
    expect(team?.setup.team.members.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    ['summariser: nots', 'tasks[0].pattern.summariser: there is no agent group `nots`'],
    ['summariser: a', 'tasks[0].pattern.summariser: `a` takes part in the team, and would sum up itself'],
    [
      'summariser: notes, members: [a, b, notes]',
      'tasks[0].pattern.summariser: `notes` takes part in the team, and would sum up itself',
    ],
    ['options: { context: summary }', 'tasks[0].pattern.options.context: nobody makes the summaries'],
  ])('is not %s', (pattern, problem) => {
    expect(problems(pattern)).toContain(problem);
  });

  it('may be of a team that is a member of another one, and is no member of that', () => {
    const text = documentOf({
      agents:
        '  a: { type: t }\n  b: { type: t }\n  notes: { type: t }\n  inner: { pattern: { name: handoff, members: [b], summariser: notes } }',
      tasks: '  - { id: x, agent: a, pattern: { name: handoff } }',
    });
    const parsed = parseDefinition(text);
    if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
    const { definition, teams } = compile(parsed.document);
    const team = teams.of(definition.tasks[0] as never);
    expect(team?.setup.team.members.map(({ name }) => name)).toEqual(['a', 'inner']);
    expect(team?.inner.get('inner')?.summariser).toBe('notes');
  });
});
