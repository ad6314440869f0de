// Runs docs/client.md: its modules as they stand, in a new project with a service of its own, against what the page says
// that they print. There `…` stands for anything within a line, and alone on one for any lines.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@cantata/sdk/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocksOf } from './page.ts';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'apps/cantata/bin/cantata.js');
const parent = join(root, '.cache/docs');

let folder: string;
let service: ChildProcess;
let url: string;

beforeAll(async () => {
  mkdirSync(parent, { recursive: true });
  folder = join(mkdtempSync(join(parent, 'client-')), 'hello');
  spawnSync(process.execPath, [bin, 'init', folder]);
  service = spawn(process.execPath, [bin, 'serve', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(service.stdout as NodeJS.ReadableStream), 'line')) as [string];
  [url = ''] = /http:\S+/.exec(line) ?? [];
});

afterAll(async () => {
  service.kill('SIGTERM');
  await once(service, 'exit');
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

function asPattern(text: string): RegExp {
  const lines = text.split('\n').map((line) =>
    line.trim() === '…'
      ? String.raw`(?:.*\n)*?`
      : `${line
          .split('…')
          .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
          .join('.*')}\n`,
  );
  return new RegExp(`^${lines.join('')}$`);
}

test('docs/client.md says what is so', { timeout: 120_000 }, () => {
  const blocks = blocksOf(root, 'docs/client.md');
  const modules = blocks.filter(({ language }) => language === 'ts');
  for (const [n, { text }] of modules.entries()) {
    const file = join(folder, `module-${n}.ts`);
    writeFileSync(file, text.replaceAll('http://127.0.0.1:8002', url));
    const { stdout, stderr } = spawnSync(process.execPath, [file], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    const [said] = blocks.slice(blocks.indexOf(modules[n] as (typeof blocks)[number]) + 1);
    expect(stdout + stderr).toMatch(asPattern(said?.text ?? ''));
  }
  expect(modules).toHaveLength(3);
});

test('docs/client.md names every method', () => {
  const page = readFileSync(join(root, 'docs/client.md'), 'utf8');
  const table = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n');
  const client = createClient({ server: url });
  const named = Object.entries(client).flatMap(([group, methods]) =>
    typeof methods === 'function'
      ? [group]
      : Object.entries(methods).flatMap(([name, method]) =>
          typeof method === 'function'
            ? [name]
            : Object.keys(method as object).map((one) => `${name}.${one}`),
        ),
  );
  expect([...new Set(named)].filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
});
