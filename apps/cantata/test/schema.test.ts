// `cantata schema`, and where the schema is named.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';

const root = join(import.meta.dirname, '../../..');
let scratch: Scratch;
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });

beforeAll(() => {
  scratch = createScratch();
});
afterAll(() => scratch.remove());

describe('schema', () => {
  test('prints what the package publishes, and writes it where it is told to', async () => {
    const published = readFileSync(join(root, 'packages/definition/schema/workflow.schema.json'), 'utf8');
    expect(await call('schema')).toEqual({ code: 0, out: published, err: '' });
    expect(await call('schema', '--out', 'own.json')).toMatchObject({ code: 0, out: 'Wrote own.json.\n' });
    expect((await call('schema', '--out', 'own.json', '--json')).out).toBe('{"written":"own.json"}\n');
    expect(readFileSync(join(scratch.folder, 'own.json'), 'utf8')).toBe(published);
  });

  test('says where it cannot be written', async () => {
    const { code, err } = await call('schema', '--out', 'nowhere/own.json');
    expect(code).toBe(2);
    expect(err).toContain('error usage: nowhere/own.json cannot be written: ENOENT');
  });

  test('is named by the first line of every workflow that is given away, where it can be found', async () => {
    await call('init', 'fresh');
    const files = [
      ...globSync('examples/*/*.yaml', { cwd: root }).map((file) => join(root, file)),
      join(scratch.folder, 'fresh/workflow.yaml'),
    ];
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const [first = ''] = readFileSync(file, 'utf8').split('\n');
      const named = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1] ?? '';
      expect(readFileSync(resolve(dirname(file), named), 'utf8'), file).toContain('json-schema.org');
    }
  });
});
