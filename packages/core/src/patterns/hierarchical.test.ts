import {
  type AgentSketch,
  answersPerson,
  aPlan,
  cancelsTask,
  completes,
  type DefinitionSketch,
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
import { teamSeen } from '../kernel/execution/team-seen.ts';
import { NO_VALUES } from '../kernel/values.ts';
import type { TeamUse } from '../plan/team.ts';
import type { Ask } from './asks.ts';
import { hierarchical } from './hierarchical.ts';
import { hierarchyOf } from './hierarchy.ts';
import { type Candidate, teamOf } from './team.ts';

const options = { span: 10, max_parallel: 3 };
const under = (reportsTo: string, count = 1): AgentSketch => ({ reportsTo, count });
/** boss <- (lead <- (hands, eyes), other) */
const agents: Record<string, AgentSketch> = {
  boss: {},
  lead: under('boss', 2),
  hands: under('lead', 4),
  eyes: under('lead'),
  other: under('boss'),
};
const firm = (more: DefinitionSketch = {}, limits?: TeamUse['limits']): Given =>
  given(
    aPlan({
      team: { pattern: hierarchical, options, ...(limits === undefined ? {} : { limits }) },
      agents,
      ...more,
    }),
  ).commands(starts({ input: 'a house' }));
const part = (to: string, input: Json = to, reason?: string): Ask => ({
  kind: 'delegate',
  to,
  input,
  ...(reason === undefined ? {} : { reason }),
});
const answers = (turn: number, output: Json, ...directives: Ask[]): Told =>
  completes(turn === 0 ? 'a' : `a[${turn}]`, output, { directives });
const seen = ({ state }: Given, turn: number) => teamSeen(state, 0, turn, NO_VALUES);
const last = ({ log }: Given) => log.findLast((event) => event.type === 'pattern.reacted');
const open = ({ state }: Given) => state.tasks[0]?.team?.state;

describe('a manager', () => {
  test('delegates down the tree, and results go up', () => {
    const run = firm()
      .commands(answers(0, 'plan', part('lead', 'walls', 'they know walls'), part('other', 'roof')))
      .commands(answers(2, 'two walls', part('hands-1', 'north'), part('eyes', 'look')));
    expect(open(run)).toEqual({
      up: { 2: 1, 3: 1, 4: 2, 5: 2 },
      part: {},
      rounds: {
        1: { to: 'boss', part: 1, left: 2, results: {} },
        2: { to: 'lead', part: 2, left: 2, results: {} },
      },
    });
    // Two levels are at work at once.
    run.commands(completes('a[4]', 'north wall'), completes('a[3]', 'the roof'));
    expect(last(run)).toMatchObject({ turn: 3, reason: 'other has answered' });
    run.commands(completes('a[5]', 'it stands'));
    expect(last(run)).toMatchObject({
      reason: 'eyes has answered; lead has all it delegated',
      turns: [{ to: 'lead', purpose: 'lead', inputOf: 2, results: [4, 5], recalls: [2] }],
    });
    expect(seen(run, 6)).toMatchObject({
      results: [
        { turn: 4, by: 'hands-1', output: 'north wall' },
        { turn: 5, by: 'eyes', output: 'it stands' },
      ],
      messages: [{ turn: 2, output: 'two walls' }],
    });
    expect(open(run)).toMatchObject({ up: { 2: 1 }, part: { 6: 2 }, rounds: { 1: { left: 1 } } });
    run.commands(completes('a[6]', 'all walls'));
    expect(seen(run, 7)).toMatchObject({
      results: [
        { turn: 6, output: 'all walls' },
        { turn: 3, output: 'the roof' },
      ],
      messages: [{ turn: 1 }],
    });
    run.commands(completes('a[7]', 'a house')).thenIs('completed');
    expect(open(run)).toEqual({ up: {}, part: { 7: 1 }, rounds: {} });
    expect(run.log.at(-2)).toMatchObject({ task: 'a', output: 'a house' });
    expect(run.log.filter(({ type }) => type === 'pattern.reacted')[0]).toMatchObject({
      facts: [
        { fact: 'delegated', by: 'boss', to: 'lead', reason: 'they know walls' },
        { fact: 'delegated', by: 'boss', to: 'other' },
      ],
    });
  });

  test('hears of a failure, tries again, and gives it to another', () => {
    const run = firm().commands(answers(0, 1, part('lead')), fails('a[2]'));
    expect(last(run)).toMatchObject({ reason: 'lead-1 failed; boss has all it delegated' });
    expect(seen(run, 3)).toMatchObject({ results: [{ turn: 2, error: { code: 'agent_error' } }] });
    run.commands(answers(3, 2, part('lead')), fails('a[4]'), answers(5, 3, part('other')));
    run.commands(completes('a[6]', 'done'), completes('a[7]', 'done')).thenIs('completed');
  });

  test('does not try the same for ever', () => {
    const run = firm().commands(answers(0, 1, part('lead')));
    for (const turn of [2, 4]) run.commands(fails(`a[${turn}]`), answers(turn + 1, turn, part('lead')));
    run.thenIs('completed');
    expect(run.state.tasks[0]?.stopReason).toContain('came 2 times in a row');
    const strict = firm({}, { turns: 2, onLimit: 'fail' }).commands(
      answers(0, 1, part('lead'), part('other')),
    );
    expect(strict.state.status).toMatchObject({ error: { code: 'pattern_limit' } });
  });

  test('that fails at its second turn has failed at its part', () => {
    const run = firm().commands(
      answers(0, 1, part('lead')),
      answers(2, 2, part('eyes')),
      completes('a[3]'),
      fails('a[4]'),
    );
    expect(seen(run, 5)).toMatchObject({ results: [{ turn: 4, error: { code: 'agent_error' } }] });
    run.commands(fails('a[5]')).thenIs('failed');
  });

  test('finishes with another result than its answer, where it leads all of it', () => {
    const run = firm().commands(
      answers(0, 1, part('other')),
      completes('a[2]'),
      answers(3, 'noise', { kind: 'finish', output: 'signal' }),
    );
    expect(run.log.at(-2)).toMatchObject({ output: 'signal' });
    const plain = firm().commands(answers(0, 'it', { kind: 'finish' }));
    expect(plain.log.at(-2)).toMatchObject({ output: 'it' });
  });

  test.each<[why: string, asks: readonly Ask[]]>([
    ['it delegates to itself; lead and other report to it', [part('boss')]],
    ['it delegates to nobody, who is not of the team; lead and other report to it', [part('nobody')]],
    ['it delegates to eyes, who reports to lead; lead and other report to it', [part('eyes')]],
    ['it delegates 4 parts at once, and 3 are allowed', [1, 2, 3, 4].map((n) => part('lead', n))],
    ['boss reports to nobody: it may ask a person', [{ kind: 'escalate', reason: 'hm' }]],
    [
      'it asks for delegate and finish with one answer, and not all of it can be',
      [part('lead'), { kind: 'finish' }],
    ],
  ])('is refused: %s', (message, asks) => {
    expect(firm().commands(answers(0, 1, ...asks)).state.status).toMatchObject({
      error: { code: 'ask_refused', message },
    });
  });

  test.each<[why: string, ask: Ask]>([
    ['it delegates to boss, who reports to nobody; hands and eyes report to it', part('boss')],
    ['only boss asks a person: lead-1 escalates', { kind: 'ask_person', prompt: 'Well?' }],
    [
      'lead-1 does a part: its answer is the result of that, and whoever leads finishes',
      { kind: 'finish', output: 1 },
    ],
  ])('below another one is refused: %s', (message, ask) => {
    const run = firm().commands(answers(0, 1, part('lead')), answers(2, 2, ask));
    expect(run.log).toContainEqual(
      expect.objectContaining({ error: { code: 'ask_refused', message }, handled: 'team' }),
    );
  });

  test('delegates only what it has somebody for', () => {
    const run = firm().commands(answers(0, 1, part('other')), answers(2, 2, part('eyes')));
    expect(run.log).toContainEqual(
      expect.objectContaining({
        error: {
          code: 'ask_refused',
          message: 'it delegates to eyes, who reports to lead; nobody reports to it',
        },
      }),
    );
  });
});

describe('what is escalated', () => {
  test('is the result of its part, and the manager is told why', () => {
    const run = firm().commands(
      answers(0, 1, part('lead')),
      answers(2, 2, part('eyes')),
      answers(3, 'both look right', { kind: 'escalate', reason: 'a tie', input: ['x', 'y'] }),
    );
    expect(last(run)).toMatchObject({
      reason: 'eyes escalates to lead: a tie; lead has all it delegated',
      facts: [{ fact: 'escalated', by: 'eyes', to: 'lead', reason: 'a tie' }],
    });
    expect(seen(run, 4)?.results).toEqual([
      {
        turn: 3,
        by: 'eyes',
        purpose: 'part',
        output: 'both look right',
        escalated: { reason: 'a tie', input: ['x', 'y'] },
      },
    ]);
    run.commands(answers(4, 'nor do I know', { kind: 'escalate', reason: 'still a tie' }));
    expect(seen(run, 5)).toMatchObject({
      results: [{ turn: 4, escalated: { reason: 'still a tie' } }],
    });
  });

  test('by who began the task is for its manager to end', () => {
    const run = firm({ tasks: { a: { agent: 'eyes' } } }).commands(
      answers(0, 'no idea', { kind: 'escalate', reason: 'too hard' }),
    );
    expect(last(run)).toMatchObject({
      reason: 'eyes escalates to lead: too hard',
      turns: [{ to: 'lead', purpose: 'escalated', takesTaskInput: true, results: [1] }],
    });
    run.commands(completes('a[2]', 'easy')).thenIs('completed');
    expect(run.log.at(-2)).toMatchObject({ output: 'easy' });
  });
});

describe('the root', () => {
  const question: Ask = { kind: 'ask_person', prompt: 'Blue?', of: 'the owner', timeoutMs: 60_000 };

  test('asks a person beside what it delegates, and goes on with both', () => {
    const run = firm().commands(answers(0, 1, part('other'), question), completes('a[2]', 'a roof'));
    run
      .when(answersPerson('a[3]', { output: 'green' }))
      .thenHappens('human.answered', 'task.completed', 'pattern.reacted', 'agent.task_assigned');
    expect(seen(run, 4)).toMatchObject({
      results: [{ output: 'a roof' }, { by: 'the owner', output: 'green' }],
    });
  });

  test('is told that nobody answered, or that somebody said no', () => {
    const silent = firm()
      .commands(answers(0, 1, question))
      .at(60_000)
      .commands(fires('wait_due', 'a[2]'));
    expect(last(silent)).toMatchObject({
      reason: 'there is no answer of the owner; boss has all it delegated',
    });
    expect(seen(silent, 3)).toMatchObject({ results: [{ error: { code: 'wait_timed_out' } }] });
    const no = firm().commands(answers(0, 1, { kind: 'ask_person', prompt: 'Blue?' }), rejects('a[2]'));
    expect(seen(no, 3)).toMatchObject({ results: [{ by: 'somebody', error: { code: 'rejected' } }] });
  });

  test('is the head where nobody reports to anybody, else the opener, else the first', () => {
    const first = (more: DefinitionSketch): unknown =>
      firm({ tasks: { a: { team: { pattern: hierarchical, options } } }, ...more }).log.at(-1);
    expect(first({})).toMatchObject({ seat: 'boss' });
    const flat = { x: {}, y: {}, z: {} };
    expect(first({ agents: flat })).toMatchObject({ seat: 'x' });
    expect(first({ agents: { ...flat, y: { role: 'head' } } })).toMatchObject({ seat: 'y' });
    const use = { pattern: hierarchical, options };
    const opened = firm({ agents: flat, tasks: { a: { agent: 'z' } }, team: use });
    opened.commands(answers(0, 1, part('x')), completes('a[2]'), completes('a[3]')).thenIs('completed');
    const outside = { team: { ...use, members: ['x', 'y'] }, agents: flat, tasks: { a: { agent: 'z' } } };
    expect(firm(outside).commands(answers(0, 1, part('x'))).state.status).toMatchObject({
      error: { message: 'z is not of the team' },
    });
    const nobodyOpens = teamOf(hierarchical, [{ name: 'x', count: 1, capabilities: [] }], undefined);
    expect(hierarchyOf(nobodyOpens, undefined).root?.name).toBe('x');
  });

  test('goes on without a part that was cancelled before it began', () => {
    const run = firm({ tasks: { a: [], b: { agent: 'other' } } }).commands(
      answers(0, 1, part('other')),
      cancelsTask('a[2]'),
    );
    expect(last(run)).toMatchObject({ reason: 'other failed; boss has all it delegated' });
  });
});

describe('a hierarchy', () => {
  const problems = (groups: Record<string, Partial<Candidate>>, more: JsonObject = {}) =>
    hierarchical.validate({
      team: teamOf(
        hierarchical,
        Object.entries(groups).map(([name, group]) => ({ name, count: 1, capabilities: [], ...group })),
        undefined,
      ),
      options: { ...options, ...more },
    });

  test('is a tree, of any depth and of whatever nobody says', () => {
    expect(problems({ a: {}, b: { reportsTo: 'a' }, c: { reportsTo: 'b' } })).toEqual([]);
    expect(problems({ a: {}, b: {} }, { span: 1 })).toEqual([]);
  });

  test('has one who leads all', () => {
    expect(problems({ a: {}, b: {}, c: { reportsTo: 'a' } })).toEqual([
      {
        path: [],
        group: 'b',
        message: 'b reports to nobody, and neither does a: there is one who leads all',
        hint: 'add `reports_to: a`',
      },
    ]);
    expect(problems({ a: {}, b: { reportsTo: 'a', role: 'head' } })).toEqual([
      {
        path: ['role'],
        group: 'b',
        message: 'b is the head, and reports to a',
        hint: 'remove `role`: who reports to nobody leads',
      },
    ]);
    expect(problems({ a: { role: 'head' }, b: { reportsTo: 'a' } })).toEqual([]);
  });

  test('has no circle, and each is told once', () => {
    expect(
      problems({
        a: {},
        b: { reportsTo: 'd' },
        c: { reportsTo: 'b' },
        d: { reportsTo: 'c' },
        e: { reportsTo: 'b' },
        f: { reportsTo: 'f' },
      }),
    ).toEqual([
      {
        path: ['reports_to'],
        group: 'c',
        message: 'they report to each other in a circle: b -> d -> c -> b',
      },
      { path: ['reports_to'], group: 'f', message: 'they report to each other in a circle: f -> f' },
    ]);
  });

  test('knows its managers, and they are groups', () => {
    const there = { a: { count: 2 }, b: { reportsTo: 'x' }, c: { reportsTo: 'a-1' } };
    expect(problems(there)).toEqual([
      { path: ['reports_to'], group: 'b', message: 'b reports to x, which is no group of the team' },
      { path: ['reports_to'], group: 'c', message: 'c reports to a-1, which is no group of the team' },
    ]);
  });

  test('has a bounded span of control', () => {
    const wide = { a: {}, b: { reportsTo: 'a' }, c: { reportsTo: 'a' } };
    expect(problems(wide, { span: 2 })).toEqual([]);
    expect(problems(wide, { span: 1 })).toEqual([
      {
        path: [],
        group: 'a',
        message: '2 groups report to a, and the span of control is 1',
        hint: 'put managers between, or raise `span` of the options',
      },
    ]);
  });
});
