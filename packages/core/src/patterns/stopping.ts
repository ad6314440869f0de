/**
 * When a document wants a team to stop, though it would go on: conditions that compose, asked after each step. What
 * stops it has a name in words, and the result is what there is.
 */
import { CantataError } from '../errors.ts';
import type { Json } from '../json.ts';
import { duration, listing } from '../text.ts';
import type { TeamFigures } from './figures.ts';

export type Stop =
  | { readonly kind: 'any' | 'all'; readonly of: readonly Stop[] }
  /** Turns that are over. */
  | { readonly kind: 'turns'; readonly least: number }
  | { readonly kind: 'tokens'; readonly least: number }
  | { readonly kind: 'cost'; readonly least: number }
  | { readonly kind: 'time'; readonly ms: number }
  /** Control was handed on to this group, or to this seat. */
  | { readonly kind: 'hand_off_to'; readonly to: string }
  /** So many have voted for the same. */
  | { readonly kind: 'quorum'; readonly votes: number }
  /** Steps in a row that brought the team no further. */
  | { readonly kind: 'stall'; readonly steps: number }
  | { readonly kind: 'when'; readonly condition: StopCondition };

/** Pure and bounded. @throws CantataError `expression_failed` where it has no value */
export interface StopCondition {
  readonly source: string;
  evaluate(scope: StopScope): boolean;
}

/** What a condition reads. Each is worked out when it is read. */
export interface StopScope {
  /** What the task works on. */
  readonly input: Json;
  /** Of the last turn that is completed; null before. */
  readonly output: Json;
  /** That turn: `{n, to, by, role, purpose}`; null before. */
  readonly turn: Json;
  readonly figures: Readonly<Record<FigureName, number>>;
}

/** What of a team at work conditions may go by. */
export const FIGURE_NAMES = [
  'turns',
  'failed',
  'retries',
  'refused',
  'delegations',
  'hand_offs',
  'messages',
  'votes',
  'tokens',
  'cost',
  'seconds',
  'open',
  'stalled',
] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

export interface StopSeen {
  readonly figures: Readonly<TeamFigures>;
  readonly elapsedMs: number;
  readonly stalled: number;
  /** The last vote of each seat. */
  readonly votes: ReadonlyMap<string, string>;
  /** Groups and seats to whom control was handed. */
  readonly handedTo: ReadonlySet<string>;
  readonly scope: StopScope;
}

/** Why it stops, in words: `12 turns and 30 s`; undefined where it goes on. O(conditions). @throws ValuesMissing */
export function stopped(stop: Stop, seen: StopSeen): string | undefined {
  switch (stop.kind) {
    case 'any':
      for (const one of stop.of) {
        const words = stopped(one, seen);
        if (words !== undefined) return words;
      }
      return undefined;
    case 'all': {
      const words: string[] = [];
      for (const one of stop.of) {
        const found = stopped(one, seen);
        if (found === undefined) return undefined;
        words.push(found);
      }
      return listing(words);
    }
    case 'turns':
      return enough(seen.figures.turns, stop.least, 'turn');
    case 'tokens':
      return enough(seen.figures.tokens, stop.least, 'token');
    case 'cost':
      return seen.figures.cost >= stop.least ? `a cost of ${stop.least}` : undefined;
    case 'stall': {
      const words = enough(seen.stalled, stop.steps, 'step');
      return words === undefined ? undefined : `${words} without progress`;
    }
    case 'time':
      return seen.elapsedMs >= stop.ms ? duration(stop.ms) : undefined;
    case 'hand_off_to':
      return seen.handedTo.has(stop.to) ? `a hand-off to ${stop.to}` : undefined;
    case 'quorum':
      return agreed(seen.votes, stop.votes);
    default:
      return holds(stop.condition, seen.scope) ? `\`${stop.condition.source}\`` : undefined;
  }
}

function enough(count: number, least: number, what: string): string | undefined {
  if (count < least) return undefined;
  return `${least} ${what}${least === 1 ? '' : 's'}`;
}

/** O(voters). */
function agreed(votes: ReadonlyMap<string, string>, least: number): string | undefined {
  const tally = new Map<string, number>();
  for (const choice of votes.values()) {
    const count = (tally.get(choice) ?? 0) + 1;
    if (count >= least) return `${least} votes for ${choice}`;
    tally.set(choice, count);
  }
  return undefined;
}

/** Agents of a team give different things: of what it has no value for it does not hold. */
export function holds(condition: StopCondition, scope: StopScope): boolean {
  try {
    return condition.evaluate(scope);
  } catch (error) {
    if (error instanceof CantataError && error.code === 'expression_failed') return false;
    throw error;
  }
}

/** After how long one of its conditions may come true by itself. O(conditions). */
export function timesOf(stop: Stop): readonly number[] {
  if (stop.kind === 'time') return [stop.ms];
  return 'of' in stop ? [...new Set(stop.of.flatMap(timesOf))] : [];
}
