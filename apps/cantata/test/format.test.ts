// `cantata format`: files in place, `--check` for machines.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';

let scratch: Scratch;
const call = (...args: readonly string[]): Promise<Result> =>
  cantata(['format', ...args], { cwd: scratch.folder });
const read = (file: string): string => readFileSync(join(scratch.folder, file), 'utf8');

const UNTIDY = "version: '1'\nname:   w\n";
const TIDY = 'name: w\nversion: "1"\n';

beforeAll(() => {
  scratch = createScratch();
});
afterAll(() => scratch.remove());

test('a file is written in place, once', async () => {
  scratch.file('untidy.yaml', UNTIDY);
  scratch.file('tidy.yaml', TIDY);
  expect(await call('untidy.yaml', 'tidy.yaml')).toEqual({
    code: 0,
    out: 'formatted  untidy.yaml\n1 file as it should be\n',
    err: '',
  });
  expect(read('untidy.yaml')).toBe(TIDY);
  expect((await call('untidy.yaml')).out).toBe('1 file as it should be\n');
});

test('with --check nothing is written, and the exit code says whether something would be', async () => {
  scratch.file('untidy.yaml', UNTIDY);
  expect(await call('--check', 'untidy.yaml')).toMatchObject({ code: 2, out: 'would change  untidy.yaml\n' });
  expect(read('untidy.yaml')).toBe(UNTIDY);
  expect(await call('--check', 'tidy.yaml')).toMatchObject({ code: 0 });
});

test('a text that is not sound is left alone, and the others are formatted', async () => {
  scratch.file('untidy.yaml', UNTIDY);
  scratch.file('broken.yaml', 'name: "w\n');
  const { code, out } = await call('broken.yaml', 'untidy.yaml');
  expect(code).toBe(2);
  expect(out).toMatch(/^broken\.yaml:1:7 {2}error .*syntax[^]*formatted {2}untidy\.yaml\n$/);
  expect(read('broken.yaml')).toBe('name: "w\n');
  expect(read('untidy.yaml')).toBe(TIDY);
});

test('as JSON, an outcome for each file', async () => {
  scratch.file('untidy.yaml', UNTIDY);
  scratch.file('broken.yaml', 'a: b');
  const { out } = await call('--json', '--check', 'untidy.yaml', 'tidy.yaml', 'broken.yaml');
  expect(JSON.parse(out)).toMatchObject([
    { file: 'untidy.yaml', status: 'changed', problems: [] },
    { file: 'tidy.yaml', status: 'unchanged' },
    { file: 'broken.yaml', status: 'refused', problems: [{ code: 'not_a_workflow', line: 1 }] },
  ]);
});

test('a file that is not there is said to be missing, before anything is written', async () => {
  scratch.file('untidy.yaml', UNTIDY);
  expect(await call('untidy.yaml', 'nowhere.yaml')).toMatchObject({ code: 2 });
  expect(read('untidy.yaml')).toBe(UNTIDY);
});
