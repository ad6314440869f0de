/**
 * Swarm: no centre. Agents offer work, and whoever is able takes it: by claiming it, or by the lowest bid. What they find
 * stands on a board for all, and they vote. It ends when enough of them agree, when no work is left, or when nobody gets
 * it any further.
 *
 * W1 Work is of one seat at most. The first claim, or the lowest bid, has it; who comes too late is told.
 * W2 Nothing waits for somebody who is silent: who is asked and does not want to, fails or bids too late is passed over.
 * W3 The state refers to what was said and does not hold it. A reaction costs what it is about, whatever the number of
 *    seats, of open work and of turns.
 *
 * Bids follow the contract net of FIPA (SC00029H): a call for proposals is a turn `bid`, the ask `bid` a proposal, an
 * answer without it a refusal, the turn `work` the acceptance, and its answer or error the inform or failure.
 */
import { assert } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { together } from '../kernel/values.ts';
import { listing } from '../text.ts';
import type { Ask } from './asks.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { MERGER, type Merge, merged, mergerDone, validateMerge, whyNotMerging } from './merging.ts';
import { completedTurns, takerOf } from './outputs.ts';
import type {
  Answer,
  Move,
  Pattern,
  PatternProblem,
  PatternTrigger,
  Reaction,
  Setup,
  Turn,
} from './pattern.ts';
import { enough, ranking, voted } from './swarm-ballot.ts';
import { ableTo, askOf, isAble, NEW_SWARM, type SwarmState, type SwarmView } from './swarm-state.ts';
import { SwarmStep, workOfTimer } from './swarm-step.ts';
import type { Member } from './team.ts';

/** Keys of the board, and how many of the newest an agent is shown; of open work as many. */
const MAX_KEYS = 200;
const MAX_SHOWN = 20;
/** Results that are handed to who votes on them. */
const MAX_VOTED_ON = 50;
const MAX_BALLOTS = 2;
/** Work in all: what was done is remembered, so that nothing is done twice. */
const MAX_WORK = 5_000;

export const swarm: Pattern<SwarmState> = {
  name: 'swarm',
  version: '1',
  summary: 'No centre: agents offer work, claim it or bid for it, share what they find, and vote.',
  roles: { member: { summary: 'offers and takes work', least: 1, opens: true } },
  options: {
    type: 'object',
    properties: {
      allocation: {
        enum: ['claim', 'bid'],
        default: 'claim',
        description: 'Whether work is of whoever claims it first, or of the lowest bid.',
      },
      bidders: {
        type: 'integer',
        minimum: 1,
        maximum: 100,
        default: 10,
        description: 'How many are asked for bids for one work, in turn.',
      },
      bidding_seconds: {
        type: 'number',
        exclusiveMinimum: 0,
        default: 60,
        description: 'After this time whoever has not bid is left out.',
      },
      steal: {
        type: 'boolean',
        default: false,
        description: 'Whether an idle agent takes work over that another one has claimed and not come to.',
      },
      vote: {
        enum: ['majority', 'quorum', 'weighted', 'unanimous'],
        default: 'majority',
        description: 'When a choice has enough votes.',
      },
      quorum: { type: 'integer', minimum: 1, description: 'Of `vote: quorum`: so many votes.' },
      undecided: {
        enum: ['most', 'fail'],
        default: 'most',
        description: 'After two ballots: what has most votes, of equals what was named first, or a failure.',
      },
      start: {
        enum: ['first', 'all'],
        default: 'first',
        description: 'Whether one agent begins, or each seat of the team.',
      },
      merge: {
        enum: ['all', 'concat', 'vote', 'judge', 'reducer'],
        default: 'all',
        description:
          'The result when no work is left: what was done by id, as a list, what is voted for, or what the merger makes of it.',
      },
      merger: MERGER,
    },
    additionalProperties: false,
  },
  // Many who do not want a work in a row are no stall yet.
  limits: { ...DEFAULT_LIMITS, stall: 20 },
  asks: ['offer', 'claim', 'bid', 'write', 'vote'],
  validate,
  whyNot,
  initial: () => NEW_SWARM,
  react(view, trigger) {
    const merger = mergerDone(trigger);
    if (merger !== undefined) return { ...merger, moves: withRest(view, merger.moves as readonly Move[]) };
    switch (trigger.kind) {
      case 'started':
      case 'adopted':
        return begin(view);
      case 'completed':
        return completed(view, trigger);
      case 'failed':
        return failed(view, trigger);
      case 'timer':
        return timeToBid(view, workOfTimer(trigger.name));
      default:
        // It is idle.
        return exhausted(view);
    }
  },
  shows,
};

