/**
 * Supervisor: one agent leads. It delegates parts to workers, one or many at a time, sees what came of all of them, and
 * delegates again or gives the result. Workers do not talk to each other.
 */
import { assert } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { listing, tally } from '../text.ts';
import type { Ask, Delegate } from './asks.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import {
  MERGER,
  type Merge,
  merged,
  mergerDone,
  UNDECIDED,
  VOTE,
  validateMerge,
  whyNotMerging,
} from './merging.ts';
import type { Answer, Move, Pattern, PatternTrigger, PatternView, Reaction, Setup, Turn } from './pattern.ts';
import { inRole, type Team } from './team.ts';

export interface SupervisorState extends JsonObject {
  readonly round: number;
  /** By number: parts whose result is not there yet. */
  readonly awaited: { readonly [turn: string]: string };
  /** Turns of this round, all of whose results the supervisor is given. */
  readonly parts: readonly number[];
}

type Seen = PatternView<SupervisorState>;

export const supervisor: Pattern<SupervisorState> = {
  name: 'supervisor',
  version: '1',
  summary: 'One agent leads: it delegates to workers, sees their results, and delegates again or finishes.',
  roles: {
    supervisor: { summary: 'leads', least: 1, most: 1, opens: true },
    worker: { summary: 'does what is delegated', least: 0 },
  },
  options: {
    type: 'object',
    properties: {
      max_parallel: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000,
        default: 100,
        description: 'How many parts may be delegated with one answer.',
      },
      patience_seconds: {
        type: 'number',
        exclusiveMinimum: 0,
        description: 'After this time the supervisor goes on without the parts that are not in.',
      },
      on_worker_failure: {
        enum: ['report', 'fail'],
        default: 'report',
        description: 'Whether the supervisor is told of a part that failed, or the task fails with it.',
      },
      merge: {
        enum: ['lead', 'all', 'concat', 'vote', 'judge', 'reducer'],
        default: 'lead',
        description:
          'What becomes of the parts: the supervisor sees them and goes on, or they are the result: all in a list, in one text, what most of them say, or what the merger makes of them.',
      },
      merger: MERGER,
      vote: VOTE,
      undecided: UNDECIDED,
    },
    additionalProperties: false,
  },
  limits: DEFAULT_LIMITS,
  asks: ['delegate', 'finish'],
  validate: validateMerge,
  whyNot,
  initial: () => ({ round: 1, awaited: {}, parts: [] }),
  react(view, trigger) {
    const done = mergerDone(trigger);
    if (done !== undefined) return done;
    switch (trigger.kind) {
      case 'completed':
        return leads(view.setup.team, trigger.turn) ? decided(view, trigger) : roundOn(view, trigger.turn);
      case 'failed':
        return failed(view, trigger);
      case 'timer':
        return outOfPatience(view);
      default:
        return lead(view, [], trigger.kind === 'started' ? 'the task is ready' : 'nobody is at work');
    }
  },
};

