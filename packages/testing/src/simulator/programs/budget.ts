/** `budget`: what a task or the whole may spend. Each bound comes with what it says in numbers, for `invariants/budgets`. */
import type { Json } from '@cantata/core';
import type { Dice } from '../../dice.ts';
import { type Construct, type Draft, isPlain } from './program.ts';

/** Wall times in milliseconds, said a second time in JavaScript. */
const WALL_TIMES: Readonly<Record<string, number>> = { '3s': 3_000, '30s': 30_000 };

export interface Bounds {
  readonly turns: number;
  readonly tokens: number;
  readonly cost: number;
  readonly wall_time_ms: number;
}

/** What the budget of a document or of one of its tasks bounds; undefined without one. */
export function boundsOf({ budget: says }: Readonly<Draft>): Bounds | undefined {
  if (says === undefined) return undefined;
  const { turns, tokens, cost, wall_time: wallTime = '' } = says as Partial<Record<string, Json>>;
  const bound = (value: Json | undefined): number => (typeof value === 'number' ? value : Infinity);
  return {
    turns: bound(turns),
    tokens: bound(tokens),
    cost: bound(cost),
    wall_time_ms: bound(WALL_TIMES[wallTime as string]),
  };
}

export const budget: Construct = {
  name: 'budget',
  add(program, dice) {
    if (dice.chance(0.3)) {
      program.document['budget'] = drawn(dice, [{ turns: 5 }, { tokens: 60 }, { wall_time: '30s', cost: 6 }]);
      return;
    }
    const task = program.pick(dice, isPlain('budget'));
    if (task === undefined) return;
    const few = [{ turns: 1 }, { turns: 3 }, { tokens: 20 }, { cost: 1.5, turns: 4 }, { wall_time: '3s' }];
    task['budget'] = drawn(dice, few);
  },
};

function drawn(dice: Dice, bounds: readonly Draft[]): Draft {
  const onLimit = dice.chance(0.4) ? { on_limit: dice.pick(['complete', 'fail']) } : {};
  return { ...dice.pick(bounds), ...onLimit };
}