function validate(setup: Setup): readonly PatternProblem[] {
  const { options, team } = setup;
  const problems = validateMerge(setup);
  const quorum = options['quorum'] as number | undefined;
  if ((options['vote'] === 'quorum') === (quorum !== undefined))
    return quorum === undefined ? problems : [...problems, ...whyNoQuorum(quorum, team)];
  const hint = 'write `vote: quorum` and how many with `quorum:`, or neither';
  return [...problems, { path: ['vote'], message: 'a quorum has a number, and only a quorum', hint }];
}

/** Each seat has one vote. */
function whyNoQuorum(quorum: number, { members }: Setup['team']): readonly PatternProblem[] {
  const seats = members.reduce((sum, member) => sum + member.seats.length, 0);
  if (quorum <= seats) return [];
  const message = `a quorum of ${quorum} votes is never reached, for the seats of the team are ${seats}`;
  return [{ path: ['quorum'], message, hint: 'each seat has one vote' }];
}

function whyNot(view: SwarmView, answer: Answer): string | undefined {
  const { turn, asks } = answer;
  const merges = whyNotMerging(answer);
  if (merges !== undefined) return merges;
  const offered = new Map<string, readonly string[] | undefined>();
  let keys = Object.keys(view.state.board).length;
  for (const ask of asks) {
    const why =
      ask.kind === 'offer' ? whyNotOffered(view, offered, ask) : whyNotAsked(view, offered, ask, turn);
    if (why !== undefined) return why;
    if (ask.kind === 'offer') offered.set(ask.work, ask.requires);
    if (ask.kind !== 'write' || view.state.board[ask.key] !== undefined) continue;
    keys += 1;
    if (keys > MAX_KEYS) return `the board has ${MAX_KEYS} keys, and no place for ${ask.key}`;
  }
  return undefined;
}

type Offered = ReadonlyMap<string, readonly string[] | undefined>;

function whyNotOffered(
  { state, setup }: SwarmView,
  offered: Offered,
  ask: Extract<Ask, { kind: 'offer' }>,
): string | undefined {
  const { work, requires = [] } = ask;
  if (offered.has(work) || state.work[work] !== undefined || state.done[work] !== undefined)
    return `there is work called ${work} already`;
  if (state.offered + offered.size >= MAX_WORK)
    return `${MAX_WORK} works have been offered, and no more are taken`;
  return ableTo(setup, ask).seats.length > 0
    ? undefined
    : `nobody of the team is able to do ${work}, which requires ${listing(requires)}`;
}

function whyNotAsked(view: SwarmView, offered: Offered, ask: Ask, turn: Turn): string | undefined {
  if (ask.kind !== 'claim' && ask.kind !== 'bid') return undefined;
  const { state, setup } = view;
  const { allocation } = setup.options;
  if (allocation !== ask.kind)
    return `it asks for ${ask.kind}, and work is given by ${allocation as string} here`;
  const { work } = ask;
  const open = state.work[work];
  if (open === undefined && !offered.has(work)) {
    if (state.done[work] !== undefined) return undefined;
    const open = Object.keys(state.work);
    return `there is no work called ${work}; there are ${listing(open)}`;
  }
  const requires = open === undefined ? offered.get(work) : askOf(view, open.from, 'offer').requires;
  return isAble(memberOf(view, takerOf(turn)), requires)
    ? undefined
    : `${takerOf(turn)} is not able to do ${work}, which requires ${listing(requires as readonly string[])}`;
}

function memberOf({ setup }: SwarmView, name: string): Member {
  return setup.team.byName.get(name) as Member;
}

function begin({ setup, opener }: SwarmView): Reaction {
  const { members } = setup.team;
  const first = opener ?? (members[0] as Member).name;
  const all = setup.options['start'] === 'all';
  const starting = all ? members.flatMap(({ seats }) => seats) : [first];
  return {
    reason: all ? `all ${starting.length} begin` : `${first} begins`,
    moves: starting.map((to): Move => ({ move: 'turn', to, purpose: 'start' })),
  };
}

function completed(
  view: SwarmView,
  { turn, asks }: Extract<PatternTrigger, { kind: 'completed' }>,
): Reaction {
  const step = new SwarmStep(view);
  const by = takerOf(turn);
  const about = view.state.turns[turn.n];
  if (about !== undefined) step.put('turns', String(turn.n), null);
  for (const work of Object.keys(view.state.news[by] ?? {})) step.put('news', by, { [work]: null });
  if (about !== undefined && turn.purpose === 'work') step.done(about, turn.n);
  for (const [n, ask] of asks.entries()) asked(view, step, turn, ask, `${turn.n}.${n}`);
  for (const ask of asks) if (ask.kind === 'offer') step.look(ask.work);
  if (about !== undefined && turn.purpose !== 'work') step.answered(about, turn.n);
  if (view.setup.options['steal'] === true) step.steal(by);
  const reaction = step.reaction(by);
  const agreed = agreement(view, step, asks);
  return agreed === undefined
    ? reaction
    : { ...reaction, reason: agreed.reason, moves: [resultOf(view, step, agreed.choice)] };
}

