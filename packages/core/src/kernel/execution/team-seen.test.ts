import { aPlan, completes, type DefinitionSketch, fails, type Given, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Ask, ContextPolicy } from '../../patterns/asks.ts';
import type { Reaction } from '../../patterns/pattern.ts';
import { supervisor } from '../../patterns/supervisor.ts';
import { NO_VALUES } from '../values.ts';
import { teamSeen } from './team-seen.ts';

const sketch: DefinitionSketch = {
  agents: { supervisor: 1, hands: { count: 2, capabilities: ['lift'] } },
  team: { pattern: supervisor, options: { max_parallel: 9, on_worker_failure: 'report' } },
  tasks: { a: { agent: 'supervisor' }, b: ['a'] },
};
const part = (context?: ContextPolicy): Ask => ({
  kind: 'delegate',
  to: 'hands',
  input: 1,
  ...(context === undefined ? {} : { context }),
});
const seen = ({ state }: Given, place?: number) => teamSeen(state, 0, place, NO_VALUES);
const run = (...asks: readonly Ask[]): Given =>
  given(aPlan(sketch)).commands(starts(), completes('a', 'plan', { directives: asks }));

/** Turns to the hands and to the supervisor, each of which is shown its own. */
const filtering = ({ turns }: { readonly turns: number }): Reaction => ({
  reason: 'the next one',
  moves: [{ move: 'turn', to: turns % 2 === 1 ? 'hands' : 'supervisor', purpose: 'work', context: 'filter' }],
});

describe('what an agent sees of its team', () => {
  test('is nothing where there is none', () => {
    expect(seen(given(aPlan()).commands(starts()))).toBeUndefined();
    const waits: DefinitionSketch = { ...sketch, tasks: { a: { wait: { kind: 'for', forMs: 1 } } } };
    expect(seen(given(aPlan(waits)).commands(starts()))).toBeUndefined();
  });

  test('is who there is, before it asked for anything', () => {
    expect(seen(given(aPlan(sketch)).commands(starts()))).toEqual({
      pattern: 'supervisor',
      role: 'supervisor',
      purpose: 'opening',
      turn: 1,
      members: [
        { name: 'supervisor', role: 'supervisor', capabilities: [], seats: 1 },
        { name: 'hands', role: 'worker', capabilities: ['lift'], seats: 2 },
      ],
      results: [],
      messages: [],
      shown: {},
    });
  });

  test('is what came of the turns it is to go by, errors too', () => {
    const given = run(part(), part()).commands(completes('a[2]', 'done'), fails('a[3]'));
    const turn = seen(given, 4);
    expect(turn).toMatchObject({ role: 'supervisor', purpose: 'lead', turn: 4 });
    expect(turn?.results).toEqual([
      { turn: 2, by: 'hands-1', purpose: 'part', output: 'done' },
      {
        turn: 3,
        by: 'hands-2',
        purpose: 'part',
        output: null,
        error: { code: 'agent_error', message: 'it broke' },
      },
    ]);
    expect(turn?.messages.map(({ turn: n }) => n)).toEqual([1, 2]);
  });

  test.each([
    [undefined, []],
    ['none', []],
    ['last', [1]],
    ['full', [1]],
  ] as const)('is of earlier turns what the policy %s shows', (policy, turns) => {
    expect(seen(run(part(policy)), 2)?.messages.map(({ turn }) => turn)).toEqual(turns);
  });

  test('is of earlier turns its own alone, if they are filtered', () => {
    const policy = { ...supervisor, react: filtering };
    const only: DefinitionSketch = { ...sketch, team: { pattern: policy, options: { max_parallel: 9 } } };
    const turns = given(aPlan(only)).commands(starts(), completes('a', 1, { directives: [part()] }));
    turns.commands(completes('a[2]'), completes('a[3]'));
    expect(seen(turns, 4)?.messages.map(({ turn }) => turn)).toEqual([2]);
  });

  test('is that it has no role, where it does not take part', () => {
    const others: DefinitionSketch = {
      ...sketch,
      team: { pattern: supervisor, options: {}, members: ['hands'] },
    };
    expect(seen(given(aPlan(others)).commands(starts()))?.role).toBe('');
  });

  test('is what the pattern shows beside', () => {
    const shows: DefinitionSketch = {
      ...sketch,
      team: { pattern: { ...supervisor, shows: ({ turns }) => ({ turns }) }, options: { max_parallel: 9 } },
    };
    const shown = given(aPlan(shows)).commands(starts(), completes('a', 1, { directives: [part()] }));
    expect(seen(shown, 2)?.shown).toEqual({ turns: 2 });
  });
});
