/** Inbox rows come in another order than they were written, except those of one entity; or each of them comes twice. */
import type { MessageRow } from '@cantata/core';
import { Dice } from '../../dice.ts';
import type { Happening } from './happening.ts';

type Rows = readonly MessageRow[];

export const shuffle: Happening = {
  name: 'shuffle',
  weight: 5,
  happen(universe, dice) {
    const { store, number } = universe.any(dice);
    const times = dice.between(1, 10);
    const later = new Dice(dice.below(0x1_0000_0000));
    const isTwice = dice.chance(0.3);
    const alter = (rows: Rows): Rows => (isTwice ? rows.flatMap((row) => [row, row]) : mixed(rows, later));
    store.alter<Rows>('inbox.read', alter, { times });
    return `process ${number} will read its inbox ${times} times ${isTwice ? 'with each row twice' : 'out of order'}`;
  },
};

/** What one entity is told keeps its order. */
function mixed(rows: Rows, dice: Dice): Rows {
  const lines = [...Map.groupBy(rows, ({ entity }) => entity).values()].map((line) => line.toReversed());
  const mix: MessageRow[] = [];
  while (mix.length < rows.length) {
    const row = dice.pick(lines.filter((line) => line.length > 0)).pop();
    if (row !== undefined) mix.push(row);
  }
  return mix;
}
