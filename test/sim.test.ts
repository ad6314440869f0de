// `npm run sim`: exit codes, what it prints, and that a seed can be had again.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sim } from '../scripts/sim.ts';

const root = join(import.meta.dirname, '..');

async function printed(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly text: string }> {
  let text = '';
  const code = await sim(args, { write: (more) => (text += more) });
  return { code, text };
}

test('seeds that keep every promise are counted, and the exit code is 0', async () => {
  const { code, text } = await printed('--seed', '5', '--runs', '2');
  expect(text).toMatch(/^seeds 5 to 6: \d+ executions, every promise kept, [\d.]+ s, \d+ executions\/s\n$/);
  expect(code).toBe(0);
  expect((await printed('--seed', '5')).text).toMatch(/^seeds 5 to 5: /);
});

test('fresh seeds are tried for as long as is asked', async () => {
  const { code, text } = await printed('--fresh', '--minutes', '0.001');
  expect([code, text]).toEqual([0, expect.stringContaining('every promise kept')]);
});

test('it says how it is used, and what it does not take', async () => {
  expect((await printed('--help')).text).toContain('--seed N');
  await expect(printed('--seed', 'x')).rejects.toThrow('x is not a number from 0 on');
});

test('a seed that breaks a promise is printed, made smaller and told, and the exit code is 1', () => {
  const { status, stdout } = spawnSync(process.execPath, ['test/fixtures/sabotaged-sim.ts'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stdout).toMatch(/^seed (\d+) fails; have it again with: npm run sim -- --seed \1\n/);
  expect(stdout).toMatch(/made smaller in \d+ runs: \d+ parts to \d\d?\n/);
  expect(stdout).toContain('was done under two keys');
  expect(status).toBe(1);
});
