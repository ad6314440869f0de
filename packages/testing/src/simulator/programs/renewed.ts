/** Another version of a program: some pieces more, or one less. */
import type { Dice } from '../../dice.ts';
import type { Piece } from '../script.ts';

/** What may come or go while executions are open. What all executions share stays as it is. */
const MAY_CHANGE = [
  'tasks',
  'template',
  'timeout',
  'retry',
  'timer',
  'join',
  'for_each',
  'priority',
  'output',
];

export function renewed(pieces: readonly Piece[], dice: Dice): readonly Piece[] {
  const last = pieces.at(-1)?.construct ?? '';
  const kept = MAY_CHANGE.includes(last) && dice.chance(0.5) ? pieces.slice(0, -1) : pieces;
  const more = Array.from({ length: dice.between(kept === pieces ? 1 : 0, 2) }, () => ({
    construct: dice.pick(MAY_CHANGE),
    seed: dice.below(0x1_0000_0000),
  }));
  return [...kept, ...more];
}
