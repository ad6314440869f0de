/**
 * How several results of a team become one: the one place where patterns in code do so. Without an agent: all of them, or
 * the one most have given. By an agent, the `merger`, who judges them or makes one of them, with a turn of its own.
 */
import { canonicalJson, type Json, type JsonObject } from '../json.ts';
import { together } from '../kernel/values.ts';
import { takerOf } from './outputs.ts';
import type {
  Answer,
  Move,
  PatternProblem,
  PatternTrigger,
  PatternView,
  Reaction,
  Setup,
  Turn,
} from './pattern.ts';
import type { Member } from './team.ts';

export type Merge = 'all' | 'concat' | 'last' | 'vote' | 'judge' | 'reducer';

/** Beside `merge`, in the options of a pattern whose results may be voted for or merged by an agent. */
export const MERGER: JsonObject = {
  type: 'string',
  description: 'Of `judge` and `reducer`: the group or seat that makes one result of all.',
};
export const VOTE: JsonObject = {
  enum: ['majority', 'weighted'],
  default: 'majority',
  description: 'Of `merge: vote`: each result is one vote, or as many as the `weight` of its group.',
};
export const UNDECIDED: JsonObject = {
  enum: ['most', 'fail', 'judge'],
  default: 'most',
  description:
    'Where none has more than half of the votes: what has most of them, of equals the first; a failure; or what the merger says.',
};

/** What the turn of a merger is for. */
const PURPOSES: Readonly<Record<string, string>> = { judge: 'judge', reducer: 'reduce' };

export interface Merging {
  readonly reason: string;
  readonly moves: readonly Move[];
}

export function validateMerge({ team, options }: Setup): readonly PatternProblem[] {
  const { merge, merger, undecided } = options;
  const isNeeded = merge === 'judge' || merge === 'reducer' || (merge === 'vote' && undecided === 'judge');
  if (merger !== undefined && !team.byName.has(merger as string))
    return [
      { path: ['merger'], message: `${merger as string} is not of the team`, hint: 'name a group or a seat' },
    ];
  if (isNeeded === (merger !== undefined)) return [];
  const hint = isNeeded ? 'say who with `merger:`' : 'remove it, or write `merge: judge` or `merge: reducer`';
  const message = isNeeded ? 'nobody is named who merges the results' : 'there is nothing for it to merge';
  return [{ path: [isNeeded ? 'merge' : 'merger'], message, hint }];
}

/**
 * At least one turn, all of them completed. With `key`, the last result of each counts, and `all` has them by name;
 * without it each turn is one of its own. O(turns), and of their outputs. @throws ValuesMissing
 */
export function merged(
  view: PatternView,
  turns: readonly Turn[],
  how: Merge,
  key?: (turn: Turn) => string,
): Merging {
  const reason = `${turns.length === 1 ? 'one result is' : `${turns.length} results are`} in`;
  if (how === 'judge' || how === 'reducer') return { reason, moves: [byMerger(view, turns, how)] };
  if (how === 'last') return { reason, moves: [{ move: 'finish_with', turn: (turns.at(-1) as Turn).n }] };
  if (how === 'concat') {
    const outputs = outputsOf(view, turns);
    return { reason, moves: [{ move: 'finish', output: key === undefined ? inOneText(outputs) : outputs }] };
  }
  const last = key === undefined ? turns : [...new Map(turns.map((turn) => [key(turn), turn])).values()];
  const outputs = outputsOf(view, last);
  if (how === 'vote') return elected(view, last, outputs);
  const output =
    key === undefined ? outputs : Object.fromEntries(last.map((turn, n) => [key(turn), outputs[n] as Json]));
  return { reason, moves: [{ move: 'finish', output }] };
}

/** What they gave: those that are not at hand are asked for together. */
function outputsOf(view: PatternView, turns: readonly Turn[]): readonly Json[] {
  return together(turns, ({ n }) => view.output(n));
}

function inOneText(outputs: readonly Json[]): string {
  return outputs.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n\n');
}

function byMerger({ setup }: PatternView, turns: readonly Turn[], how: 'judge' | 'reducer'): Move {
  const to = setup.options['merger'] as string;
  return { move: 'turn', to, purpose: PURPOSES[how] as string, results: turns.map(({ n }) => n) };
}

interface Candidate {
  /** The first that gave it. */
  readonly turn: number;
  votes: number;
}

/** Equal results are one choice. */
function elected(view: PatternView, turns: readonly Turn[], outputs: readonly Json[]): Merging {
  const { options, team } = view.setup;
  const candidates = new Map<string, Candidate>();
  let all = 0;
  for (const [n, turn] of turns.entries()) {
    const weight = options['vote'] === 'weighted' ? (team.byName.get(turn.to) as Member).weight : 1;
    const choice = canonicalJson(outputs[n] as Json);
    const candidate = candidates.get(choice) ?? { turn: turn.n, votes: 0 };
    candidate.votes += weight;
    candidates.set(choice, candidate);
    all += weight;
  }
  // The sort is stable: of equals the first stays first.
  const [best] = [...candidates.values()].toSorted((a, b) => b.votes - a.votes) as [Candidate];
  const share = `${best.votes} of ${all} votes`;
  if (best.votes * 2 > all)
    return { reason: `a result has ${share}`, moves: [{ move: 'finish_with', turn: best.turn }] };
  const reason = `no result has more than half of the votes: the best has ${share}`;
  if (options['undecided'] === 'judge') return { reason, moves: [byMerger(view, turns, 'judge')] };
  if (options['undecided'] === 'fail')
    return { reason, moves: [{ move: 'fail', error: { code: 'no_majority', message: reason } }] };
  return { reason, moves: [{ move: 'finish_with', turn: best.turn, stopReason: reason }] };
}

/** What its turn gives is the result, and nothing else. */
export function whyNotMerging({ turn, asks }: Answer): string | undefined {
  if (!isMerging(turn) || asks.length === 0) return undefined;
  return `${takerOf(turn)} makes one result of all, and asks for nothing beside it`;
}

/** The turn of a merger is over; undefined where it is about something else. */
export function mergerDone(trigger: PatternTrigger): Reaction | undefined {
  if ((trigger.kind !== 'completed' && trigger.kind !== 'failed') || !isMerging(trigger.turn))
    return undefined;
  const { turn } = trigger;
  const by = takerOf(turn);
  if (trigger.kind === 'failed')
    return { reason: `${by} failed to merge`, moves: [{ move: 'fail', error: trigger.error }] };
  return { reason: `${by} made one result of all`, moves: [{ move: 'finish_with', turn: turn.n }] };
}

function isMerging({ purpose }: Turn): boolean {
  return Object.values(PURPOSES).includes(purpose);
}
