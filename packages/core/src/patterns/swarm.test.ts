import { type AgentSketch, aPlan, completes, fails, type Given, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../json.ts';
import type { Task } from '../kernel/execution/state.ts';
import { runOf, turnOf, viewOfTeam } from '../kernel/execution/team-view.ts';
import { nth } from '../nth.ts';
import type { Ask } from './asks.ts';
import { swarm } from './swarm.ts';
import { teamOf } from './team.ts';

const DEFAULTS = {
  allocation: 'claim',
  bidders: 10,
  bidding_seconds: 60,
  steal: false,
  vote: 'majority',
  undecided: 'most',
  start: 'first',
  merge: 'all',
};
const FOUR: Readonly<Record<string, number | AgentSketch>> = { a: 1, b: 1, c: 1, d: 1 };

function members(options: JsonObject = {}, agents: typeof FOUR = FOUR): Given {
  const team = { pattern: swarm as never, options: { ...DEFAULTS, ...options } };
  return given(aPlan({ agents, tasks: { t: { team } } })).commands(starts());
}

const says = (n: number, output: Json, ...directives: Ask[]) => completes(`t[${n}]`, output, { directives });
const offer = (work: string, requires?: readonly string[]): Ask => ({
  kind: 'offer',
  work,
  input: `do ${work}`,
  ...(requires === undefined ? {} : { requires }),
});
const claim = (work: string): Ask => ({ kind: 'claim', work });
const bid = (work: string, cost: number): Ask => ({ kind: 'bid', work, cost });
const vote = (choice: string): Ask => ({ kind: 'vote', choice });
const write = (key: string, value: Json, ifVersion?: number): Ask => ({
  kind: 'write',
  key,
  value,
  ...(ifVersion === undefined ? {} : { ifVersion }),
});

const lastReaction = (run: Given) => run.log.findLast((event) => event.type === 'pattern.reacted');
const turns = (run: Given) => lastReaction(run)?.turns?.map(({ to, purpose }) => `${purpose} ${to}`) ?? [];
const inputs = (run: Given) => lastReaction(run)?.inputs;
const state = (run: Given) => run.state.tasks[0]?.team?.state as JsonObject;
const result = (run: Given): unknown => {
  const status = run.state.tasks[0]?.items[0]?.status;
  if (status?.kind === 'completed') return status.output;
  return status?.kind === 'failed' ? status.error : status;
};
const reasons = (run: Given) =>
  run.log.flatMap((event) => (event.type === 'pattern.reacted' ? [event.reason] : []));
const refusal = (run: Given) => run.log.findLast((event) => event.type === 'task.failed')?.error.message;
const shown = (run: Given, n: number) => {
  const task = run.state.tasks[0] as Task;
  return swarm.shows?.(viewOfTeam(run.state, runOf(task), 0) as never, turnOf(run.state, nth(task.items, n)));
};
const timeToBid = (run: Given, work: string): Given =>
  run.when({ type: 'timer', timer: { kind: 'team_due', task: 't', name: `bids ${work}` } }, 60_000);

describe('a swarm', () => {
  test('of a plain agent that offers work calls somebody who is able, and ends with what was done', () => {
    const plan = aPlan({
      team: { pattern: swarm, options: DEFAULTS },
      agents: { a: 1, b: { count: 2, capabilities: ['search'] } },
      tasks: { t: { agent: 'a' } },
    });
    const run = given(plan)
      .commands(starts())
      .when(completes('t', 'plan', { directives: [offer('x', ['search'])] }))
      .thenHappens('pattern.started', 'pattern.reacted', 'agent.task_assigned');
    expect(turns(run)).toEqual(['call b']);
    expect(inputs(run)).toEqual([{ work: 'x', input: 'do x', requires: ['search'] }]);
    run.commands(says(2, null, claim('x')));
    expect(turns(run)).toEqual(['work b-1']);
    expect(inputs(run)).toEqual([{ work: 'x', input: 'do x' }]);
    run.commands(says(3, 'found'));
    expect(result(run)).toEqual({ x: 'found' });
  });

  test('begins with one, or with every seat', () => {
    expect(turns(members())).toEqual(['start a']);
    expect(turns(members({ start: 'all' }, { a: 1, b: 2 }))).toEqual(['start a', 'start b-1', 'start b-2']);
    const team = { members: teamOf(swarm, [{ name: 'z', count: 1, capabilities: [] }], undefined).members };
    const view = { setup: { team, options: DEFAULTS }, opener: undefined };
    expect(swarm.react(view as never, { kind: 'adopted', from: 'handoff' }).moves).toMatchObject([
      { to: 'z' },
    ]);
  });

  test('in which nothing is offered gives what each said', () => {
    const run = members({ start: 'all' }, { a: 1, b: 1 }).commands(says(1, 1), says(2, 2));
    expect(result(run)).toEqual({ a: 1, b: 2 });
    expect(result(members({ merge: 'concat' }).commands(says(1, 'alone')))).toEqual(['alone']);
  });

  test('of which nobody answers fails with the last error', () => {
    expect(result(members().commands(fails('t[1]')))).toMatchObject({ code: 'agent_error' });
  });

  test('that gets no further is stopped', () => {
    const run = members({ start: 'all' }, { a: 30 });
    for (let n = 1; n <= 20; n++) run.commands(says(n, n));
    expect(run.state.tasks[0]?.stopReason).toBe('limit of the pattern swarm: 20 steps without progress');
  });
});

describe('claims', () => {
  test('the first wins, and the second is told with its next turn', () => {
    const run = members({ start: 'all' }, { a: 1, b: 1, c: 1 });
    run.commands(says(1, 1, offer('x')), says(2, 2, claim('x')));
    // Nobody had begun to look at it, and so nobody is asked any more.
    expect(lastReaction(run)?.stopped).toBeUndefined();
    expect(turns(run)).toEqual(['work b']);
    run.commands(says(3, 3, claim('x'), offer('y')));
    expect(reasons(run)).toContain('c: claims x too late, offers y');
    expect(shown(run, 3)).toMatchObject({ you: 'c', news: { x: 'b has it' } });
  });

  test('of somebody who was not asked take the question back', () => {
    const run = members({ start: 'all' }, { a: 1, b: 1 });
    // The calls went to a, who is free, and x had to wait for it.
    run.commands(says(1, 1, offer('x', []), offer('y'))).commands(says(2, 2, claim('y'), claim('x')));
    expect(reasons(run)).toContain('b: claims y, claims x');
    expect(state(run)).toMatchObject({ queue: { b: { x: true } }, busy: { b: expect.any(Number) } });
  });

  test('of what is done come too late, which is told once', () => {
    const run = members({ start: 'all' }, { a: 1, b: { capabilities: ['p'] } });
    run.commands(says(1, 1, offer('x'), claim('x')), says(3, 'done'));
    run.commands(says(2, 2, claim('x'), offer('y', ['p'])));
    expect(state(run)).toMatchObject({ news: { b: { x: 'it is done' } } });
    run.commands(says(4, 4, claim('y')));
    expect(state(run)).toMatchObject({ news: {} });
    expect(state(run)).not.toHaveProperty('news.b');
    run.commands(says(5, 'y done'));
    expect(result(run)).toEqual({ x: 'done', y: 'y done' });
  });

  test('of several are done one after the other, and of one twice once', () => {
    const run = members({}, { a: 1 });
    run.commands(says(1, 1, offer('x'), offer('y'), claim('x'), claim('y'), claim('x')));
    expect(turns(run)).toEqual(['work a']);
    run.commands(says(2, 'x done'));
    expect(turns(run)).toEqual(['work a']);
    run.commands(says(3, 'y done'));
    expect(result(run)).toEqual({ x: 'x done', y: 'y done' });
  });

  test('that nobody comes to are taken over by whoever is idle and able', () => {
    const agents = { a: { capabilities: ['p'] }, b: { capabilities: ['p'] }, c: 1 };
    const run = members({ start: 'all', steal: true }, agents);
    run.commands(says(1, 1, offer('x'), offer('y', ['p']), claim('x'), claim('y')));
    expect(state(run)).toMatchObject({ queue: { a: { y: true } } });
    // It is not able to.
    run.commands(says(3, 3));
    expect(turns(run)).toEqual([]);
    run.commands(says(2, 2));
    expect(reasons(run).at(-1)).toBe('b: takes y over from a');
    expect(turns(run)).toEqual(['work b']);
    expect(state(run)).not.toHaveProperty('queue.a');
    run.commands(says(4, 'x done'), says(5, 'y done'));
    expect(result(run)).toEqual({ x: 'x done', y: 'y done' });
  });

  test('of work that nobody wants are waited for in vain', () => {
    const run = members({}, { a: 1, b: 1 }).commands(
      says(1, 'plan', offer('x')),
      says(2, null),
      says(3, null),
    );
    expect(reasons(run)).toContain('b: does not want x, nobody wants x');
    expect(result(run)).toEqual({ a: null, b: null });
    expect(run.state.tasks[0]?.stopReason).toBe('nobody took x');
  });
});

describe('bids', () => {
  const bids = (options: JsonObject = {}, agents = FOUR): Given =>
    members({ allocation: 'bid', ...options }, agents).commands(says(1, 'plan', offer('x')));

  test('are asked of all who are able, and the lowest has the work', () => {
    const run = bids();
    expect(turns(run)).toEqual(['bid a', 'bid b', 'bid c', 'bid d']);
    run.commands(
      says(2, 1, bid('x', 9)),
      says(3, 1, bid('x', 4)),
      says(4, 1, bid('x', 4)),
      says(5, 'not mine'),
    );
    // Of equals the first.
    expect(turns(run)).toEqual(['work b']);
    expect(lastReaction(run)?.facts).toEqual([{ fact: 'awarded', to: 'b', work: 'x' }]);
    run.commands(says(6, 'done'));
    expect(result(run)).toEqual({ x: 'done' });
  });

  test('that never come are not waited for', () => {
    const run = bids().commands(says(2, 1, bid('x', 9)));
    timeToBid(run, 'x');
    expect(turns(run)).toEqual(['work a']);
    expect(lastReaction(run)?.stopped).toEqual([3, 4, 5]);
    expect(run.state.tasks[0]?.team?.timers.size).toBe(0);
  });

  test('come from others with the next round, and without any the work is left', () => {
    const run = bids({ bidders: 2 }).commands(says(2, null), says(3, null));
    expect(turns(run)).toEqual(['bid c', 'bid d']);
    run.commands(fails('t[4]'), says(5, null));
    expect(run.state.tasks[0]?.stopReason).toBe('nobody took x');
  });

  test('that come too late are told so', () => {
    const run = bids({ bidders: 1, start: 'all' }, { a: 1, b: 1, c: 1 });
    run.commands(says(4, 1, bid('x', 9)), says(2, 2, bid('x', 1)), says(5, 'done'), says(3, 3, bid('x', 1)));
    expect(reasons(run)).toContain('b: bids for x too late');
    expect(reasons(run)).toContain('c: bids for x too late');
  });

  test('of the others stand when the first fails at it', () => {
    const run = bids({ bidders: 2 }).commands(
      says(2, 1, bid('x', 1)),
      says(3, 1, bid('x', 2)),
      fails('t[4]'),
    );
    expect(turns(run)).toEqual(['work b']);
    run.commands(fails('t[5]'));
    expect(reasons(run)).toContain('b: failed at x: agent_error, x is given up');
    expect(state(run)).toMatchObject({ news: { a: { x: 'whoever tried has failed' } } });
    expect(result(run)).toMatchObject({ a: 1, b: 1 });
  });

  test('whose time comes when the work is given already change nothing', () => {
    const run = bids({ bidders: 1 }).commands(says(2, 1, bid('x', 1)));
    const task = run.state.tasks[0] as Task;
    const view = viewOfTeam(run.state, runOf(task), 0) as never;
    expect(swarm.react(view, { kind: 'timer', name: 'bids x' }).moves).toEqual([]);
    expect(swarm.react(view, { kind: 'timer', name: 'bids y' }).moves).toEqual([]);
  });
});

describe('work', () => {
  test('that somebody failed at is offered again, once', () => {
    const run = members({}, { a: 1, b: 1 }).commands(says(1, 1, offer('x'), claim('x')), fails('t[2]'));
    expect(turns(run)).toEqual(['call a']);
    run.commands(says(3, null, claim('x')), fails('t[4]'));
    expect(reasons(run)).toContain('a: failed at x: agent_error, x is given up');
  });

  test('whose call fails is called out again', () => {
    const run = members({}, { a: 1, b: 1 }).commands(says(1, 1, offer('x')), fails('t[2]'));
    expect(turns(run)).toEqual(['call b']);
  });

  test.each<[string, JsonObject, readonly Ask[], string]>([
    ['twice', {}, [offer('x'), offer('x')], 'there is work called x already'],
    ['for nobody', {}, [offer('x', ['fly'])], 'nobody of the team is able to do x, which requires fly'],
    ['unknown', {}, [claim('y')], 'there is no work called y; there are none'],
    ['bid for', {}, [offer('x'), bid('x', 1)], 'it asks for bid, and work is given by claim here'],
    [
      'claimed',
      { allocation: 'bid' },
      [offer('x'), claim('x')],
      'it asks for claim, and work is given by bid here',
    ],
    ['beyond it', {}, [offer('x', ['dig']), claim('x')], 'a is not able to do x, which requires dig'],
    [
      'without end',
      {},
      Array.from({ length: 5_001 }, (_, n) => offer(`w${n}`)),
      '5000 works have been offered, and no more are taken',
    ],
    [
      'written down without end',
      {},
      Array.from({ length: 201 }, (_, n) => write(`k${n}`, n)),
      'the board has 200 keys, and no place for k200',
    ],
  ])('is refused: %s', (_, options, asks, why) => {
    const agents = { a: 1, b: { capabilities: ['dig'] } };
    expect(refusal(members(options, agents).commands(says(1, 1, ...asks)))).toBe(why);
  });

  test('that there is can be claimed in a later turn by whoever is able', () => {
    const run = members({ start: 'all' }, { a: 1, b: { capabilities: ['dig'] } });
    run.commands(says(1, 1, offer('x', ['dig']), offer('z')));
    expect(shown(run, 4)).toMatchObject({ you: 'a', open: [{ work: 'z', requires: [] }] });
    run.commands(says(4, 1, claim('x')));
    expect(refusal(run)).toBe('a is not able to do x, which requires dig');
  });
});

describe('the board', () => {
  test('has what was written last, and shows the newest of it', () => {
    const run = members({ start: 'all' }, { a: 1, b: 1, c: 1 });
    run.commands(
      says(1, 1, write('sky', 'blue')),
      says(2, 2, write('sky', 'grey', 1), write('sea', 'green')),
    );
    expect(shown(run, 3)).toMatchObject({
      board: { sky: { value: 'grey', version: 2, by: 'b' }, sea: { value: 'green', version: 1, by: 'b' } },
    });
  });

  test('is not written over by who has not seen it: it has a turn to say it anew', () => {
    const run = members({ start: 'all' }, { a: 1, b: 1 });
    run.commands(
      says(1, 1, write('sky', 'blue'), write('sky', 'red', 1)),
      says(2, 2, write('sky', 'grey', 0)),
    );
    expect(reasons(run).at(-1)).toBe('b: writes sky over version 0, and it is at 2');
    expect(turns(run)).toEqual(['conflict b']);
    expect(inputs(run)).toEqual([{ key: 'sky', value: 'grey', version: 2 }]);
    run.commands(says(3, 3, write('sky', 'grey', 2)));
    expect(state(run)).toMatchObject({ board: { sky: { version: 3 } } });
  });

  test('shows a part of much', () => {
    const keys = Array.from({ length: 30 }, (_, n) => write(`k${n}`, n));
    const works = Array.from({ length: 30 }, (_, n) => offer(`w${n}`));
    const run = members({ start: 'all' }, { a: 1, b: 1 }).commands(says(1, 1, ...keys, ...works));
    const seen = shown(run, 2) as { board: object; open: readonly object[] };
    expect([Object.keys(seen.board).length, seen.open.length]).toEqual([20, 20]);
  });
});

describe('votes', () => {
  const voters = { a: 1, b: 1, c: { weight: 5 }, d: 1 };
  const all = (options: JsonObject = {}): Given => members({ start: 'all', ...options }, voters);

  test.each<[string, JsonObject, readonly string[], string, string]>([
    ['a majority', { vote: 'majority' }, ['x', 'y', 'x', 'x'], 'x', '3 of 4 have voted for x'],
    ['a quorum', { vote: 'quorum', quorum: 2 }, ['x', 'x'], 'x', '2 have voted for x'],
    ['weight', { vote: 'weighted' }, ['y', 'y', 'x'], 'x', 'x has 5 of a weight of 8'],
    ['all', { vote: 'unanimous' }, ['x', 'x', 'x', 'x'], 'x', 'all 4 have voted for x'],
  ])('decide by %s', (_, options, choices, winner, reason) => {
    const run = all(options);
    for (const [n, choice] of choices.entries()) {
      expect(result(run)).toMatchObject({ kind: 'waiting' });
      run.commands(says(n + 1, n, vote(choice)));
    }
    expect(result(run)).toBe(winner);
    expect(reasons(run).at(-1)).toBe(reason);
  });

  test('count once for each seat: the last', () => {
    const run = all().commands(says(1, 1, vote('x'), { kind: 'vote', choice: 'y', reason: 'better' }));
    expect(state(run)['ballots']).toMatchObject({ 0: { tally: { x: { weight: 0 }, y: { weight: 1 } } } });
    expect(shown(run, 2)).toMatchObject({ votes: { x: 0, y: 1 } });
    run.commands(says(2, 2, vote('y')), says(3, 3, vote('y'), vote('x')));
    expect(result(run)).toMatchObject({ kind: 'waiting' });
  });

  test('are called for when no work is left, and what they choose is the result', () => {
    const run = members({ merge: 'vote' }, { a: 1, b: 2 });
    run.commands(says(1, 1, offer('x'), claim('x')), says(2, 'the answer'));
    expect(turns(run)).toEqual(['vote a', 'vote b-1', 'vote b-2']);
    expect(inputs(run)).toEqual(Array.from({ length: 3 }, () => ({ round: 1, choices: ['x'], votes: {} })));
    expect(lastReaction(run)?.turns?.[0]?.results).toEqual([2]);
    run.commands(says(3, 1, vote('x')), says(4, 1, vote('x')));
    expect(result(run)).toBe('the answer');
  });

  test('that are equal twice go to what was named first, and say so', () => {
    const run = members({ merge: 'vote' }, { a: 1, b: 1 }).commands(says(1, 1));
    run.commands(says(2, 1, vote('x')), says(3, 1, vote('y')));
    expect(inputs(run)).toMatchObject([{ round: 2, votes: { x: 1, y: 1 } }, {}]);
    run.commands(says(4, 1, vote('y')), says(5, 1, vote('x')));
    expect(result(run)).toBe('y');
    expect(run.state.tasks[0]?.stopReason).toBe(
      'after 2 ballots y and x have 1 vote each, and y was named first',
    );
  });

  test('that are equal go to what was named in the first turn, whoever answered first', () => {
    const run = members({ merge: 'vote' }, { a: 1, b: 1, c: 1, d: 1 }).commands(says(1, 1));
    const ballot = (from: number) => ['x', 'y', 'y', 'x'].map((choice, n) => says(from + n, 1, vote(choice)));
    run.commands(...ballot(2), ...ballot(6).toReversed());
    expect(result(run)).toBe('x');
  });

  test('that are most, and not enough, go to what has them', () => {
    const run = members({ merge: 'vote' }, { a: 1, b: 1, c: 1, d: 1 }).commands(says(1, 1));
    const ballot = (from: number) =>
      ['x', 'y', 'y', 'z'].map((choice, n) => says(from + n, choice, vote(choice)));
    run.commands(...ballot(2), ...ballot(6));
    expect(result(run)).toBe('y');
    expect(run.state.tasks[0]?.stopReason).toBe('after 2 ballots y has 2 votes, the most, and not enough');
  });

  test('that lead to nothing are a failure, where that is wanted or nobody votes', () => {
    const silent = members({ merge: 'vote' }, { a: 1 }).commands(says(1, 1), fails('t[2]'), says(3, 1));
    const message = 'after 2 ballots nothing has enough votes';
    expect(result(silent)).toMatchObject({ code: 'no_consensus', message });
    const tie = members({ merge: 'vote', undecided: 'fail' }, { a: 1, b: 1 }).commands(says(1, 1));
    tie.commands(says(2, 1, vote('x')), says(3, 1, vote('y')), says(4, 1, vote('x')), says(5, 1, vote('y')));
    expect(result(tie)).toMatchObject({ code: 'no_consensus', message: `${message}: x has 1 and y has 1` });
  });

  test('need a number where it is a quorum, and only there', () => {
    const problems = (options: JsonObject) =>
      swarm
        .validate({ options, team: { members: [{ seats: ['a'] }, { seats: ['b-1', 'b-2'] }] } } as never)
        .map(({ message }) => message);
    expect(problems({ vote: 'quorum', quorum: 2 })).toEqual([]);
    expect(problems({ vote: 'majority' })).toEqual([]);
    expect(problems({ vote: 'quorum' })).toEqual(['a quorum has a number, and only a quorum']);
    expect(problems({ vote: 'majority', quorum: 2 })).toEqual(['a quorum has a number, and only a quorum']);
    expect(problems({ vote: 'quorum', quorum: 3 })).toEqual([]);
    const never = 'a quorum of 4 votes is never reached, for the seats of the team are 3';
    expect(problems({ vote: 'quorum', quorum: 4 })).toEqual([never]);
  });
});
