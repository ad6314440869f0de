/** An operator retries an execution, at a right or at a wrong time; sometimes with a task that need not run again. */
import type { Engine } from '@cantata/engine';
import type { Happening } from './happening.ts';

export const retry: Happening = {
  name: 'retry',
  weight: 8,
  happen(universe, dice) {
    const process = universe.any(dice);
    // Most of those that may be retried are over.
    const over = universe.accepted.length > 0 && dice.chance(0.7);
    const id = over ? dice.pick(universe.accepted) : universe.anyExecution(dice);
    if (id === undefined) return undefined;
    const key = dice.chance(0.8) ? 'same' : 'new';
    const which = dice.chance(0.4) ? dice.below(12) : undefined;
    universe.ask(process, `retry of ${id}`, async (engine) => {
      const tasks = which === undefined ? [] : await overWithoutResult(engine, id, which);
      await engine.operate(id, { type: 'retry', tasks, key }, 'ann');
    });
    const besides = which === undefined ? '' : ' and one that need not run again';
    return `process ${process.number} is asked to retry ${id}${besides} under the ${key} keys`;
  },
};

/** One of those that did not complete, if there are any. */
async function overWithoutResult(engine: Engine, id: string, which: number): Promise<readonly string[]> {
  const { tasks } = await engine.reader.status(id);
  const found = tasks.filter(({ status }) => ['failed', 'skipped', 'cancelled'].includes(status));
  const task = found[which % found.length];
  return task === undefined ? [] : [task.id];
}
