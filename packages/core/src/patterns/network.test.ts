import { aPlan, completes, fails, type Given, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import type { TeamTask } from '../plan/definition.ts';
import { createPlan } from '../plan/plan.ts';
import type { Ask } from './asks.ts';
import { network } from './network.ts';
import { teamOf } from './team.ts';

const DEFAULTS = { topology: 'mesh', max_hops: 10, max_batch: 100, start: 'first', merge: 'all' };

const FOUR = { a: 1, b: 1, c: 1, d: 1 };

function peers(options: JsonObject = {}, agents: Readonly<Record<string, number>> = FOUR): Given {
  const team = { pattern: network as never, options: { ...DEFAULTS, ...options } };
  return given(aPlan({ agents, tasks: { t: { team } } })).commands(starts());
}

const says = (place: string, output: Json, ...directives: Ask[]) => completes(place, output, { directives });
const to = (peer: string, data: Json = null): Ask => ({ kind: 'send', to: peer, data });
const tell = (topic: string, data: Json = null): Ask => ({ kind: 'send', topic, data });

/** What was reacted last, which peers have a turn after it, and what they work on. */
const lastReaction = (run: Given) => run.log.findLast((event) => event.type === 'pattern.reacted');
const toWhom = (run: Given) => lastReaction(run)?.turns?.map((turn) => turn.to) ?? [];
const inputs = (run: Given) => (lastReaction(run)?.inputs ?? []) as readonly Json[];
const result = (run: Given): unknown => {
  const status = run.state.tasks[0]?.items[0]?.status;
  return status?.kind === 'completed' ? status.output : status;
};
const refusal = (run: Given): string => {
  const failed = run.log.findLast((event) => event.type === 'task.failed');
  return failed?.error.message ?? '';
};

describe('a network', () => {
  test('of a plain agent that sends goes on from its answer, and ends when it falls silent', () => {
    const plan = aPlan({
      team: { pattern: network, options: DEFAULTS },
      agents: { a: 1, b: 1 },
      tasks: { t: { agent: 'a' } },
    });
    const run = given(plan)
      .commands(starts())
      .when(says('t', 'hello', to('b', { ask: 1 })))
      .thenHappens('pattern.started', 'pattern.reacted', 'agent.task_assigned');
    expect(inputs(run)).toEqual([{ messages: [{ from: 'a', turn: 1, hop: 1, data: { ask: 1 } }] }]);
    expect(lastReaction(run)?.turns?.[0]).toMatchObject({ to: 'b', purpose: 'messages', results: [1] });
    run.when(completes('t[2]', 'hi'));
    expect(result(run)).toEqual({ a: 'hello', b: 'hi' });
  });

  test('begins with the peer the task is given to, the hub, the first one, or all of them', () => {
    expect(toWhom(peers())).toEqual(['a']);
    expect(toWhom(peers({ topology: 'star', hub: 'c' }))).toEqual(['c']);
    expect(toWhom(peers({ start: 'all' }))).toEqual(['a', 'b', 'c', 'd']);
    const team = { pattern: network as never, options: DEFAULTS };
    const plan = aPlan({ agents: { a: 1, b: 2 }, tasks: { t: { team, agent: 'b' } } });
    expect(toWhom(given(plan).commands(starts()))).toEqual(['b-1']);
    const { who: _, ...anybodys } = plan.definition.tasks[0] as TeamTask;
    const ofAll = createPlan({ ...plan.definition, tasks: [anybodys] });
    expect(toWhom(given(ofAll).commands(starts()))).toEqual(['a']);
  });

  test('hands over what waits for a peer at work together, in its next turn', () => {
    const run = peers({ start: 'all' });
    run.commands(says('t[1]', 1, to('d', 'from a')), says('t[2]', 2, to('d', 'from b')));
    expect(toWhom(run)).toEqual([]);
    run.when(completes('t[4]', 4));
    expect(toWhom(run)).toEqual(['d']);
    expect(inputs(run)).toEqual([
      {
        messages: [
          { from: 'a', turn: 1, hop: 1, data: 'from a' },
          { from: 'b', turn: 2, hop: 1, data: 'from b' },
        ],
      },
    ]);
    run.commands(completes('t[5]', 5), completes('t[3]', 3));
    expect(result(run)).toEqual({ a: 1, b: 2, c: 3, d: 5 });
  });

  test('shows a peer the turns it took before, where it is to remember them', () => {
    const run = peers({ context: 'filter' });
    run.commands(says('t[1]', 'mine', to('b')), says('t[2]', 'yours', to('a')));
    expect(lastReaction(run)?.turns).toMatchObject([{ to: 'a', results: [2], context: 'filter' }]);
    const silent = peers({ context: 'none' }).when(says('t[1]', 'mine', to('b')));
    expect(lastReaction(silent)?.turns?.[0]).not.toHaveProperty('context');
  });

  test('gives a peer at most a batch of what waits, and the rest with the turn after', () => {
    const run = peers({ start: 'all', max_batch: 2 });
    run.commands(...[1, 2, 3].map((n) => says(`t[${n}]`, n, to('d', n))), completes('t[4]', 4));
    expect(inputs(run)).toMatchObject([{ messages: [{ data: 1 }, { data: 2 }] }]);
    run.commands(completes('t[5]', 5));
    expect(inputs(run)).toMatchObject([{ messages: [{ data: 3 }] }]);
    run.commands(completes('t[6]', 6));
    expect(result(run)).toMatchObject({ d: 6 });
  });

  test('gives the rest of a batch to a peer that was free when all of it came', () => {
    const run = peers({ max_batch: 1 });
    run.commands(says('t[1]', 1, to('b', 1), to('b', 2)));
    expect(inputs(run)).toMatchObject([{ messages: [{ data: 1 }] }]);
    run.commands(completes('t[2]', 2));
    expect(inputs(run)).toMatchObject([{ messages: [{ data: 2 }] }]);
  });

  test('does not send what would be a hop too many', () => {
    const run = peers({ max_hops: 2 });
    run.commands(says('t[1]', 1, to('b')), says('t[2]', 2, to('a')), says('t[3]', 3, to('b'), to('c')));
    expect(run.state.tasks[0]?.team?.state['dropped']).toBe(2);
    expect(run.log).toContainEqual(
      expect.objectContaining({ reason: 'a sends 2, and 2 that would be a hop too many are not sent' }),
    );
    expect(result(run)).toEqual({ a: 3, b: 2 });
  });

  test('tells all who hear a topic, but not who tells it', () => {
    const run = peers({ topology: 'ring', topics: { news: ['a', 'c', 'd'] } });
    run.commands(says('t[1]', 1, tell('news', 'x')));
    expect(toWhom(run)).toEqual(['c', 'd']);
    expect(inputs(run)[0]).toEqual({ messages: [{ from: 'a', turn: 1, hop: 1, data: 'x', topic: 'news' }] });
    expect(lastReaction(run)?.facts).toEqual([{ fact: 'message_sent', by: 'a', topic: 'news' }]);
  });

  test('gives messages to a group to one of its seats after the other', () => {
    const run = peers({}, { a: 1, b: 3 });
    run.commands(says('t[1]', 1, to('b'), to('b'), to('b-1'), to('b'), to('b')));
    expect(toWhom(run)).toEqual(['b-1', 'b-2', 'b-3']);
    expect(inputs(run)).toMatchObject([{ messages: [{}, {}, {}] }, { messages: [{}] }, { messages: [{}] }]);
    run.commands(says('t[2]', 2, to('b')));
    expect(run.state.tasks[0]?.team?.state['waiting']).toEqual({ 'b-2': { '2.0': 2 } });
  });

  test('ends when whoever is named for it says so, with that word or with its answer', () => {
    const run = peers({ finisher: 'b' });
    run.commands(says('t[1]', 1, to('b'), to('c')), says('t[2]', 'mine', { kind: 'finish' }));
    expect(result(run)).toBe('mine');
    const other = peers({ finisher: 'a' }).commands(says('t[1]', 1, { kind: 'finish', output: 'final' }));
    expect(result(other)).toBe('final');
  });

  test('merges all outputs, or gives the last', () => {
    const ends = (merge: string): unknown =>
      result(
        peers({ merge }).commands(says('t[1]', 1, to('b')), says('t[2]', 2, to('a')), completes('t[3]', 3)),
      );
    expect(ends('concat')).toEqual([1, 2, 3]);
    expect(ends('last')).toBe(3);
  });
});

describe('a peer that fails', () => {
  test('does not hang the others: whoever wrote to it is told', () => {
    const run = peers();
    run.commands(says('t[1]', 1, to('b'), to('c')), says('t[3]', 3, to('b')), fails('t[2]'));
    // What waited for it is not lost.
    expect(toWhom(run)).toEqual(['b', 'a']);
    expect(inputs(run)).toEqual([
      { messages: [{ from: 'c', turn: 3, hop: 2, data: null }] },
      { messages: [{ from: 'b', turn: 2, failed: true }] },
    ]);
    expect(lastReaction(run)?.turns?.[1]).toMatchObject({ results: [2] });
  });

  test('of a report is reported to nobody', () => {
    const run = peers().commands(says('t[1]', 1, to('b')), fails('t[2]'), fails('t[3]'));
    expect(result(run)).toEqual({ a: 1 });
  });

  test('for its silence, after the time it has', () => {
    const run = peers({ peer_timeout_seconds: 30 });
    run.commands(says('t[1]', 1, to('b'))).when(
      {
        type: 'timer',
        timer: { kind: 'attempt_timeout', task: 't', item: 2 },
      },
      30_000,
    );
    expect(inputs(run)).toEqual([{ messages: [{ from: 'b', turn: 2, failed: true }] }]);
  });

  test('alone has no result', () => {
    const run = peers().commands(fails('t[1]'));
    expect(run.state.tasks[0]?.items[0]?.status).toMatchObject({
      kind: 'failed',
      error: { code: 'agent_error' },
    });
  });
});

describe('who writes to whom', () => {
  const refused = (options: JsonObject, ask: Ask, agents?: Readonly<Record<string, number>>): string =>
    refusal(peers(options, agents).commands(says('t[1]', 1, ask)));

  test.each<[string, JsonObject, Ask, string]>([
    [
      'nobody',
      {},
      { kind: 'send', data: 1 },
      'a message goes to somebody or to a topic, and to one of the two',
    ],
    [
      'an unknown one',
      {},
      to('e'),
      'a writes to e, who is no neighbour of it; its neighbours are b, c and d',
    ],
    ['itself', {}, to('a'), 'a writes to a, who is no neighbour of it; its neighbours are b, c and d'],
    [
      'the far side of a ring',
      { topology: 'ring' },
      to('c'),
      'a writes to c, who is no neighbour of it; its neighbours are d and b',
    ],
    [
      'past the hub',
      { topology: 'star', hub: 'd', start: 'all' },
      to('b'),
      'a writes to b, who is no neighbour of it; its neighbours are d',
    ],
    [
      'past an edge',
      {
        topology: {
          edges: [
            ['b', 'a'],
            ['b', 'c'],
          ],
        },
      },
      to('c'),
      'a writes to c, who is no neighbour of it; its neighbours are b',
    ],
    [
      'an unknown topic',
      { topics: { news: ['b'] } },
      tell('views'),
      'there is no topic views; there are news',
    ],
    [
      'a finish',
      {},
      { kind: 'finish' },
      'nobody is named as the `finisher`: the network ends when it falls silent',
    ],
    [
      'a finish of another',
      { finisher: 'b' },
      { kind: 'finish' },
      'only b says that the result is final, and this is a',
    ],
  ])('is refused: %s', (_, options, ask, why) => {
    expect(refused(options, ask)).toBe(why);
  });

  test('are those of a ring, of the hub, and of the groups that edges name', () => {
    expect(toWhom(peers({ topology: 'ring' }).commands(says('t[1]', 1, to('d'), to('b'))))).toEqual([
      'd',
      'b',
    ]);
    expect(toWhom(peers({ topology: 'star', hub: 'a' }).commands(says('t[1]', 1, to('d'), to('b'))))).toEqual(
      ['d', 'b'],
    );
    const edges = {
      topology: {
        edges: [
          ['a', 'b'],
          ['b', 'b'],
        ],
      },
    };
    const run = peers(edges, { a: 1, b: 2 }).commands(
      says('t[1]', 1, to('b-2')),
      says('t[2]', 2, to('b-1'), to('a')),
    );
    expect(toWhom(run)).toEqual(['b-1', 'a']);
  });

  test('is shown to each, as far as it need be', () => {
    const shown = (options: JsonObject, agents: Readonly<Record<string, number>>, place = 1) => {
      const run = peers(options, agents);
      const team = run.state.tasks[0]?.team;
      const setup = {
        team: teamOf(network, [...run.state.plan.definition.agents], undefined),
        options: { ...DEFAULTS, ...options },
      };
      const turn = {
        n: place,
        to: Object.keys(agents)[0] as string,
        seat: undefined,
        purpose: 'start',
        status: 'open',
      } as const;
      return network.shows?.({ setup, state: team?.state } as never, turn);
    };
    expect(shown({ topology: 'ring', topics: { news: ['b'] } }, { a: 1, b: 1 })).toEqual({
      you: 'a',
      neighbours: ['b'],
      topics: ['news'],
      hops_left: 10,
    });
    expect(shown({}, { a: 1, b: 100 })).toMatchObject({ neighbours: { length: 50 }, more_neighbours: true });
    expect(shown({ topology: 'star', hub: 'a' }, { a: 1, b: 2 })).toMatchObject({
      neighbours: ['b-1', 'b-2'],
    });
    expect(
      shown(
        {
          topology: {
            edges: [
              ['b', 'a'],
              ['a', 'b-1'],
            ],
          },
        },
        { a: 1, b: 2 },
      ),
    ).toMatchObject({
      neighbours: ['b-1', 'b-2'],
    });
    // It was not its turn to begin.
    expect(shown({ topology: 'star', hub: 'b' }, { a: 1, b: 1 })).toMatchObject({ hops_left: 10 });
    expect(shown({ topology: 'ring' }, { a: 1 })).toMatchObject({ neighbours: [] });
    expect(shown({ topology: { edges: [['b', 'c']] } }, { a: 1, b: 1, c: 1 })).toMatchObject({
      neighbours: [],
    });
  });
});

describe('the options of a network', () => {
  const problems = (options: JsonObject) => {
    const groups = [
      { name: 'a', count: 1, capabilities: [] },
      { name: 'b', count: 2, capabilities: [] },
    ];
    return network
      .validate({ team: teamOf(network, groups, undefined), options: { ...DEFAULTS, ...options } })
      .map(({ path, message }) => `${path.join('.')}: ${message}`);
  };

  test.each<[JsonObject, readonly string[]]>([
    [
      {
        finisher: 'b',
        topics: { news: ['a', 'b-2'] },
        topology: {
          edges: [
            ['a', 'b'],
            ['b', 'b'],
          ],
        },
      },
      [],
    ],
    [
      { finisher: 'x', topics: { news: ['a', 'y'] } },
      ['finisher: x is not of the team', 'topics.news.1: y is not of the team'],
    ],
    [{ topology: 'star' }, ['topology: a star has a hub']],
    [{ topology: 'star', hub: 'z' }, ['hub: z is not of the team']],
    [{ hub: 'a' }, ['hub: only a star has a hub']],
    [
      {
        topology: {
          edges: [
            ['a', 'q'],
            ['a', 'a'],
          ],
        },
      },
      ['topology.edges.0.1: q is not of the team', 'topology.edges.1: a would be its own neighbour'],
    ],
  ])('%j', (options, expected) => {
    expect(problems(options)).toEqual(expected);
  });
});
