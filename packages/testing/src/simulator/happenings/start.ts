/** Somebody starts executions. The input is of one form for all programs: conditions and templates read it. */
import type { Ceiling, JsonObject } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import type { Dice } from '../../dice.ts';
import type { Happening } from './happening.ts';

export const start: Happening = {
  name: 'start',
  weight: 40,
  happen(universe, dice) {
    const process = universe.any(dice);
    const { version } = dice.pick(universe.workflows);
    const count = dice.between(1, 5);
    for (let n = 0; n < count; n++) {
      const input = inputOf(dice);
      const request = { workflow: version, input, by: 'ann', ...ceilingOf(input) };
      const limits = dice.chance(0.1) ? { timeoutMs: dice.pick([500, 10_000, 60_000]) } : {};
      const waits = universe.isNarrow && dice.chance(0.4);
      const starting = (engine: Engine): Promise<string> => engine.start({ ...request, ...limits, waits });
      universe.ask(process, `a start of ${version.name}`, starting, (id) => {
        universe.accepted.push(id);
        // Who is waited for does not sleep.
        if (n % 2 === 0) universe.ask(process, `waiting for ${id}`, (engine) => engine.ended(id));
      });
    }
    return `process ${process.number} is asked to start ${version.name} ${count} times`;
  },
};

/** Of one in six: room for the largest agent alone (demands.ts), or for a few. */
function ceilingOf({ salt }: JsonObject): { readonly ceiling?: Ceiling } {
  const drawn = Number(salt) % 12;
  return drawn < 2 ? { ceiling: { cpuMillis: 2_000 + 1_000 * drawn, memoryBytes: 2e9 } } : {};
}

/** What every execution works on. */
export function inputOf(dice: Dice): JsonObject {
  return { salt: dice.below(1_000_000), flag: dice.chance(0.5), list: dice.pick([[], [1], [1, 2, 3]]) };
}
