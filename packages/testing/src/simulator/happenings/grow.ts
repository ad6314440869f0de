/** Somebody adds items to a task; most often to one that takes none. */
import type { Happening } from './happening.ts';

export const grow: Happening = {
  name: 'grow',
  weight: 4,
  happen(universe, dice) {
    const process = universe.any(dice);
    const id = universe.anyExecution(dice);
    if (id === undefined) return undefined;
    const task = `t${dice.below(6)}`;
    const items = Array.from({ length: dice.between(1, 3) }, (_, n) => n);
    const operation = { type: 'items.add', task, items } as const;
    universe.ask(process, `items for ${task} of ${id}`, (engine) => engine.operate(id, operation, 'ann'));
    return `process ${process.number} is asked to add ${items.length} items to ${task} of ${id}`;
  },
};
