/** Seeds that are tried every time. To hunt for others, raise the count; a seed that fails can be had again. */
import { describe, expect, it } from 'vitest';
import { Simulation } from './simulation.suite.ts';
import { STORES } from './world.suite.ts';

const SEEDS = { memory: 80, sqlite: 2 };
const STEPS = { memory: 80, sqlite: 40 };

describe.each(STORES)('simulated engines on the %s store', (name, share) => {
  const kind = name as keyof typeof SEEDS;
  const seeds = Array.from({ length: SEEDS[kind] }, (_, n) => n + 1);

  it.each(seeds)(
    'keep every promise, whatever happens (seed %i)',
    async (seed) => {
      expect(await new Simulation(seed, share).run(STEPS[kind])).toEqual([]);
    },
    60_000,
  );
});
