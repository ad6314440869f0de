import { expect, it } from 'vitest';
import { scriptOf } from './script.ts';
import { simulate } from './simulate.ts';
import { tell } from './words.ts';

it('a broken promise is told with its programs, its history and its logs', async () => {
  const simulated = await simulate(scriptOf(2));
  const [execution] = simulated.finished?.executions ?? [];
  const sentences = Array.from({ length: 25 }, (_, n) => `${execution?.id} did thing ${n} twice`);
  const broken = sentences.map((sentence) => ({ invariant: 'once', sentence }));
  const told = tell({ ...simulated, broken });
  expect(told).toMatch(/^seed 2 breaks what must hold \(\d+ parts\):\n {2}once: .* did thing 0 twice\n/);
  expect(told).toContain('  and 5 more\n');
  expect(told).toContain('  once: Each side effect is applied once, under one key;');
  expect(told).toContain(`name: "${execution?.workflow.program.name}"\n`);
  expect(told).toContain('orchestration_pattern: "supervisor"\n');
  expect(told).toMatch(/ s {2}faults end\n/);
  expect(told).toContain(`the log of ${execution?.id} (${execution?.workflow.program.name}, `);
  expect(told).toMatch(/ s {4}1 workflow\.requested \{/);
});

it('a run that broke off is told with all of its programs, as far as it came', async () => {
  const simulated = await simulate(scriptOf(2), {
    open: async () => {
      throw new Error('no disk');
    },
  });
  expect(simulated.broken).toMatchObject([
    { invariant: 'runs', sentence: expect.stringContaining('no disk') },
  ]);
  expect(tell(simulated)).toContain('runs: Error: no disk');
});
