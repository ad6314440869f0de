/** An operator forks an execution, open or not: from a task on, or with another input. */

import type { Happening } from './happening.ts';
import { inputOf } from './start.ts';

export const fork: Happening = {
  name: 'fork',
  weight: 5,
  happen(universe, dice) {
    const process = universe.any(dice);
    const id = universe.anyExecution(dice);
    if (id === undefined) return undefined;
    const from = dice.chance(0.6) ? { from: `t${dice.below(5)}` } : {};
    const input = dice.chance(0.2) ? { input: inputOf(dice) } : {};
    const request = { ...from, ...input, by: 'ann' };
    universe.ask(
      process,
      `fork of ${id}`,
      (engine) => engine.fork(id, request),
      (forked) => void universe.accepted.push(forked),
    );
    return `process ${process.number} is asked to fork ${id} from ${from.from ?? 'where it is'}`;
  },
};
