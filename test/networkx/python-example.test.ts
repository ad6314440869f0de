/** The example in Python, as a reader of docs/agent-protocol.md would run it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
let folder: string;
let judge: ChildProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cantata-python-'));
  judge = spawn('python3', [join(root, 'examples/python/agents/judge.py'), '8123'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => judge.stdout?.once('data', resolve));
});
afterAll(() => {
  judge.kill();
  rmSync(folder, { recursive: true, force: true });
});

const run = (input: object) =>
  spawnSync(
    process.execPath,
    [
      join(root, 'apps/cantata/bin/cantata.js'),
      'run',
      'workflow.yaml',
      '--json',
      '--input',
      JSON.stringify(input),
    ],
    {
      cwd: join(root, 'examples/python'),
      encoding: 'utf8',
      env: { ...process.env, CANTATA_DATA: join(folder, 'data') },
    },
  );

test('a program counts, and a server judges', () => {
  const { status, stdout, stderr } = run({ texts: ['a b c', 'one two three four'] });
  expect(status, stderr).toBe(0);
  expect(stdout).toContain('"longest":1');
});

test('a program says that no other attempt can succeed', () => {
  const { status, stdout } = run({ texts: [5] });
  expect(status).toBe(1);
  expect(stdout).toContain('no_text');
});