/** Only the supervisor asks for anything, and only for what can be. */
function whyNot({ setup }: Seen, answer: Answer): string | undefined {
  const { turn, asks } = answer;
  const merges = whyNotMerging(answer);
  if (merges !== undefined) return merges;
  const [first] = asks;
  if (first === undefined) return undefined;
  if (!leads(setup.team, turn))
    return `only the supervisor asks for ${first.kind}, and ${by(turn)} is a worker`;
  const parts = delegations(asks);
  if (parts.length > 0 && parts.length < asks.length)
    return 'it delegates and finishes with one answer, and only one of the two can be';
  const most = setup.options['max_parallel'] as number;
  if (parts.length > most) return `it delegates ${parts.length} parts at once, and ${most} are allowed`;
  for (const { to } of parts) {
    const why = whyNotTo(setup.team, turn, to);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyNotTo(team: Team, turn: Turn, to: string): string | undefined {
  const member = team.byName.get(to);
  if (member !== undefined && member.role === 'worker' && member !== team.byName.get(turn.to))
    return undefined;
  const workers = inRole(team, 'worker').map(({ name }) => name);
  const there = workers.length === 0 ? 'there are no workers' : `the workers are ${listing(workers)}`;
  return `it delegates to ${to}, who is ${member === undefined ? 'not of the team' : 'no worker'}; ${there}`;
}

function decided(view: Seen, { turn, asks }: Answer): Reaction {
  const parts = delegations(asks);
  if (parts.length > 0) return delegated(view, turn, parts);
  const finish = asks.find((ask) => ask.kind === 'finish');
  const reason = `${by(turn)} gave the result`;
  if (finish?.output === undefined) return { reason, moves: [{ move: 'finish_with', turn: turn.n }] };
  return { reason, moves: [{ move: 'finish', output: finish.output }] };
}

function delegated({ turns, state, setup }: Seen, turn: Turn, parts: readonly Delegate[]): Reaction {
  const numbers = parts.map((_, n) => turns + 1 + n);
  return {
    reason: `${by(turn)} delegates to ${tally(parts.map(({ to }) => to))}`,
    change: {
      awaited: Object.fromEntries(parts.map(({ to }, n) => [String(numbers[n]), to])),
      parts: numbers,
      round: state.round + 1,
    },
    moves: [
      ...parts.map(
        ({ to, input, context = 'none' }): Move => ({ move: 'turn', to, purpose: 'part', input, context }),
      ),
      ...patience(setup),
    ],
    facts: parts.map(({ to, reason }) => ({
      fact: 'delegated',
      by: by(turn),
      to,
      ...(reason === undefined ? {} : { reason }),
    })),
    mark: JSON.stringify(parts.map(({ to, input }) => [to, input])).slice(0, MAX_MARK),
  };
}

/** The timer of a round. */
const ROUND = 'round';

function patience({ options }: Setup): readonly Move[] {
  const seconds = options['patience_seconds'] as number | undefined;
  return seconds === undefined ? [] : [{ move: 'set_timer', name: ROUND, afterMs: seconds * 1_000 }];
}

/** The round goes on when those that are told to stop have. */
function outOfPatience({ state: { awaited, parts } }: Seen): Reaction {
  const late = Object.keys(awaited).map(Number);
  const reason = `${late.length} of ${parts.length} parts take too long`;
  return { reason, moves: late.map((turn) => ({ move: 'stop_turn', turn, reason })) };
}

function delegations(asks: readonly Ask[]): readonly Delegate[] {
  return asks.filter((ask) => ask.kind === 'delegate');
}

/** Characters of what tells one delegation from another. */
const MAX_MARK = 1_000;

/** The supervisor goes on when the last part of its round is in. */
function roundOn(view: Seen, turn: Turn): Reaction {
  const { awaited, parts } = view.state;
  const left = Object.keys(awaited).filter((n) => n !== String(turn.n)).length;
  const change: JsonObject = { awaited: { [turn.n]: null } };
  if (left > 0) return { reason: `${left} of ${parts.length} parts are under way`, change };
  const { reason, moves = [] } = goOn(view, parts);
  return { reason, change, moves: [...moves, { move: 'clear_timer', name: ROUND }] };
}

/** Of what came of them the supervisor makes something, or they are the result themselves. */
function goOn(view: Seen, parts: readonly number[]): Reaction {
  const how = view.setup.options['merge'] as Merge | 'lead' | undefined;
  const all = `all ${parts.length} parts are in`;
  if (how === undefined || how === 'lead') return lead(view, parts, all);
  const done = parts.map((n) => view.turn(n)).filter(({ status }) => status === 'completed');
  if (done.length > 0) {
    const { reason, moves } = merged(view, done, how);
    return { reason: `${all}: ${reason}`, moves };
  }
  const error = { code: 'no_results', message: `${all}, and none of them has a result` };
  return { reason: error.message, moves: [{ move: 'fail', error }] };
}

function lead(view: Seen, results: readonly number[], reason: string): Reaction {
  const [leader] = inRole(view.setup.team, 'supervisor');
  const to = leader?.name ?? view.opener;
  assert(to !== undefined, 'somebody leads');
  const handed = results.length === 0 ? {} : { results };
  return { reason, moves: [{ move: 'turn', to, purpose: 'lead', context: 'full', ...handed }] };
}

function failed(view: Seen, { turn, error }: Extract<PatternTrigger, { kind: 'failed' }>): Reaction {
  if (!leads(view.setup.team, turn) && view.setup.options['on_worker_failure'] === 'report')
    return roundOn(view, turn);
  return { reason: `${turn.to} failed`, moves: [{ move: 'fail', error }] };
}

function leads({ byName }: Team, { to }: Turn): boolean {
  return byName.get(to)?.role === 'supervisor';
}

function by({ seat, to }: Turn): string {
  return seat ?? to;
}
