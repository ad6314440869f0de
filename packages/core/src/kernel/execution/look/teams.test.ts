import { aPlan, cancels, completes, fails, fires, type Given, given, loses, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../patterns/asks.ts';
import { handoff } from '../../../patterns/handoff.ts';
import type { TeamUse } from '../../../plan/team.ts';
import { patternStats, type TeamView, viewTeams } from './teams.ts';
import { viewExecution } from './view.ts';

const team: TeamUse = { pattern: handoff, options: { context: 'full', on_agent_failure: 'return' } };
const begun = (): Given =>
  given(
    aPlan({
      agents: { a: 1, b: { count: 3 } },
      tasks: { t: { agent: 'a', team, retryPolicy: 'fixed' }, plain: ['t'] },
    }),
  ).commands(starts());
const handOff: Ask = { kind: 'hand_off', to: 'b' };
const viewed = ({ state }: Given, now: number) => viewTeams(state, now);

describe('how effective a team is', () => {
  test('is what it counted: turns, hand-offs, what was done again, tokens, cost, and time', () => {
    const run = begun()
      .at(100)
      .commands(completes('t[1]', 1, { directives: [handOff], usage: { tokens: 10, cost: 0.5 } }))
      .at(200)
      .commands(loses('t[2]'), fails('t[2]'));
    run.at(2_000).commands(fires('retry_due', 't[2]')).at(2_100).commands(completes('t[2]', 2));
    const [view] = viewed(run, 9_000);
    expect(view).toEqual({
      task: 't',
      pattern: 'handoff',
      version: '1',
      generation: 1,
      turns: 2,
      open: 0,
      failed: 0,
      delegations: 0,
      hand_offs: 1,
      messages: 0,
      retries: 1,
      refused: 0,
      losses: 1,
      rework: 0.5,
      idle: 1 - 300 / (2_100 * 4),
      tokens: 10,
      cost: 0.5,
      elapsed_ms: 2_100,
      is_done: true,
    });
    expect(viewExecution(run.state, 9_000).teams).toEqual([view]);
  });

  test('counts to now while it is at work, and to the end of what was cancelled', () => {
    const run = begun();
    expect(viewed(run, 0)).toMatchObject([{ idle: 0, rework: 0, elapsed_ms: 0, open: 1 }]);
    expect(viewed(run, 500)).toMatchObject([{ is_done: false, elapsed_ms: 500, open: 1 }]);
    run.at(700).commands(cancels(), fails('t[1]', { code: 'agent_aborted' }));
    expect(viewed(run, 9_000)).toMatchObject([{ is_done: true, elapsed_ms: 700 }]);
  });

  test('is said of a team that is a member of another one, too', () => {
    const plan = aPlan({
      agents: { a: 1, b: 1, c: 1 },
      tasks: { t: { agent: 'a', team } },
      teams: [{ name: 'inner', team: { ...team, members: ['c'] } }],
    } as never);
    const run = given(plan).commands(
      starts(),
      completes('t[1]', 1, { directives: [{ ...handOff, to: 'inner' }] }),
    );
    expect(viewed(run, 5).map(({ task }) => task)).toEqual(['t', 't[2]']);
  });
});

describe('how effective a pattern is', () => {
  const of = (more: Partial<TeamView>): TeamView => ({
    ...(viewed(begun(), 0)[0] as TeamView),
    is_done: true,
    ...more,
  });

  test('is the mean of its runs, and of those that are done their times and shares', () => {
    const stats = patternStats([
      of({ turns: 2, cost: 1, elapsed_ms: 100, rework: 0.5 }),
      of({ turns: 4, cost: 2, elapsed_ms: 300 }),
      of({ pattern: 'debate', is_done: false }),
      of({ turns: 3, is_done: false, elapsed_ms: 9_000 }),
      of({ pattern: 'swarm' }),
    ]);
    expect(stats).toMatchObject([
      { pattern: 'debate', runs: 1, done: 0, time_to_result_ms: null, idle: 0 },
      { pattern: 'handoff', runs: 3, done: 2, turns: 3, cost: 1, time_to_result_ms: 200, rework: 0.25 },
      { pattern: 'swarm', runs: 1 },
    ]);
    expect(patternStats([])).toEqual([]);
  });
});
