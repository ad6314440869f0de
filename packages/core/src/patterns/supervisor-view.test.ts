import { expect, test } from 'vitest';
import type { PatternView } from './pattern.ts';
import { type SupervisorState, supervisor } from './supervisor.ts';
import { teamOf } from './team.ts';

const viewOf = (groups: readonly string[], opener: string | undefined): PatternView<SupervisorState> =>
  ({
    setup: {
      options: {},
      team: teamOf(
        supervisor,
        groups.map((name) => ({ name, count: 1, capabilities: [] })),
        undefined,
      ),
    },
    state: supervisor.initial({ options: {}, team: { members: [], byName: new Map() } }),
    opener,
    turns: 0,
    open: 0,
  }) as unknown as PatternView<SupervisorState>;

test('a supervisor goes on where nobody is at work, or where it follows another pattern', () => {
  for (const trigger of [{ kind: 'idle' }, { kind: 'adopted', from: 'swarm' }] as const)
    expect(supervisor.react(viewOf(['supervisor'], undefined), trigger)).toMatchObject({
      reason: 'nobody is at work',
      moves: [{ move: 'turn', to: 'supervisor' }],
    });
});

test('without a supervisor the one to whom the task is given leads', () => {
  expect(supervisor.react(viewOf(['a'], 'a'), { kind: 'started' }).moves).toMatchObject([{ to: 'a' }]);
  expect(() => supervisor.react(viewOf(['a'], undefined), { kind: 'started' })).toThrow('somebody leads');
  expect(supervisor.validate({ options: {}, team: { members: [], byName: new Map() } })).toEqual([]);
});

test('whoever answers is named by the seat, or by whom the turn was for', () => {
  const turn = { n: 1, to: 'supervisor', seat: undefined, purpose: 'lead', status: 'completed' } as const;
  const answer = { kind: 'completed', turn, output: 1, asks: [] } as const;
  expect(supervisor.react(viewOf(['supervisor'], undefined), answer).reason).toBe(
    'supervisor gave the result',
  );
  const wanted = { ...answer, asks: [{ kind: 'delegate', to: 'x', input: 1 }] } as const;
  const view = viewOf(['supervisor'], undefined);
  Object.assign(view.setup.options, { max_parallel: 1 });
  expect(supervisor.whyNot?.(view, wanted)).toContain('there are no workers');
});