function asked(view: SwarmView, step: SwarmStep, turn: Turn, ask: Ask, from: string): void {
  const by = takerOf(turn);
  switch (ask.kind) {
    case 'offer':
      return step.offered(ask.work, from);
    case 'claim':
      return step.claimed(by, ask.work, turn.n);
    case 'bid':
      return step.bid(by, ask.work, ask.cost, turn.n);
    case 'write':
      return write(view, step, by, ask, from);
    default:
      assert(ask.kind === 'vote', 'the pattern says what it knows');
      return vote(view, step, by, ask, turn.n);
  }
}

/** Who was not the first to write is shown what stands there, and has a turn to say it anew: no finding is lost. */
function write(
  { state }: SwarmView,
  step: SwarmStep,
  by: string,
  { key, ifVersion, value }: Extract<Ask, { kind: 'write' }>,
  from: string,
): void {
  const written = (step.change['board'] as JsonObject | undefined)?.[key] as { version: number } | undefined;
  const { version } = written ?? state.board[key] ?? { version: 0 };
  if (ifVersion !== undefined && ifVersion !== version) {
    step.said.push(`writes ${key} over version ${ifVersion}, and it is at ${version}`);
    step.turn(by, 'conflict', { key, value, version });
    return;
  }
  step.put('board', key, { from, by, version: version + 1 });
  step.said.push(`writes ${key}`);
  step.idles = false;
}

function vote(
  { setup, state }: SwarmView,
  step: SwarmStep,
  by: string,
  ask: Extract<Ask, { kind: 'vote' }>,
  turn: number,
): void {
  const ballot =
    (step.change['ballots'] as JsonObject | undefined)?.[state.round] ?? state.ballots[state.round];
  const { votes, tally } = voted(setup, ballot as never, by, ask, turn);
  step.put('ballots', String(state.round), { votes, tally });
  const { choice, reason } = ask;
  step.facts.push({ fact: 'voted', by, choice, ...(reason === undefined ? {} : { reason }) });
  step.said.push(`votes for ${choice}`);
  step.idles = false;
}

function agreement(
  { setup, state }: SwarmView,
  step: SwarmStep,
  asks: readonly Ask[],
): { readonly choice: string; readonly reason: string } | undefined {
  const last = asks.findLast((ask) => ask.kind === 'vote');
  if (last === undefined) return undefined;
  const { tally } = (step.change['ballots'] as JsonObject)[
    state.round
  ] as unknown as SwarmState['ballots'][string];
  const { choice } = last;
  const reason = enough(setup, choice, tally[choice] as (typeof tally)[string]);
  return reason === undefined ? undefined : { choice, reason };
}

/** A choice that is called like work that is done stands for what came of it. */
function resultOf({ state }: SwarmView, step: SwarmStep | undefined, choice: string): Move {
  const turn = step === undefined ? state.done[choice] : step.read('done', choice);
  return turn === undefined ? { move: 'finish', output: choice } : { move: 'finish_with', turn };
}

function failed(view: SwarmView, { turn, error }: Extract<PatternTrigger, { kind: 'failed' }>): Reaction {
  const step = new SwarmStep(view);
  const about = view.state.turns[turn.n];
  step.change['error'] = { code: error.code, message: error.message };
  // Of a turn that was stopped nothing is expected.
  if (about === undefined) return { reason: `${takerOf(turn)} failed: ${error.code}`, change: step.change };
  step.put('turns', String(turn.n), null);
  step.said.push(`failed at ${about}: ${error.code}`);
  if (turn.purpose === 'work') step.failed(about);
  else step.answered(about, turn.n);
  return step.reaction(takerOf(turn));
}

function timeToBid(view: SwarmView, work: string): Reaction {
  const step = new SwarmStep(view);
  const open = view.state.work[work];
  if (open !== undefined && open.to === undefined) step.award(work);
  step.idles = false;
  return step.reaction('the time to bid is over');
}

