/** An operator takes a task out of the hands of its agents, or gives it to others: at a right or at a wrong time. */
import type { Operation } from '@cantata/core';
import type { Dice } from '../../dice.ts';
import type { Happening } from './happening.ts';

export const takeOver: Happening = {
  name: 'take over',
  weight: 6,
  happen(universe, dice) {
    const process = universe.any(dice);
    const id = universe.anyExecution(dice);
    if (id === undefined) return undefined;
    const operation = operationOf(dice);
    const what = `${operation.type} ${JSON.stringify(operation)}`;
    universe.ask(process, `${what} of ${id}`, (engine) => engine.operate(id, operation, 'ann'));
    return `process ${process.number} is asked for ${what} of ${id}`;
  },
};

function operationOf(dice: Dice): Operation {
  const task = `t${dice.below(6)}`;
  const at = dice.chance(0.3) ? { task, item: dice.below(3) } : { task };
  return dice.pick<Operation>([
    { type: 'task.cancel', ...at, extent: 'task' },
    { type: 'task.cancel', task, extent: 'region' },
    { type: 'task.complete', ...at, output: dice.pick([null, 1, [1, 2]]) },
    { type: 'task.fail', ...at },
    { type: 'task.skip', task },
    { type: 'task.reassign', ...at, to: dice.pick(['few', 'many', 'many-2', 'hands']) },
  ]);
}
