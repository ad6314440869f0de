/** Seeds that are tried every time. To hunt for others: `npm run sim -- --fresh`; a seed that fails can be had again. */
import { describe, expect, it } from 'vitest';
import { scriptOf } from './script.ts';
import { simulate } from './simulate.ts';
import { tell } from './words.ts';

const SEEDS = Array.from({ length: 100 }, (_, n) => n + 1);

describe('simulated engines', () => {
  it.each(SEEDS)('keep every promise, whatever happens (seed %i)', async (seed) => {
    const simulated = await simulate(scriptOf(seed));
    expect(simulated.broken, tell(simulated)).toEqual([]);
  });

  it.each(SEEDS.slice(0, 30))('keep every promise where teams are at work (seed %i)', async (seed) => {
    const simulated = await simulate(scriptOf(seed, ['team']));
    expect(simulated.broken, tell(simulated)).toEqual([]);
  });

  it('do the same again from the same seed', async () => {
    const [one, other] = [await simulate(scriptOf(7)), await simulate(scriptOf(7))];
    expect(one.history.length).toBeGreaterThan(50);
    expect(one.history).toEqual(other.history);
    expect(one.finished?.shards).toEqual(other.finished?.shards);
    expect(one.finished?.deeds).toEqual(other.finished?.deeds);
  });
});
