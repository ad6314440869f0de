/** A small script, and a first process that dies at its first await, at its second, and so on through all of them. */
import { expect, it } from 'vitest';
import type { Script } from './script.ts';
import { simulate } from './simulate.ts';
import { tell } from './words.ts';

const SCRIPT: Script = {
  seed: 3,
  programs: [
    [
      { construct: 'tasks', seed: 8 },
      { construct: 'parallel', seed: 2 },
      { construct: 'timeout', seed: 5 },
    ],
  ],
  happenings: [
    { name: 'start', seed: 1, thenMs: 400 },
    { name: 'operate', seed: 9, thenMs: 400 },
    { name: 'start', seed: 2, thenMs: 12_000 },
    { name: 'operate', seed: 4, thenMs: 1_500 },
  ],
  behaviours: ['answers at once', 'answers after a while', 'throws after it acted'],
};
const MOST_AWAITS = 2_000;

it('a process may die at every single one of its awaits', { timeout: 120_000 }, async () => {
  let awaits = 0;
  for (let lived = false; !lived; ) {
    awaits += 1;
    const simulated = await simulate(SCRIPT, {
      onBegun: ({ processes }) => processes[0]?.dieAfter(awaits),
    });
    expect(simulated.broken, `dies at await ${awaits}\n${tell(simulated)}`).toEqual([]);
    lived = simulated.finished?.processes[0] === simulated.finished?.survivor || awaits > MOST_AWAITS;
  }
  expect(awaits).toBeGreaterThan(50);
  expect(awaits).toBeLessThan(MOST_AWAITS);
});
