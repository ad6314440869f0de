/** A member of a team may be a team itself: it leads a turn, and what it comes to is the outcome of that. */
import {
  aPlan,
  cancels,
  cancelsTask,
  completes,
  completesByHand,
  type DefinitionSketch,
  fails,
  fires,
  type Given,
  given,
  pauses,
  reassigns,
  resumes,
  retries,
  skipsByHand,
  starts,
  upgrades,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../../patterns/asks.ts';
import type { Pattern, PatternView, Reaction } from '../../../patterns/pattern.ts';
import { supervisor } from '../../../patterns/supervisor.ts';
import { MAX_TEAM_DEPTH, type TeamGroup, type TeamUse } from '../../../plan/team.ts';
import { NO_VALUES } from '../../values.ts';
import { why } from '../look/why/why.ts';
import { teamSeen } from '../team-seen.ts';

const use: TeamUse = { pattern: supervisor, options: { max_parallel: 100, on_worker_failure: 'report' } };
const squad: TeamGroup = {
  name: 'squad',
  capabilities: [],
  team: { ...use, members: ['chief', 'hands'] },
};
const sketch = (more: Partial<TeamUse> = {}, inner: Partial<TeamUse> = {}): DefinitionSketch => ({
  agents: { boss: { role: 'supervisor' }, chief: { role: 'supervisor' }, hands: 2, clerk: 1 },
  teams: [{ ...squad, team: { ...squad.team, ...inner } }],
  tasks: { a: { team: { ...use, ...more } } },
});
const part = (to: string, input: number): Ask => ({ kind: 'delegate', to, input });
const asks = (...directives: readonly Ask[]) => ({ directives });
const begun = (more?: DefinitionSketch): Given =>
  given(aPlan(more ?? sketch())).commands(
    starts(),
    completes('a[1]', 'plan', asks(part('squad', 1), part('clerk', 2))),
  );
/** Of `squad` in a[2] the chief has delegated two parts: a[5] and a[6]. */
const atWork = (more?: DefinitionSketch): Given =>
  begun(more).commands(completes('a[4]', 'ours', asks(part('hands', 3), part('hands', 4))));

const echoed = ({ input }: PatternView): Reaction => ({
  reason: 'that is all',
  moves: [{ move: 'finish', output: input }],
});

describe('a member that is a team', () => {
  test('begins with a turn of its own, on what its lead was given', () => {
    const run = begun();
    expect(run.log.slice(-4)).toMatchObject([
      { type: 'pattern.started', task: 'a', item: 2, pattern: 'supervisor' },
      {
        type: 'pattern.reacted',
        item: 2,
        to: 'started',
        turns: [{ to: 'chief', purpose: 'lead', inputOf: 2 }],
      },
      { type: 'agent.task_assigned', item: 3, seat: 'clerk' },
      { type: 'agent.task_assigned', item: 4, seat: 'chief' },
    ]);
  });

  test('is seen by its agents with what it was given itself', () => {
    const run = atWork();
    expect(teamSeen(run.state, 0, 5, NO_VALUES)).toMatchObject({
      pattern: 'supervisor',
      role: 'worker',
      members: [{ name: 'chief' }, { name: 'hands' }],
      turn: 5,
      within: { purpose: 'part', turn: 2, members: [{ name: 'boss' }, { name: 'clerk' }, { name: 'squad' }] },
    });
    run.commands(completes('a[5]', 5), completes('a[6]', 6));
    const seen = teamSeen(run.state, 0, 7, NO_VALUES);
    expect(seen?.results).toMatchObject([
      { turn: 5, output: 5 },
      { turn: 6, output: 6 },
    ]);
    expect(seen?.messages.map(({ turn }) => turn)).toEqual([4, 5, 6]);
  });

  test('gives what it comes to as the outcome of its turn', () => {
    const run = atWork().commands(completes('a[3]', 3), completes('a[5]', 5), completes('a[6]', 6));
    run.when(completes('a[7]', 'both')).thenHas(
      'task.completed',
      { type: 'pattern.reacted', item: 2, to: 'completed' },
      { type: 'pattern.finished', item: 2, turns: 4 },
      { type: 'task.completed', item: 2, output: 'both' },
      {
        type: 'pattern.reacted',
        to: 'completed',
        turn: 2,
        turns: [{ to: 'boss', purpose: 'lead', results: [2, 3] }],
      },
      { type: 'agent.task_assigned', item: 8, seat: 'boss' },
    );
    expect(teamSeen(run.state, 0, 8, NO_VALUES)?.results).toMatchObject([
      { turn: 2, by: 'squad', output: 'both' },
      { turn: 3, by: 'clerk', output: 3 },
    ]);
    run.commands(completes('a[8]', 'done'));
    expect(run.state.status.kind).toBe('completed');
  });

  test('fails its turn and not the task', () => {
    const run = atWork().commands(completes('a[3]', 3), completes('a[5]', 5), completes('a[6]', 6));
    run
      .when(fails('a[7]', { code: 'no_idea', retry: 'never' }))
      .thenHas(
        { type: 'task.failed', item: 7, handled: 'team' },
        'pattern.reacted',
        { type: 'pattern.finished', item: 2 },
        { type: 'task.failed', item: 2, handled: 'team' },
        'pattern.reacted',
        'agent.task_assigned',
      );
  });

  test('has limits of its own, and says which one ended it', () => {
    const run = begun(sketch({}, { limits: { turns: 2 } })).commands(completes('a[3]', 3));
    run
      .when(completes('a[4]', 'ours', asks(part('hands', 3), part('hands', 4))))
      .thenHas(
        'task.completed',
        'pattern.reacted',
        { type: 'pattern.finished', item: 2, stopReason: 'limit of the pattern supervisor: 2 turns' },
        { type: 'task.completed', item: 2, output: 'ours' },
        'pattern.reacted',
        'agent.task_assigned',
      );
    expect(teamSeen(run.state, 0, 5, NO_VALUES)?.results[0]).toMatchObject({
      turn: 2,
      stopReason: 'limit of the pattern supervisor: 2 turns',
    });
    expect(run.state.tasks[0]?.stopReason).toBeUndefined();
  });

  test('counts with its turns among those of the team it is in', () => {
    const run = begun(sketch({ limits: { turns: 5 } }));
    run
      .when(completes('a[4]', 'ours', asks(part('hands', 3), part('hands', 4))))
      .thenHas(
        'task.completed',
        { type: 'pattern.reacted', item: 2 },
        { type: 'pattern.finished', stopReason: 'limit of the pattern supervisor: 5 turns' },
        { type: 'task.completed', output: 'plan' },
        'workflow.completed',
      );
    expect(run.state.inFlight.size).toBe(0);
  });

  test('has its own time', () => {
    const run = atWork(sketch({}, { limits: { wallTimeMs: 1_000 } })).at(1_000);
    run
      .when(fires('team_due', 'a[2]'))
      .thenHas(
        { type: 'pattern.finished', item: 2, stopReason: 'limit of the pattern supervisor: 1 s' },
        { type: 'task.completed', item: 2, output: 'ours' },
        'pattern.reacted',
      );
    expect(run.state.inFlight.size).toBe(1);
    run.when(fires('team_due', 'a[7]')).thenHappens();
  });

  test('stands still and goes on with its execution', () => {
    atWork()
      .commands(pauses())
      .when(completes('a[5]', 5))
      .thenHas('task.completed')
      .when(resumes())
      .thenHas('workflow.resumed', { type: 'pattern.reacted', item: 2 });
  });

  test('is cancelled with all that is under way in it, and the others are told', () => {
    const run = atWork();
    run
      .when(cancelsTask('a[2]'))
      .thenHas('task.cancelling', { type: 'pattern.reacted', to: 'failed', turn: 2 })
      .when(fails('a[6]', { code: 'agent_aborted' }))
      .thenHas('task.cancelled')
      .when(completes('a[5]', 5))
      .thenHas('task.completed')
      .when(completes('a[3]', 3))
      .thenHas('task.completed', 'pattern.reacted', 'agent.task_assigned');
  });

  test('is over when its turn is completed by hand', () => {
    const run = atWork();
    run
      .when(completesByHand('a[2]', 'by hand'))
      .thenHas({ type: 'task.overridden', item: 2 }, { type: 'pattern.reacted', to: 'completed', turn: 2 });
    expect(run.state.inFlight.size).toBe(1);
    run.when(completes('a[5]', 5)).thenRejected('stale_result');
  });

  test('goes with its task', () => {
    expect(atWork().commands(cancelsTask('a')).state.waiting.size).toBe(0);
    const skipped = atWork().commands(skipsByHand('a'));
    expect(skipped.state.tasks[0]?.openItems).toBe(0);
    const done = atWork().commands(completesByHand('a', 1));
    expect(done.state.status.kind).toBe('completed');
  });

  test('begins anew with its execution', () => {
    const run = atWork().commands(cancels());
    for (const item of ['a[3]', 'a[5]', 'a[6]']) run.commands(fails(item, { code: 'agent_aborted' }));
    run
      .when(retries())
      .thenHas('workflow.reopened', 'pattern.started', 'pattern.reacted', 'agent.task_assigned');
  });

  test('is for nobody else to take', () => {
    const { tasks: _, ...rest } = sketch();
    const run = given(aPlan({ ...rest, team: use, tasks: { a: { agent: 'boss' } } }));
    run.commands(starts(), completes('a', 'plan', asks(part('squad', 1))), pauses());
    run.when(reassigns('a[2]', 'hands')).thenRejected('agent_unable', 'is taken by a team');
    run.commands(reassigns('a', 'boss'), resumes(), completes('a[3]', 'alone'));
    expect(run.log).toContainEqual(
      expect.objectContaining({ type: 'task.completed', item: 2, output: 'alone' }),
    );
  });

  test('goes on by another version that has the same team, and is stopped by one that has not', () => {
    const plan = aPlan(sketch());
    const same = atWork().knows('next', plan).commands(upgrades());
    same.when(completes('a[5]', 5)).thenHas('task.completed', { type: 'pattern.reacted', item: 2 });
    const other = aPlan(sketch({}, { members: ['chief', 'hands', 'clerk'] }));
    atWork().knows('next', other).when(upgrades()).thenRejected('upgrade_refused');
  });

  test('is known by its place with all that it waits for', () => {
    const run = atWork(sketch({}, { options: { ...use.options, patience_seconds: 1 } }));
    const sentences = why(run.state, 0).map(({ sentence }) => sentence);
    expect(sentences).toContain(
      'a[2] turn-2 is taken by a team, by the pattern supervisor, and waits for the turns a[5] turn-5 and a[6] turn-6 and the time of round in 1 s.',
    );
    expect(sentences).toContain(
      'a is shared by a team, by the pattern supervisor, and waits for the turns a[2] turn-2 and a[3] turn-3.',
    );
    const round = { kind: 'team_due', task: 'a', item: 2, name: 'round' } as const;
    run
      .when({ type: 'timer', timer: round }, 1_000)
      .thenHas({ type: 'pattern.timer_due', item: 2 }, { type: 'pattern.reacted', item: 2, to: 'timer' });
  });

  test('sees what it works on itself', () => {
    const echo = { ...supervisor, react: (view: PatternView): Reaction => echoed(view) } as Pattern;
    const run = begun(sketch({}, { pattern: echo }));
    expect(run.log).toContainEqual(expect.objectContaining({ type: 'task.completed', item: 2, output: 1 }));
  });

  test('counts what it spends as spent by the team it is in', () => {
    const run = atWork().commands(completes('a[5]', 5, { usage: { tokens: 7, cost: 2 } }));
    const team = run.state.tasks[0]?.team;
    expect(team?.figures).toMatchObject({ tokens: 7, cost: 2, turns: 1 });
    expect(run.state.tasks[0]?.items[2]?.team?.figures).toMatchObject({ tokens: 7, cost: 2, turns: 2 });
  });

  test('goes on by another version with what its pattern has still to react to', () => {
    const run = atWork().commands(pauses(), completes('a[5]', 5), completes('a[3]', 3));
    run.knows('next', aPlan(sketch())).commands(upgrades());
    run.when(resumes()).thenHas('workflow.resumed', { type: 'pattern.reacted', item: 2 }, 'pattern.reacted');
  });

  test('may be one of several that stand in each other, up to a bound', () => {
    const nested = (depth: number): DefinitionSketch => ({
      agents: { boss: { role: 'supervisor' } },
      teams: Array.from({ length: depth }, (_, n): TeamGroup => {
        const members = n + 1 === depth ? ['boss'] : [`t${n + 1}`];
        return { name: `t${n}`, role: 'supervisor', capabilities: [], team: { ...use, members } };
      }),
      tasks: { a: { team: { ...use, members: ['t0'] } } },
    });
    const run = given(aPlan(nested(MAX_TEAM_DEPTH - 1))).commands(starts());
    run.commands(completes(`a[${MAX_TEAM_DEPTH}]`, 'deep'));
    expect(run.log.filter(({ type }) => type === 'pattern.finished')).toHaveLength(MAX_TEAM_DEPTH);
    expect(run.state.tasks[0]?.items[0]?.status).toMatchObject({ kind: 'completed', output: 'deep' });
    expect(() => given(aPlan(nested(MAX_TEAM_DEPTH))).commands(starts())).toThrow('8 deep');
  });
});
