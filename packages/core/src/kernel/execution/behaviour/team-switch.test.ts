/** Another pattern goes on in the place of one that is at work, with what is there. */
import {
  answersPerson,
  aPlan,
  cancelsTask,
  completes,
  type DefinitionSketch,
  fails,
  fires,
  type Given,
  given,
  pauses,
  resumes,
  starts,
  upgrades,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../json.ts';
import type { Ask } from '../../../patterns/asks.ts';
import { handoff } from '../../../patterns/handoff.ts';
import { BUILT_IN } from '../../../patterns/library.ts';
import type { StopCondition, StopScope } from '../../../patterns/stopping.ts';
import { supervisor } from '../../../patterns/supervisor.ts';
import type { PatternChoice, SwitchRule, TeamUse } from '../../../plan/team.ts';
import { NO_VALUES } from '../../values.ts';
import type { ExecutionCommand } from '../commands.ts';
import { why } from '../look/why/why.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import { restoreExecution } from '../snapshot/restore.ts';
import { MAX_GENERATIONS } from '../team.ts';
import { teamSeen } from '../team-seen.ts';

const options = { max_parallel: 100, on_worker_failure: 'report' };
const use: TeamUse = { pattern: supervisor, options };
const peers: TeamUse = { pattern: handoff, options: { context: 'full', on_agent_failure: 'fail' } };
const DEFAULTS: Readonly<Record<string, JsonObject>> = { supervisor: options, handoff: peers.options };
const choice: PatternChoice = {
  names: ['supervisor', 'handoff', 'hierarchical'],
  use(name, given) {
    const pattern = BUILT_IN.get(name);
    if ('wrong' in given) return 'these are no options';
    return pattern && { pattern, options: { ...DEFAULTS[name], ...given } };
  },
};
const sketch = (more: Partial<TeamUse> = {}): DefinitionSketch => ({
  agents: { boss: { role: 'supervisor' }, hands: 2 },
  choice,
  tasks: { a: { team: { ...use, ...more } } },
});
const part = (input: number): Ask => ({ kind: 'delegate', to: 'hands', input });
const two = { directives: [part(1), part(2)] };
const atWork = (more?: Partial<TeamUse>): Given =>
  given(aPlan(sketch(more))).commands(starts({ input: 'a case' }), completes('a[1]', 'plan', two));
const switches = (to: string, more: { item?: number; options?: JsonObject; reason?: string } = {}) =>
  ({ type: 'pattern.switch', task: 'a', to, by: 'ann', ...more }) satisfies ExecutionCommand;
const whenever = (holds: (scope: StopScope) => boolean, source = 'figures.turns > 1'): StopCondition => ({
  source,
  evaluate: holds,
});
const rule = (holds: (scope: StopScope) => boolean, to: TeamUse = peers): SwitchRule => ({
  when: whenever(holds),
  to,
});

describe('a team that is switched by an operator', () => {
  test('goes on by the other pattern, with what came of its turns', () => {
    const run = atWork().commands(completes('a[2]', 'one'));
    run.when(switches('handoff', { reason: 'they should talk' })).thenHas(
      {
        type: 'pattern.switched',
        from: 'supervisor',
        to: 'handoff',
        version: '1',
        generation: 2,
        by: 'ann',
        reason: 'they should talk',
        options: {},
      },
      { type: 'pattern.reacted', to: 'adopted' },
      { type: 'agent.task_assigned', item: 4 },
    );
    expect(run.state.tasks[0]?.items[4]?.spawned?.turn).toMatchObject({
      results: [1, 2],
      takesTaskInput: true,
    });
    expect(teamSeen(run.state, 0, 4, NO_VALUES)).toMatchObject({
      pattern: 'handoff',
      results: [
        { turn: 1, output: 'plan' },
        { turn: 2, output: 'one' },
      ],
    });
    run.commands(completes('a[4]', 'talked'));
    expect(run.state.tasks[0]?.items[0]?.status).toMatchObject({ kind: 'completed', output: 'talked' });
  });

  test('waits for what was under way, which the next turn is given', () => {
    const run = atWork().commands(switches('supervisor'));
    const last = run.log.findLast(({ type }) => type === 'agent.task_assigned');
    expect(last).toMatchObject({ item: 4, seat: 'boss' });
    run.commands(completes('a[3]', 'late'));
    run.when(completes('a[2]', 'later')).thenHas('task.completed', {
      type: 'pattern.reacted',
      to: 'late',
      turn: 2,
      reason: 'hands has ended a turn of the pattern before',
    });
    run.commands(completes('a[4]', 'again', { directives: [part(3)] }));
    expect(run.state.tasks[0]?.items[5]?.spawned?.turn).toMatchObject({ results: [3, 2] });
    run.commands(completes('a[5]', 'new'));
    // What was handed over once is not handed over again; and the pattern counts its own turns.
    expect(run.state.tasks[0]?.items[6]?.spawned?.turn).toMatchObject({ results: [5] });
  });

  test('is asked how to go on when the last turn of the one before is over', () => {
    const run = atWork().commands(switches('supervisor'), fails('a[4]', { code: 'no_idea', retry: 'never' }));
    expect(run.log.at(-1)).toMatchObject({ type: 'workflow.failed' });
    const silent = { ...supervisor, react: () => ({ reason: 'hm' }) };
    const later = { ...sketch(), choice: { ...choice, use: () => ({ pattern: silent, options }) } };
    const quiet = given(aPlan(later)).commands(
      starts(),
      completes('a[1]', 'plan', two),
      switches('supervisor'),
    );
    quiet.when(completes('a[2]', 2)).thenHas('task.completed', { type: 'pattern.reacted', to: 'late' });
    quiet
      .when(fails('a[3]', { retry: 'never' }))
      .thenHas(
        'task.failed',
        { type: 'pattern.reacted', to: 'late' },
        { type: 'pattern.reacted', to: 'idle' },
        'pattern.finished',
        'task.completed',
        'workflow.completed',
      );
  });

  test('takes the answer of somebody at work for the pattern before, and not what that asks for', () => {
    const run = atWork().commands(completes('a[2]', 2), completes('a[3]', 3));
    run.commands(switches('handoff'));
    run
      .when(completes('a[4]', 'still leading', { directives: [part(9)] }))
      .thenHas('task.completed', { type: 'pattern.reacted', to: 'late' });
  });

  test('knows neither the times nor the marks of the pattern before', () => {
    const run = atWork({ options: { ...options, patience_seconds: 5 } });
    run.commands(switches('handoff'));
    expect(run.state.tasks[0]?.team).toMatchObject({ marks: [], stalled: 0, generation: 2 });
    run.when({ type: 'timer', timer: { kind: 'team_due', task: 'a', name: 'round' } }, 5_000).thenHappens();
  });

  test('has the time and the turns that are left of it', () => {
    const run = atWork({ limits: { turns: 4, wallTimeMs: 10_000 } }).at(4_000);
    run.commands(switches('supervisor'));
    run
      .when(completes('a[4]', 'again', { directives: [part(3)] }))
      .thenHas('task.completed', 'pattern.reacted', {
        type: 'pattern.finished',
        stopReason: 'limit of the pattern supervisor: 4 turns',
      });
    const slow = atWork({ limits: { wallTimeMs: 10_000 } })
      .at(4_000)
      .commands(switches('handoff'));
    slow.when(fires('team_due', 'a'), 10_000).thenHas('pattern.finished');
  });

  test('hears nothing any more of what stops only after it was cancelled', () => {
    const run = atWork().commands(switches('handoff'), cancelsTask('a'));
    run.when(fails('a[2]', { code: 'agent_aborted' })).thenHappens('task.cancelled');
    run.commands(fails('a[3]', { code: 'agent_aborted' }));
    expect(run.state.reacting.size).toBe(0);
  });

  test('says so, and why', () => {
    const run = atWork().commands(switches('handoff', { reason: 'they should talk' }));
    expect(why(run.state, 0).map(({ sentence }) => sentence)).toContain(
      'a is shared by a team, by the pattern handoff, to which it was switched from supervisor (they should talk), and waits for the turns a[2] turn-2, a[3] turn-3 and a[4] turn-4.',
    );
  });

  test('stands still in a pause, and goes on afterwards', () => {
    atWork()
      .commands(pauses())
      .when(switches('handoff'))
      .thenHas('pattern.switched')
      .when(resumes())
      .thenHas('workflow.resumed', { type: 'pattern.reacted', to: 'adopted' });
  });

  test('goes on by another version that has the pattern', () => {
    const run = atWork().commands(switches('handoff')).knows('next', aPlan(sketch()));
    run.commands(upgrades());
    expect(run.state.tasks[0]?.team).toMatchObject({ generation: 2, plan: { pattern: { name: 'handoff' } } });
    const none = aPlan({ ...sketch(), choice: { names: [], use: () => undefined } });
    atWork()
      .commands(switches('handoff'))
      .knows('next', none)
      .when(upgrades())
      .thenRejected('upgrade_refused');
  });

  test.each([
    ['to a pattern that there is not', switches('nothing'), 'supervisor, handoff and hierarchical'],
    ['with options that it does not have', switches('handoff', { options: { wrong: 1 } }), 'no options'],
    ['where no team leads', switches('handoff', { item: 2 }), 'no team is at work on a[2] turn-2'],
  ])('is refused %s', (_, command, message) => {
    atWork().when(command).thenRejected('switch_refused', message);
  });

  test('is refused where there is no team yet, where a role is missing, or too many follow each other', () => {
    given(aPlan({ team: use, choice, agents: { boss: 1 }, tasks: { a: [] } }))
      .commands(starts())
      .when(switches('handoff'))
      .thenRejected('switch_refused', 'no team is at work on a');
    given(aPlan({ choice, agents: { x: 1, y: 1 }, tasks: { a: { team: { ...peers, members: ['x'] } } } }))
      .commands(starts())
      .when(switches('supervisor'))
      .thenHas('pattern.switched', 'pattern.reacted');
    given(aPlan({ ...sketch(), tasks: { a: { team: use }, b: { team: use, dependsOn: ['a'] } } }))
      .commands(starts())
      .when({ ...switches('handoff'), task: 'b' })
      .thenRejected('switch_refused', 'no team is at work on b');
    atWork()
      .when({ ...switches('handoff'), task: 'z' })
      .thenRejected('task_not_found');
    const leaders = { x: { role: 'supervisor' }, y: { role: 'supervisor' } };
    const all = { choice, agents: leaders, tasks: { a: { team: peers } } };
    given(aPlan(all))
      .commands(starts())
      .when(switches('supervisor'))
      .thenRejected('switch_refused', '2 groups');
    const roles = { ...supervisor.roles, extra: { summary: 'helps', least: 1 } };
    const needy = { ...supervisor, roles: { extra: roles['extra'] as never, ...supervisor.roles } };
    const other = { ...choice, use: () => ({ pattern: needy, options }) };
    given(aPlan({ ...sketch(), choice: other }))
      .commands(starts())
      .when(switches('supervisor'))
      .thenRejected('switch_refused', 'nobody of the team is extra');
    const unfit = { ...supervisor, validate: () => [{ path: [], message: 'it does not fit' }] };
    given(aPlan({ ...sketch(), choice: { ...choice, use: () => ({ pattern: unfit, options }) } }))
      .commands(starts())
      .when(switches('supervisor'))
      .thenRejected('switch_refused', 'it does not fit');
    given(aPlan({ agents: { boss: 1 }, tasks: { a: { team: use } } }))
      .commands(starts())
      .when(switches('swarm'))
      .thenRejected('switch_refused', 'there is no pattern swarm');
    const often = atWork();
    for (let n = 1; n < MAX_GENERATIONS; n++) often.commands(switches('supervisor'));
    often.when(switches('supervisor')).thenRejected('switch_refused', '10 patterns');
  });

  test('may be one among the members of another', () => {
    const squad = { name: 'squad', capabilities: [], team: { ...use, members: ['chief', 'hands'] } };
    const nested: DefinitionSketch = {
      ...sketch(),
      agents: { boss: { role: 'supervisor' }, chief: { role: 'supervisor' }, hands: 2 },
      teams: [squad],
    };
    const ask: Ask = { kind: 'delegate', to: 'squad', input: 7 };
    const run = given(aPlan(nested)).commands(starts(), completes('a[1]', 'plan', { directives: [ask] }));
    run
      .when(switches('handoff', { item: 2 }))
      .thenHas({ type: 'pattern.switched', item: 2 }, { type: 'pattern.reacted', item: 2, to: 'adopted' });
    expect(run.state.tasks[0]?.items[4]?.spawned?.turn).toMatchObject({ inputOf: 2 });
    run.commands(completes('a[3]', 'ours'), completes('a[4]', 'done'));
    expect(run.log).toContainEqual(
      expect.objectContaining({ type: 'task.completed', item: 2, output: 'done' }),
    );
  });
});

describe('a team that is switched by a rule', () => {
  test('goes on by the other pattern as soon as the rule holds', () => {
    const run = atWork({ switches: [rule(({ figures }) => figures.turns > 1)] });
    run
      .when(completes('a[2]', 'one'))
      .thenHas(
        'task.completed',
        { type: 'pattern.switched', to: 'handoff', rule: 0, reason: '`figures.turns > 1`' },
        { type: 'pattern.reacted', to: 'adopted' },
        'agent.task_assigned',
      );
    run.commands(completes('a[4]', 'talked'));
    expect(run.state.status.kind).toBe('completed');
  });

  test('applies each of its rules once, whichever pattern is at work', () => {
    const back = rule(({ figures }) => figures.turns > 2, use);
    const run = atWork({ switches: [rule(({ figures }) => figures.turns > 1), back] });
    run.commands(completes('a[2]', 'one'), completes('a[3]', 'two'));
    const switched = run.log.filter(({ type }) => type === 'pattern.switched');
    expect(switched).toMatchObject([
      { rule: 0 },
      { rule: 1, from: 'handoff', to: 'supervisor', generation: 3 },
    ]);
  });

  test('sees what the last turn gave, and idleness as a step without progress', () => {
    const seen: (readonly [unknown, number])[] = [];
    const note = ({ output, figures }: StopScope): boolean => {
      seen.push([output, figures.stalled]);
      return figures.stalled > 0;
    };
    const silent = { ...supervisor, react: () => ({ reason: 'hm' }) };
    const run = given(aPlan(sketch({ pattern: silent, switches: [rule(note)] }))).commands(starts());
    expect(seen).toEqual([
      [null, 0],
      [null, 1],
    ]);
    expect(run.log).toContainEqual(expect.objectContaining({ type: 'pattern.switched', rule: 0 }));
    const answers = atWork({ switches: [rule(note)] });
    answers.commands(completes('a[2]', 'one'));
    expect(seen.at(-1)).toEqual(['one', 0]);
  });

  test('is not switched any more after too many patterns', () => {
    const always = Array.from({ length: MAX_GENERATIONS + 2 }, () => rule(() => true, use));
    const run = given(aPlan(sketch({ switches: always }))).commands(starts());
    expect(run.log.filter(({ type }) => type === 'pattern.switched')).toHaveLength(MAX_GENERATIONS - 1);
    expect(run.state.inFlight.size).toBe(1);
  });

  test('goes on after a person was asked by the pattern before', () => {
    const run = given(aPlan({ ...sketch(), agents: { x: 1, y: 1 }, tasks: { a: { team: peers } } }));
    run.commands(
      starts(),
      completes('a[1]', 'hm', { directives: [{ kind: 'ask_person', prompt: 'May it?' }] }),
    );
    run.commands(switches('handoff'), answersPerson('a[2]', { output: 'yes' }));
    expect(run.log.at(-1)).toMatchObject({ type: 'pattern.reacted', to: 'late', turn: 2 });
    const person: Ask = { kind: 'ask_person', prompt: 'Sure?' };
    run.commands(
      completes('a[3]', 'asks', { directives: [person] }),
      answersPerson('a[4]', { output: 'sure', id: 'second' }),
    );
    expect(run.state.tasks[0]?.items[5]?.spawned?.turn?.results).toContain(2);
  });

  test('is not restored where its pattern is gone', () => {
    const { state } = atWork().commands(switches('handoff'));
    const none = aPlan({ ...sketch(), choice: { names: [], use: () => undefined } });
    expect(() => restoreExecution('execution', none, encodeExecution(state))).toThrow(
      'there is no pattern handoff',
    );
  });

  test('is parked by a document that has lost its rule', () => {
    const run = atWork({ switches: [rule(({ figures }) => figures.turns > 1)] });
    run.commands(completes('a[2]', 'one'));
    expect(run.state.plan.teams.found(run.state.tasks[0]?.team?.plan as never, 'handoff', { rule: 3 })).toBe(
      'there is no rule 4 to switch it',
    );
  });
});