/** Nobody is at work: a ballot, or what was done. */
function exhausted(view: SwarmView): Reaction {
  const { state, setup } = view;
  const turns = completedTurns(view);
  if (turns.length === 0) {
    assert(state.error !== undefined, 'who has not answered has failed');
    return { reason: 'nobody has answered', moves: [{ move: 'fail', error: state.error }] };
  }
  if (setup.options['merge'] === 'vote') return state.round < MAX_BALLOTS ? ballot(view) : undecided(view);
  const done = new Map(Object.entries(state.done).map(([work, turn]) => [turn, work]));
  const results = turns.filter(({ n }) => done.has(n));
  const how = setup.options['merge'] as Merge;
  const { moves } =
    results.length === 0
      ? merged(view, turns, how, takerOf)
      : merged(view, results, how, ({ n }) => done.get(n) as string);
  return { reason: 'no work is left, and nobody is at work', moves: withRest(view, moves) };
}

/** Work that nobody took is named. */
function withRest({ state }: SwarmView, moves: readonly Move[]): readonly Move[] {
  const left = Object.keys(state.work);
  if (left.length === 0) return moves;
  return moves.map((move) =>
    move.move === 'finish' || move.move === 'finish_with'
      ? { ...move, stopReason: `nobody took ${listing(left)}` }
      : move,
  );
}

/** Each seat is asked. What it votes on are the last results; the second time it sees how the first one went. */
function ballot({ state, setup }: SwarmView): Reaction {
  const round = state.round + 1;
  const results = Object.values(state.done).slice(-MAX_VOTED_ON);
  const choices = Object.keys(state.done).slice(-MAX_VOTED_ON);
  const before = state.ballots[state.round]?.tally ?? {};
  const votes = Object.fromEntries(Object.entries(before).map(([choice, { weight }]) => [choice, weight]));
  const seats = setup.team.members.flatMap((member) => member.seats);
  return {
    reason: `no work is left: ballot ${round} of ${seats.length} seats`,
    change: { round },
    moves: seats.map(
      (to): Move => ({ move: 'turn', to, purpose: 'vote', input: { round, choices, votes }, results }),
    ),
  };
}

function votesWords(weight: number): string {
  return weight === 1 ? '1 vote' : `${weight} votes`;
}

function undecided(view: SwarmView): Reaction {
  const { state, setup } = view;
  const ranked = ranking(state.ballots[state.round] ?? { votes: {}, tally: {} });
  const [first] = ranked;
  if (first === undefined || setup.options['undecided'] === 'fail') {
    const votes = ranked.map(([choice, { weight }]) => `${choice} has ${weight}`);
    const message = `after ${MAX_BALLOTS} ballots nothing has enough votes${votes.length === 0 ? '' : `: ${listing(votes, 5)}`}`;
    return { reason: message, moves: [{ move: 'fail', error: { code: 'no_consensus', message } }] };
  }
  const [most, { weight }] = first;
  const equals = ranked.filter(([, votes]) => votes.weight === weight).map(([choice]) => choice);
  const won =
    equals.length === 1
      ? `${most} has ${votesWords(weight)}, the most, and not enough`
      : `${listing(equals, 5)} have ${votesWords(weight)} each, and ${most} was named first`;
  const stopReason = `after ${MAX_BALLOTS} ballots ${won}`;
  return { reason: stopReason, moves: [{ ...resultOf(view, undefined, most), stopReason } as Move] };
}

/** A part of the board, of open work that the agent could do, and what it has to know itself. */
function shows(view: SwarmView, turn: Turn): JsonObject {
  const { state } = view;
  const you = takerOf(turn);
  const newest = Object.entries(state.board)
    .toSorted(([, a], [, b]) => turnOf(b.from) - turnOf(a.from))
    .slice(0, MAX_SHOWN);
  const member = memberOf(view, you);
  const open: [string, Work][] = [];
  for (const work in state.work) {
    if (open.length === MAX_SHOWN) break;
    const one = state.work[work] as Work;
    if (one.to === undefined) open.push([work, one]);
  }
  const [values, offers] = together(
    [
      () => newest.map(([, { from }]): Json => askOf(view, from, 'write').value),
      () =>
        open.flatMap(([work, { from }]): Json[] => {
          const { requires = [] } = askOf(view, from, 'offer');
          return isAble(member, requires) ? [{ work, requires }] : [];
        }),
    ],
    (read) => read(),
  ) as unknown as readonly [readonly Json[], readonly Json[]];
  const board = newest.map(
    ([key, { by, version }], n) => [key, { value: values[n] as Json, version, by }] as const,
  );
  const tally = Object.entries(state.ballots[state.round]?.tally ?? {});
  return {
    you,
    board: Object.fromEntries<Json>(board),
    open: offers,
    votes: Object.fromEntries(tally.map(([choice, { weight }]) => [choice, weight])),
    news: state.news[you] ?? {},
  };
}

function turnOf(from: string): number {
  return Number(from.split('.')[0]);
}

type Work = SwarmState['work'][string];
