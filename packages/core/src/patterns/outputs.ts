/** Turns of a team, gathered once at its end. */
import { type PatternView, SUMMARY, type Turn } from './pattern.ts';

/** Completed turns, in their order. O(turns). */
export function completedTurns(view: PatternView): readonly Turn[] {
  const completed: Turn[] = [];
  for (let n = 1; n <= view.turns; n++) {
    const one = view.turn(n);
    if (one.status === 'completed' && one.purpose !== SUMMARY) completed.push(one);
  }
  return completed;
}

/** Who took it, else who was to. */
export function takerOf({ seat, to }: Turn): string {
  return seat ?? to;
}
