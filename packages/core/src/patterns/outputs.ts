/** What the turns of a team gave, gathered once at its end. */
import type { Json } from '../json.ts';
import { together } from '../kernel/values.ts';
import type { Move, PatternView, Turn } from './pattern.ts';

/** Completed turns, in their order. O(turns). */
export function completedTurns(view: PatternView): readonly Turn[] {
  const completed: Turn[] = [];
  for (let n = 1; n <= view.turns; n++) {
    const one = view.turn(n);
    if (one.status === 'completed') completed.push(one);
  }
  return completed;
}

/** What they gave: those that are not at hand are asked for together. @throws ValuesMissing */
function outputsOf(view: PatternView, turns: readonly Turn[]): readonly Json[] {
  return together(turns, ({ n }) => view.output(n));
}

export type Merge = 'all' | 'concat' | 'last';

/** `all`: the last output of each by its key; `concat`: all outputs in order; `last`: the last one. There is at least one. */
export function merged(
  view: PatternView,
  turns: readonly Turn[],
  how: Merge,
  key: (turn: Turn) => string,
): Move {
  if (how === 'last') return { move: 'finish_with', turn: (turns.at(-1) as Turn).n };
  if (how === 'concat') return { move: 'finish', output: outputsOf(view, turns) };
  const last = [...new Map(turns.map((turn) => [key(turn), turn])).entries()];
  const outputs = outputsOf(
    view,
    last.map(([, turn]) => turn),
  );
  return { move: 'finish', output: Object.fromEntries(last.map(([name], n) => [name, outputs[n] as Json])) };
}

/** Who took it, else who was to. */
export function takerOf({ seat, to }: Turn): string {
  return seat ?? to;
}
