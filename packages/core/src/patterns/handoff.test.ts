import {
  answersPerson,
  aPlan,
  cancelsTask,
  completes,
  fails,
  fires,
  type Given,
  given,
  rejects,
  starts,
  type Told,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import { itemInput } from '../kernel/execution/input.ts';
import { teamSeen } from '../kernel/execution/team-seen.ts';
import { NO_VALUES } from '../kernel/values.ts';
import type { TeamUse } from '../plan/team.ts';
import type { Ask } from './asks.ts';
import { handoff } from './handoff.ts';
import { teamOf } from './team.ts';

const withDefaults = (options: JsonObject = {}): JsonObject => ({
  context: 'full',
  on_agent_failure: 'fail',
  ...options,
});
const desk = (options?: JsonObject, limits?: TeamUse['limits']): Given =>
  given(
    aPlan({
      team: { pattern: handoff, options: withDefaults(options), ...(limits === undefined ? {} : { limits }) },
      agents: { triage: 1, billing: 2, tech: 1 },
    }),
  ).commands(starts({ input: 'my bill' }));
const answers = (place: string, output: Json, ...directives: Ask[]): Told =>
  completes(place, output, { directives });
const to = (target: string, more: Omit<Extract<Ask, { kind: 'hand_off' }>, 'kind' | 'to'> = {}): Ask => ({
  kind: 'hand_off',
  to: target,
  ...more,
});
const seen = ({ state }: Given, turn: number) => teamSeen(state, 0, turn, NO_VALUES);
const reasons = ({ log }: Given): readonly string[] =>
  log.flatMap((event) => (event.type === 'pattern.reacted' ? [event.reason] : []));

describe('an agent with control', () => {
  test('hands it on with what it found, and whoever answers without handing on gives the result', () => {
    const run = desk()
      .when(answers('a', 'it is about money', to('billing', { reason: 'not mine' })))
      .thenHappens(
        {
          type: 'pattern.started',
          task: 'a',
          pattern: 'handoff',
          version: '1',
          state: { active: '', before: '', turn: 1 },
          opening: true,
          output: 'it is about money',
          asks: [{ kind: 'hand_off', to: 'billing', reason: 'not mine' }],
        },
        {
          type: 'pattern.reacted',
          task: 'a',
          to: 'completed',
          turn: 1,
          reason: 'triage hands on to billing: not mine',
          change: { active: 'billing', before: 'triage', turn: 2 },
          bytes: 47,
          turns: [{ to: 'billing', purpose: 'active', results: [1], context: 'full', takesTaskInput: true }],
          inputs: [null],
          facts: [{ fact: 'handed_off', by: 'triage', to: 'billing', reason: 'not mine' }],
          mark: 'triage>billing',
        },
        'agent.task_assigned',
      );
    expect(seen(run, 2)).toMatchObject({
      pattern: 'handoff',
      purpose: 'active',
      results: [{ turn: 1, by: 'triage', output: 'it is about money' }],
      shown: {},
    });
    run
      .when(completes('a[2]', 'paid back'))
      .thenHappens(
        'task.completed',
        'pattern.reacted',
        { type: 'pattern.finished', task: 'a', turns: 2 },
        { type: 'task.completed', task: 'a', attempt: 1, output: 'paid back' },
        'workflow.completed',
      );
  });

  test('loses nothing of what it gave, whatever the next one is shown of the rest', () => {
    const run = desk({ context: 'none' }).commands(
      answers('a', 'one', to('billing', { input: 'look' })),
      answers('a[2]', 'two', to('tech')),
      answers('a[3]', 'three', to('billing-2', { context: 'last' })),
    );
    expect(seen(run, 3)).toMatchObject({ messages: [], results: [{ turn: 2, output: 'two' }] });
    expect(seen(run, 4)).toMatchObject({
      messages: [{ turn: 3 }],
      results: [{ turn: 3, output: 'three' }],
    });
    // What it was handed on with goes along, until somebody says otherwise.
    expect([1, 2, 3, 4].map((turn) => itemInput(run.state, 0, turn))).toEqual([
      'my bill',
      'look',
      'look',
      'look',
    ]);
    expect(run.log.filter(({ type }) => type === 'pattern.reacted')).toMatchObject([
      { turns: [{ to: 'billing' }], inputs: ['look'] },
      { turns: [{ to: 'tech', inputOf: 2 }], inputs: [null] },
      { turns: [{ to: 'billing-2', inputOf: 2 }], inputs: [null] },
    ]);
  });

  test('of two hand-offs in one answer makes the first, and people are told of the second', () => {
    const run = desk().commands(answers('a', 1, to('tech'), to('billing')));
    expect(run.log.at(-2)).toMatchObject({
      reason: 'triage hands on to tech; of one answer the first hand-off counts, and not that to billing',
      turns: [{ to: 'tech' }],
      facts: [
        { fact: 'handed_off', to: 'tech' },
        { fact: 'passed_over', by: 'triage', to: 'billing', ask: 'hand_off' },
      ],
    });
  });

  test('finishes with its answer, or with another result', () => {
    const run = desk()
      .commands(answers('a', 1, to('tech')), answers('a[2]', 'noise', { kind: 'finish', output: 'signal' }))
      .thenIs('completed');
    expect(run.log.at(-2)).toMatchObject({ output: 'signal' });
    expect(
      desk()
        .commands(answers('a', 'it', { kind: 'finish' }))
        .log.at(-2),
    ).toMatchObject({ output: 'it' });
  });

  test.each<[why: string, asks: readonly Ask[]]>([
    ['it hands on to nobody, who is not of the team; there is triage, billing and tech', [to('nobody')]],
    ['it hands on to itself: whoever answers without handing on gives the result', [to('triage')]],
    ['it hands on to tech, and triage may hand on to billing', [to('tech')]],
    [
      'it asks for hand_off and finish with one answer, and only one of them can be',
      [to('billing'), { kind: 'finish' }],
    ],
    [
      'it asks more than one person at once, and there is one who goes on',
      [
        { kind: 'ask_person', prompt: 'a?' },
        { kind: 'ask_person', prompt: 'b?' },
      ],
    ],
    [
      'it says what counts if nobody answers, and not after what time: ask_person needs `timeoutMs`',
      [{ kind: 'ask_person', prompt: 'a?', otherwise: 1 }],
    ],
  ])('is refused: %s', (message, asks) => {
    const run = desk({ targets: { triage: ['billing'] } })
      .when(answers('a', 1, ...asks))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
    expect(run.log.at(-3)).toMatchObject({ error: { code: 'ask_refused', message } });
  });

  test('is shown whom it may hand on to, by its seat or its group', () => {
    const run = desk({ targets: { billing: ['tech'], 'billing-2': [] } }).commands(
      answers('a', 1, to('billing-2')),
    );
    expect(seen(run, 2)?.shown).toEqual({ targets: [] });
    run.commands(answers('a[2]', 2, to('tech')));
    expect(run.log.at(-3)).toMatchObject({
      error: { message: 'it hands on to tech, and billing-2 may hand on to nobody' },
    });
    const other = desk({ targets: { billing: ['tech'] } }).commands(answers('a', 1, to('billing-1')));
    expect(seen(other, 2)?.shown).toEqual({ targets: ['tech'] });
  });

  test('that plays ping-pong is at a limit, and the last answer is the result', () => {
    const pingPong = (limits?: TeamUse['limits']): Given =>
      desk({}, limits).commands(
        answers('a', 1, to('tech')),
        answers('a[2]', 2, to('triage')),
        answers('a[3]', 3, to('tech')),
        answers('a[4]', 4, to('triage')),
      );
    const run = pingPong().thenIs('completed');
    expect(run.state.tasks[0]?.stopReason).toBe(
      'limit of the pattern handoff: triage>tech, tech>triage came 2 times in a row',
    );
    expect(run.log.at(-2)).toMatchObject({ output: 4 });
    const failed = pingPong({ onLimit: 'fail' }).thenIs('failed');
    expect(failed.state.status).toMatchObject({ error: { code: 'pattern_limit' } });
  });

  test('hands on as often as it may', () => {
    const run = desk({}, { handOffs: 1 }).commands(
      answers('a', 1, to('tech')),
      answers('a[2]', 2, to('billing')),
    );
    expect(run.state.tasks[0]?.stopReason).toBe('limit of the pattern handoff: 1 hand-offs');
  });

  test('that fails is the end, or leads back to whoever handed on to it', () => {
    const end = desk().commands(answers('a', 1, to('tech')), fails('a[2]'));
    end.thenIs('failed');
    const back = desk({ on_agent_failure: 'return' }).commands(answers('a', 1, to('tech')), fails('a[2]'));
    expect(back.log.at(-2)).toMatchObject({
      reason: 'tech failed, and triage goes on',
      turns: [{ to: 'triage', results: [2], takesTaskInput: true }],
      mark: 'tech>triage',
    });
    expect(seen(back, 3)).toMatchObject({ results: [{ error: { code: 'agent_error' } }] });
    // Nobody handed on to it.
    back.commands(fails('a[3]')).thenIs('failed');
  });
});

describe('an agent that is not at its place', () => {
  test('is not of the team behind it, and simply answers', () => {
    const run = given(
      aPlan({
        team: { pattern: handoff, options: withDefaults(), members: ['tech'] },
        agents: { triage: 1, tech: 1 },
      }),
    ).commands(starts(), answers('a', 1, to('tech')));
    expect(run.state.status).toMatchObject({
      error: { code: 'ask_refused', message: 'triage is not of the team; there is tech' },
    });
  });

  test('has not begun when its turn is cancelled', () => {
    const run = given(
      aPlan({
        team: { pattern: handoff, options: withDefaults() },
        agents: { triage: 1, tech: 1 },
        tasks: { a: [], b: { agent: 'tech' } },
      }),
    ).commands(starts(), answers('a', 1, to('tech')), cancelsTask('a[2]'));
    expect(reasons(run).at(-1)).toBe('tech failed');
    run.thenIs('running').commands(completes('b')).thenIs('failed');
  });
});

describe('a person who is asked', () => {
  const question: Extract<Ask, { kind: 'ask_person' }> = {
    kind: 'ask_person',
    prompt: 'Refund?',
    of: 'managers',
    timeoutMs: 60_000,
  };
  const asking = (more: Partial<Extract<Ask, { kind: 'ask_person' }>> = {}): Given =>
    desk().when(answers('a', 'a case', { ...question, ...more }));

  test('takes a turn without a seat, and whoever asked goes on with the answer', () => {
    const run = asking()
      .thenHappens('pattern.started', 'pattern.reacted', {
        type: 'human.requested',
        task: 'a',
        item: 2,
        attempt: 1,
        prompt: 'Refund?',
        of: 'managers',
        until: 60_000,
      })
      .when(answersPerson('a[2]', { output: { most: 50 } }))
      .thenHappens(
        {
          type: 'human.answered',
          task: 'a',
          item: 2,
          attempt: 1,
          decision: 'approved',
          id: 'answer',
          by: 'ann',
        },
        { type: 'task.completed', task: 'a', item: 2, attempt: 1, output: { most: 50 } },
        'pattern.reacted',
        'agent.task_assigned',
      );
    expect(reasons(run)).toEqual(['triage asks managers', 'managers answered']);
    expect(seen(run, 3)).toMatchObject({
      results: [
        { turn: 1, output: 'a case' },
        { turn: 2, by: 'managers', purpose: 'person', output: { most: 50 } },
      ],
    });
    run.commands(completes('a[3]', 'done')).thenIs('completed');
  });

  test('may say no, and whoever asked is told', () => {
    const run = desk()
      .when(answers('a', 'a case', { kind: 'ask_person', prompt: 'Refund?' }))
      .thenHappens('pattern.started', 'pattern.reacted', 'human.requested')
      .when(rejects('a[2]', 'too dear'))
      .thenHappens(
        'human.answered',
        {
          type: 'task.failed',
          task: 'a',
          item: 2,
          attempt: 1,
          error: { code: 'rejected', message: 'ann rejected it: too dear', retry: 'never' },
          handled: 'team',
        },
        'pattern.reacted',
        'agent.task_assigned',
      );
    expect(reasons(run)).toEqual(['triage asks somebody', 'there is no answer of somebody']);
    expect(seen(run, 3)).toMatchObject({ results: [{}, { by: 'somebody', error: { code: 'rejected' } }] });
  });

  test('is silent: the default is the answer', () => {
    const run = asking({ otherwise: 'no' })
      .when(fires('wait_due', 'a[2]'), 60_000)
      .thenHappens(
        { type: 'human.defaulted', task: 'a', item: 2, attempt: 1, afterMs: 60_000 },
        { type: 'task.completed', task: 'a', item: 2, attempt: 1, output: 'no' },
        'pattern.reacted',
        'agent.task_assigned',
      );
    expect(seen(run, 3)).toMatchObject({ results: [{}, { output: 'no' }] });
  });

  test('is silent, and there is no default: it is a turn that failed', () => {
    asking()
      .when(fires('wait_due', 'a[2]'), 60_000)
      .thenHappens(
        { type: 'task.timed_out', task: 'a', item: 2, attempt: 1, afterMs: 60_000 },
        {
          type: 'task.failed',
          task: 'a',
          item: 2,
          attempt: 1,
          error: { code: 'wait_timed_out', message: 'nobody answered within 1 min' },
          handled: 'team',
        },
        'pattern.reacted',
        'agent.task_assigned',
      );
  });

  test('may be asked without end, by the same question, as often as nothing else is', () => {
    const run = asking();
    for (const turn of [2, 4]) {
      run.commands(answersPerson(`a[${turn}]`, { id: `${turn}` }), answers(`a[${turn + 1}]`, turn, question));
    }
    expect(run.state.tasks[0]?.stopReason).toContain('triage?Refund? came 2 times in a row');
  });
});

describe('a team of the pattern handoff', () => {
  const { members } = teamOf(handoff, [{ name: 'x', count: 2, capabilities: [] }], undefined);
  const team = teamOf(handoff, [{ name: 'x', count: 2, capabilities: [] }], undefined);

  test('names only those who are of it in its options', () => {
    expect(members).toMatchObject([{ name: 'x', role: 'agent' }]);
    expect(handoff.validate({ team, options: {} })).toEqual([]);
    expect(handoff.validate({ team, options: { first: 'y', targets: { z: ['x-1', 'w'], x: [] } } })).toEqual([
      { path: ['first'], message: 'y is not of the team; there is x' },
      { path: ['targets', 'z'], message: 'z is not of the team; there is x' },
      { path: ['targets', 'z', 1], message: 'w is not of the team; there is x' },
    ]);
  });

  test('begins with the one it is told, with the opener, or with the first', () => {
    const first = (options: JsonObject): unknown =>
      given(
        aPlan({
          agents: { triage: 1, billing: 1 },
          tasks: { a: { team: { pattern: handoff, options: withDefaults(options) }, agent: 'billing' } },
        }),
      )
        .commands(starts())
        .log.at(-1);
    expect(first({})).toMatchObject({ seat: 'billing' });
    expect(first({ first: 'triage' })).toMatchObject({ seat: 'triage' });
    const view = {
      setup: { team, options: {} },
      state: { active: '', before: '', turn: 1 },
      input: null,
      now: 0,
      turns: 0,
      open: 0,
      opener: undefined,
      turn: () => {
        throw new Error('there is none');
      },
      output: () => null,
      asks: () => [],
    };
    expect(handoff.react(view, { kind: 'started' }).moves).toMatchObject([{ to: 'x' }]);
  });
});
