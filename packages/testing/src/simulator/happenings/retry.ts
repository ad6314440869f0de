/** An operator retries an execution, at a right or at a wrong time. */
import type { Happening } from './happening.ts';

export const retry: Happening = {
  name: 'retry',
  weight: 6,
  happen(universe, dice) {
    const process = universe.any(dice);
    const id = universe.anyExecution(dice);
    if (id === undefined) return undefined;
    const operation = { type: 'retry', tasks: [], key: dice.chance(0.8) ? 'same' : 'new' } as const;
    universe.ask(process, `retry of ${id}`, (engine) => engine.operate(id, operation, 'ann'));
    return `process ${process.number} is asked to retry ${id} under the ${operation.key} keys`;
  },
};
