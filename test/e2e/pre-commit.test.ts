// The hooks in a real repository: what is staged is what counts.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bin, type Ended, run } from './process.ts';

const root = join(import.meta.dirname, '../..');
const VALID = `name: committed
version: "1"
orchestration_pattern: swarm
agents: { a: { type: worker } }
tasks: [{ id: x, agent: a }]
coordination: { type: hybrid }
`;
const INVALID = VALID.replace('agent: a', 'agent: nobody');

let home: string;
let repository: string;

function git(...args: readonly string[]): { readonly status: number | null; readonly text: string } {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const env = {
    ...Object.fromEntries(inherited),
    PATH: [home, dirname(process.execPath), process.env['PATH']].join(delimiter),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const who = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
  const { status, stdout, stderr } = spawnSync('git', [...who, ...args], {
    cwd: repository,
    env,
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(repository, name)), { recursive: true });
  writeFileSync(join(repository, name), text);
};
const staged = (...args: readonly string[]): Promise<Ended> =>
  run(['validate', '--staged', ...args], { cwd: repository });

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cantata-hook-'));
  repository = join(home, 'repository');
  mkdirSync(repository);
  // What npx finds in a project; it leaves a trace.
  const script = `#!/bin/sh\necho "$@" >> "${home}/calls"\nshift 2\nexec "${process.execPath}" "${bin}" "$@"\n`;
  writeFileSync(join(home, 'npx'), script);
  chmodSync(join(home, 'npx'), 0o755);
  git('init', '--quiet');
  mkdirSync(join(repository, '.git/hooks'), { recursive: true });
  copyFileSync(join(root, 'scripts/pre-commit'), join(repository, '.git/hooks/pre-commit'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a commit with a broken workflow is refused, with line and column', () => {
  write('flows/w.yaml', INVALID);
  git('add', '.');
  const { status, text } = git('commit', '-m', 'broken');
  expect(status).toBe(1);
  expect(text).toMatch(/^flows\/w\.yaml:5:25 +error +agent_unknown/m);
  write('flows/w.yaml', VALID);
  git('add', '.');
  expect(git('commit', '-m', 'mended').status).toBe(0);
});

test('only what is staged counts, not what stands in the folder', () => {
  write('w.yaml', VALID);
  git('add', '.');
  write('w.yaml', INVALID);
  expect(git('commit', '-m', 'valid').status).toBe(0);
  git('add', '.');
  write('w.yaml', VALID);
  expect(git('commit', '-m', 'invalid')).toMatchObject({
    status: 1,
    text: expect.stringContaining('agent_unknown'),
  });
});

test('a workflow that ceases to be YAML is still one', () => {
  write('w.yaml', VALID);
  git('add', '.');
  git('commit', '-m', 'valid');
  write('w.yaml', 'name: "committed');
  expect(git('commit', '-am', 'broken')).toMatchObject({
    status: 1,
    text: expect.stringContaining('w.yaml:1:7'),
  });
});

test('other files are none of its business, and without YAML or JSON nothing is started', () => {
  write('readme.md', 'hello');
  git('add', '.');
  expect(git('commit', '-m', 'page').status).toBe(0);
  expect(() => readFileSync(join(home, 'calls'))).toThrow(/ENOENT/);
  write('compose.yaml', 'services: {}\nversion: "3"\n');
  write('package.json', '{ "name": "x", "version": "1.0.0" }');
  write('odd name\u00e9.yml', '"');
  git('add', '.');
  expect(git('commit', '-m', 'others')).toMatchObject({
    status: 0,
    text: expect.stringContaining('no workflow is staged'),
  });
});

test('named files are validated as they are staged, whether they change or not', async () => {
  write('w.yaml', VALID);
  write('deep/broken.yaml', INVALID);
  git('add', '.');
  git('commit', '--no-verify', '-m', 'both');
  expect(await staged()).toMatchObject({ code: 0, out: 'no workflow is staged\n' });
  expect(await staged('w.yaml')).toMatchObject({
    code: 0,
    out: expect.stringContaining('valid  committed 1, 1 task'),
  });
  const { code, out } = await staged('--json', 'w.yaml', 'deep/broken.yaml');
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({
    valid: false,
    files: [
      { file: 'deep/broken.yaml', valid: false },
      { file: 'w.yaml', valid: true },
    ],
  });
});

test('outside a repository it says so', async () => {
  const { code, err } = await run(['validate', '--staged'], { cwd: home });
  expect(code).toBe(2);
  expect(err).toContain('--staged works inside a git repository.');
});
