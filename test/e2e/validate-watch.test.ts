// `cantata validate --watch` as a process, on files that are written the way editors write them.
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jsonLines, type Running, start } from './process.ts';

const VALID = `name: watched
version: "1"
orchestration_pattern: swarm
agents: { a: { type: worker } }
tasks: [{ id: x, agent: a }]
coordination: { type: hybrid }
`;
const INVALID = VALID.replace('agent: a', 'agent: nobody');
const configOf = (type: string): string =>
  `export default { agents: { ${type}: { perform: () => null } } };\n`;

let folder: string;
let watching: Running;
const write = (text: string, name = 'w.yaml'): void => writeFileSync(join(folder, name), text);
/** As most editors do: a new file, renamed over the old one. */
const replace = (text: string): void => {
  write(text, 'w.yaml.new');
  renameSync(join(folder, 'w.yaml.new'), join(folder, 'w.yaml'));
};
const begin = (...args: readonly string[]): void => {
  watching = start(['validate', '--watch', 'w.yaml', ...args], { cwd: folder });
};
/** Waits for the nth outcome. */
const outcome = (nth: number, word: string): Promise<void> =>
  watching.until(new RegExp(`(?:^(?:in)?valid {2}[^]*?){${nth - 1}}^${word} {2}`, 'm'));

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cantata-watch-')));
  write(VALID);
});
afterEach(async () => {
  watching.child.kill('SIGKILL');
  await watching.ended;
  rmSync(folder, { recursive: true, force: true });
});

test('it says what it finds whenever the file is written, renamed over, gone and back', async () => {
  begin();
  await outcome(1, 'valid');
  replace(INVALID);
  await outcome(2, 'invalid');
  expect(watching.text()).toMatch(/^w\.yaml:5:25 {2}error {3}agent_unknown/m);
  write(VALID);
  await outcome(3, 'valid');
  rmSync(join(folder, 'w.yaml'));
  await outcome(4, 'invalid');
  expect(watching.text()).toMatch(/error {3}file_missing +there is no file w\.yaml/);
  replace(VALID);
  await outcome(5, 'valid');
  expect(watching.text()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n/);
});

test('it looks at the configuration that is written, changed and removed beside it', async () => {
  write(configOf('worker'), 'cantata.config.mjs');
  begin();
  await outcome(1, 'valid');
  write(configOf('other'), 'cantata.config.mjs');
  await outcome(2, 'invalid');
  expect(watching.text()).toContain('agent_type_unbound');
  rmSync(join(folder, 'cantata.config.mjs'));
  await outcome(3, 'valid');
  write(configOf('stranger'), 'cantata.config.mjs');
  await outcome(4, 'invalid');
});

test.each([
  ['valid', VALID, 0],
  ['invalid', INVALID, 2],
])('Ctrl-C ends it with the exit code of what was found last: %s', async (word, last, code) => {
  write('name: other');
  begin();
  await outcome(1, 'invalid');
  replace(last);
  await outcome(2, word);
  watching.child.kill('SIGINT');
  expect(await watching.ended).toMatchObject({ code, signal: null });
});

test('as JSON, a line for each change', async () => {
  begin('--json');
  await watching.until(/"valid":true/);
  replace(INVALID);
  await watching.until(/"valid":false/);
  watching.child.kill('SIGINT');
  const lines = jsonLines((await watching.ended).out);
  expect(lines).toMatchObject([
    { at: expect.any(String), valid: true },
    { valid: false, files: [{ file: 'w.yaml', problems: expect.any(Array) }] },
  ]);
});

test('it looks at the patterns beside it', async () => {
  mkdirSync(join(folder, 'patterns'));
  const pattern = (purpose: string): string => `name: once
version: "1"
summary: One turn.
roles: { only: { summary: works } }
rules:
  - { on: started, do: [{ turn: { to: a, purpose: work } }] }
  - { on: { completed: ${purpose} }, do: [{ finish: { output: done } }] }
`;
  write(pattern('work'), 'patterns/once.yaml');
  write(VALID.replace('swarm', 'custom').replace('agents:', 'pattern: { name: once }\nagents:'));
  begin();
  await outcome(1, 'valid');
  write(pattern('werk'), 'patterns/once.yaml');
  await outcome(2, 'invalid');
  expect(watching.text()).toMatch(/^patterns\/once\.yaml:7:\d+ {2}error {3}rule_invalid/m);
  write(pattern('work'), 'patterns/once.yaml');
  await outcome(3, 'valid');
});
