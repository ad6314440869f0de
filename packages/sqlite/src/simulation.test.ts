/** The simulator on a real file: what holds on the memory store must hold here under the same faults. */
import { scriptOf, simulate, tell } from '@cantata/testing/simulator';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from './index.ts';
import { temporaryFolder } from './temporary.suite.ts';

const SEEDS = [1, 2, 3, 4, 5];

describe('simulated engines on the sqlite store', () => {
  it.each(SEEDS)('keep every promise, whatever happens (seed %i)', async (seed) => {
    const { folder, remove } = temporaryFolder();
    const open = () => openSqliteStore({ path: `${folder}/cantata.db` });
    const simulated = await simulate(scriptOf(seed), { open });
    expect(simulated.broken, tell(simulated)).toEqual([]);
    remove();
  });
});
