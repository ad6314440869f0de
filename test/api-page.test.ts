// Runs docs/api.md: its commands as they stand, against a service of its own, and its answers against those that come.
// In an answer on the page `…` stands for anything, and what is left out is not looked at.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Block, blocksOf } from './page.ts';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'apps/cantata/bin/cantata.js');
const parent = join(root, '.cache/docs');

let folder: string;
let service: ChildProcess;
let url: string;
let shell: ChildProcess;

beforeAll(async () => {
  mkdirSync(parent, { recursive: true });
  const home = mkdtempSync(join(parent, 'api-'));
  folder = join(home, 'hello');
  const init = spawn(process.execPath, [bin, 'init', folder], { stdio: 'ignore' });
  await once(init, 'exit');
  service = spawn(process.execPath, [bin, 'serve', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(service.stdout as NodeJS.ReadableStream), 'line')) as [string];
  [url = ''] = /http:\S+/.exec(line) ?? [];
  shell = spawn('bash', { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
});

afterAll(async () => {
  shell.stdin?.end();
  service.kill('SIGTERM');
  await once(service, 'exit');
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

/** What the commands of a block print, the last one last. */
async function run(commands: readonly string[]): Promise<string> {
  let printed = '';
  const take = (chunk: Buffer): void => {
    printed += chunk.toString('utf8');
  };
  shell.stdout?.on('data', take);
  for (const command of commands) {
    printed = '';
    shell.stdin?.write(`${command}\nprintf '\\n@@%s@@\\n' "$?"\n`);
    // What never ends is named, instead of the whole test.
    const signal = AbortSignal.timeout(30_000);
    while (!/@@\d+@@\n$/.test(printed)) {
      await once(shell.stdout as NodeJS.ReadableStream, 'data', { signal }).catch(() => {
        throw new Error(`it does not end: ${command}\n${printed}`);
      });
    }
    expect(`${command}: ${/@@(\d+)@@/.exec(printed)?.[1]}`).toBe(`${command}: 0`);
  }
  shell.stdout?.off('data', take);
  return printed.replace(/\n@@\d+@@\n$/, '');
}

/** Whatever the page says is in the answer, in its order. */
function expected(told: unknown): unknown {
  if (told === '…') return expect.anything();
  if (Array.isArray(told)) return expect.arrayContaining(told.map(expected));
  if (typeof told !== 'object' || told === null) return told;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(told).map(([key, value]) => [key, expected(value)])),
  );
}

const commandsOf = ({ text }: Block): readonly string[] =>
  text.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));

test('docs/api.md says what is so', async () => {
  const blocks = blocksOf(root, 'docs/api.md');
  let answer = '';
  let count = 0;
  for (const block of blocks) {
    if (block.language === 'yaml') writeFileSync(join(folder, block.note), block.text);
    if (block.language === 'json' && block.note !== 'skip') {
      expect(JSON.parse(answer), `line ${block.line}`).toEqual(expected(JSON.parse(block.text)));
      count += 1;
    }
    if (block.language !== 'console' || block.note === 'start') continue;
    // Where it listens is the one thing a machine that does other things may choose otherwise.
    const commands = commandsOf(block).map((command) => command.replace('http://127.0.0.1:8002', url));
    answer = await run(commands);
  }
  expect(count).toBeGreaterThan(8);
}, 180_000);
