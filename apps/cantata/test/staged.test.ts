// `cantata validate --staged` in a real repository. What a commit makes of it is in test/e2e.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cantata, type Result } from './in-process.ts';

const VALID = `name: staged
version: "1"
orchestration_pattern: swarm
agents: { a: { type: worker } }
tasks: [{ id: x, agent: a }]
coordination: { type: hybrid }
`;
const INVALID = VALID.replace('agent: a', 'agent: nobody');

let repository: string;
const write = (name: string, text: string): void => writeFileSync(join(repository, name), text);
const git = (...args: readonly string[]): void => {
  const who = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
  const { status, stderr } = spawnSync('git', [...who, ...args], { cwd: repository, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
};
const staged = (...args: readonly string[]): Promise<Result> =>
  cantata(['validate', '--staged', ...args], { cwd: repository });

beforeEach(() => {
  // A hook that runs these tests tells git where it is.
  for (const name of Object.keys(process.env)) if (name.startsWith('GIT_')) vi.stubEnv(name, undefined);
  repository = mkdtempSync(join(tmpdir(), 'cantata-staged-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(repository, { recursive: true, force: true });
});

test('outside a repository says so', async () => {
  expect(await staged()).toMatchObject({ code: 2, err: expect.stringContaining('inside a git repository') });
});

test('without git says so', async () => {
  vi.stubEnv('PATH', repository);
  expect(await staged()).toMatchObject({ code: 2, err: expect.stringContaining('git cannot be started') });
});

test('judges what is staged, and passes over what is no workflow', async () => {
  git('init', '--quiet');
  expect((await staged()).out).toBe('no workflow is staged\n');
  write('compose.yaml', 'services: {}\n');
  write('w.yaml', INVALID);
  git('add', '.');
  write('w.yaml', VALID);
  expect(await staged()).toMatchObject({
    code: 2,
    out: expect.stringMatching(/^w\.yaml:5:25 +error +agent_unknown/m),
  });
  git('add', '.');
  expect(await staged()).toMatchObject({ code: 0, out: expect.stringContaining('valid  staged 1, 1 task') });
});

test('takes what was a workflow in the last commit for one, and named files whether they change or not', async () => {
  git('init', '--quiet');
  write('w.yaml', VALID);
  git('add', '.');
  git('commit', '--quiet', '-m', 'valid');
  expect((await staged()).out).toBe('no workflow is staged\n');
  const { code, out } = await staged('w.yaml', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ valid: true, files: [{ valid: true }] });
  write('w.yaml', 'name: "broken');
  git('add', '.');
  expect(await staged()).toMatchObject({ code: 2, out: expect.stringContaining('w.yaml:1:7') });
});

const PATTERN = `name: once
version: "1"
summary: One turn.
roles: { only: { summary: works } }
rules:
  - { on: started, do: [{ turn: { to: "\${team[0].name}", purpose: work } }] }
  - { on: { completed: work }, do: [{ finish: { output: done } }] }
`;
const TEAM = `name: team
version: "1"
orchestration_pattern: custom
pattern: { name: once }
agents: { a: { type: worker } }
tasks: [{ id: x, workflow: staged, input: {} }, { id: y, pattern: once }]
coordination: { type: hybrid }
`;

test('looks at patterns and workflows beside it as they are staged, too', async () => {
  git('init', '--quiet');
  mkdirSync(join(repository, 'patterns'));
  write('patterns/once.yaml', PATTERN.replace('summary: works', 'sumary: works'));
  write('patterns/prometheus.yaml', 'rules: []\n');
  write('team.yaml', TEAM);
  write('w.yaml', INVALID);
  git('add', '.');
  write('patterns/once.yaml', PATTERN);
  write('w.yaml', VALID);
  const wrong = await staged();
  expect(wrong.code).toBe(2);
  expect(wrong.out).toMatch(/^patterns\/once\.yaml:4:\d+ +error +unknown_key/m);
  expect(wrong.out).toMatch(/^w\.yaml:5:25 +error +agent_unknown/m);
  expect(wrong.out).not.toContain('there is no pattern');
  git('add', '.');
  write('patterns/once.yaml', 'rules: broken');
  expect(await staged()).toMatchObject({ code: 0, out: expect.stringContaining('valid  3 files') });
});

test('knows the patterns of the configuration, and nothing else of it', async () => {
  git('init', '--quiet');
  write('cantata.config.mjs', 'export default 7;\n');
  write('team.yaml', TEAM.replace(', { id: y, pattern: once }', ''));
  git('add', '.');
  expect((await staged()).out).toContain('there is no pattern `once`');
  const parts = 'name: "once", version: "1", summary: "One.", roles: { r: { summary: "s", least: 0 } }';
  const rest =
    'options: { type: "object" }, asks: [], validate: () => [], initial: () => ({}), react: () => ({})';
  write('other.config.mjs', `export default { agents: {}, patterns: [{ ${parts}, ${rest} }] };\n`);
  expect(await staged('team.yaml', '--config', 'other.config.mjs')).toMatchObject({ code: 0 });
});
