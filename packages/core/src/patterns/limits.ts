/** What ends a run of a pattern that does not end by itself. Counted by the kernel; a pattern cannot switch it off. */
import type { Instant } from '../ports/clock.ts';

export interface TeamLimits {
  readonly turns: number;
  readonly handOffs: number;
  /** How often the same sequence of marks may follow itself: with 2, A-B-A-B is one too many. */
  readonly repeats: number;
  /** Reactions in a row that bring the team no further. */
  readonly stall: number;
  readonly wallTimeMs: number;
  /** Whether the task then is completed with what there is, or fails. */
  readonly onLimit: 'complete' | 'fail';
}

export type TeamLimit = Exclude<keyof TeamLimits, 'onLimit'>;

export const DEFAULT_LIMITS: TeamLimits = {
  turns: 100,
  handOffs: 20,
  repeats: 2,
  stall: 5,
  wallTimeMs: 3_600_000,
  onLimit: 'complete',
};

/** Marks that are remembered: sequences of up to this many, twice. */
export const MAX_MARKS = 16;

/** What was counted of a run. */
export interface Counted {
  readonly turns: number;
  readonly handOffs: number;
  readonly marks: readonly string[];
  readonly stalled: number;
  readonly since: Instant;
}

export interface Reached {
  /** `stop`: what the document said of its end. */
  readonly limit: TeamLimit | 'stop';
  /** `20 hand-offs`. */
  readonly words: string;
}

/** The first limit that is reached; `turns` are those there would be. O(marks). */
export function reached(
  limits: TeamLimits,
  { turns, handOffs, marks, stalled, since }: Counted,
  now: Instant,
): Reached | undefined {
  if (turns > limits.turns) return limit('turns', `${limits.turns} turns`);
  if (handOffs > limits.handOffs) return limit('handOffs', `${limits.handOffs} hand-offs`);
  const repeated = repetition(marks, limits.repeats);
  if (repeated !== undefined)
    return limit('repeats', `${repeated.join(', ')} came ${limits.repeats} times in a row`);
  if (stalled >= limits.stall) return limit('stall', `${limits.stall} steps without progress`);
  if (now - since >= limits.wallTimeMs) return limit('wallTimeMs', `${limits.wallTimeMs / 1_000} s`);
  return undefined;
}

function limit(name: TeamLimit, words: string): Reached {
  return { limit: name, words };
}

/**
 * The shortest sequence with which the marks end `times` times in a row. One mark alone may come once more than a longer
 * sequence: doing the same twice is often a second try, and A-B-A-B hardly ever is. O(marks squared), and they are few.
 */
export function repetition(marks: readonly string[], times: number): readonly string[] | undefined {
  for (let length = 1; length * times <= marks.length; length++) {
    const wanted = length === 1 ? times + 1 : times;
    if (length * wanted > marks.length) continue;
    const tail = marks.slice(-length * wanted);
    if (tail.every((mark, n) => mark === tail[n % length])) return tail.slice(0, length);
  }
  return undefined;
}
