import { describe, expect, it } from 'vitest';
import { definePattern, type PatternDefinition } from './index.ts';
import { simulatePattern } from './testing/index.ts';

const relay: PatternDefinition<{ readonly next: number }> = {
  name: 'relay',
  version: '1',
  summary: 'Everybody has a turn.',
  roles: { runner: { summary: 'runs', least: 1 } },
  options: { type: 'object', additionalProperties: false },
  asks: [],
  validate: () => [],
  initial: () => ({ next: 1 }),
  react({ setup, state }, trigger) {
    const { members } = setup.team;
    const next = members[trigger.kind === 'started' ? 0 : state.next];
    if (trigger.kind === 'completed' && next === undefined)
      return { reason: 'all have run', moves: [{ move: 'finish_with', turn: trigger.turn.n }] };
    return {
      reason: 'the next one runs',
      ...(trigger.kind === 'started' ? {} : { change: { next: state.next + 1 } }),
      moves: [{ move: 'turn', to: next?.name ?? '', purpose: 'run' }],
    };
  },
};

describe('a pattern in code', () => {
  it('is taken where it keeps to the contract, and can be tried out', async () => {
    const agents = { ann: () => 1, bob: () => 2 };
    const run = await simulatePattern(definePattern(relay), { agents, input: 'go' });
    expect((await run.finish()).output).toBe(2);
    expect(run.performed).toHaveLength(2);
  });

  it('is refused with everything that is wrong with it', () => {
    const broken = {
      name: 'a b',
      version: 1,
      summary: '',
      roles: { runner: {} },
      options: {},
      limits: { turns: 'many' },
      asks: 'all',
      initial: 7,
      shows: 'it',
      colour: 'red',
    };
    expect(() => definePattern(broken as never)).toThrow(
      new RegExp(
        [
          'the pattern a b: `colour` is no part',
          '`name` should',
          '`version` should',
          '`summary` should',
          '`roles.runner` should',
          '`options` should',
          '`limits.turns` should',
          '`asks` should',
          '`validate` should',
          '`initial` should',
          '`react` should',
          '`shows` should',
        ].join('.*'),
      ),
    );
    expect(() => definePattern({ ...relay, roles: {} })).toThrow('at least one role');
  });
});

describe('simulatePattern', () => {
  it('tries out one that comes with Cantata, by roles, seats, options and limits', async () => {
    const run = await simulatePattern('concurrent', {
      agents: { crew: (input) => input, referee: (_, { team }) => team.results.length },
      roles: { crew: 'member', referee: 'judge' },
      seats: { crew: 3 },
      options: { merge: 'judge' },
      limits: { turns: 10 },
    });
    expect((await run.finish()).output).toBe(3);
  });

  it('tries out a document, and says what is wrong with one', async () => {
    const document = `
name: once
version: "1"
summary: One turn.
roles: { only: { summary: works } }
rules:
  - { on: started, do: [{ turn: { to: only, purpose: work } }] }
  - { on: completed, do: [{ finish: { turn: "\${turn.n}" } }] }
`;
    const run = await simulatePattern(document, { agents: { only: () => 'done' } });
    expect((await run.finish()).output).toBe('done');
    await expect(simulatePattern('name: once', { agents: {} })).rejects.toThrow('`rules` is missing');
  });
});
