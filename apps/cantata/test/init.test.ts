// A new project.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch } from './scratch.ts';

describe('init', () => {
  test('writes a workflow that runs, and never over what is there', async () => {
    const other = createScratch();
    const init = (...args: readonly string[]): Promise<Result> =>
      cantata(['init', ...args], { cwd: other.folder });
    other.file('.gitignore', 'dist');
    const refused = await init();
    expect(refused).toMatchObject({
      code: 5,
      err: expect.stringMatching(
        /^error already_there: cantata\.config\.ts exists in .*\n.*--force replaces/,
      ),
    });

    const { code, out } = await init('my project');
    expect(code).toBe(0);
    expect(out).toContain(
      "Wrote workflow.yaml, cantata.config.ts, workflow.schema.json, package.json, .gitignore in 'my project'.\n\n  cd 'my project'\n  cantata run workflow.yaml ",
    );
    const folder = join(other.folder, 'my project');
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'my-project',
      type: 'module',
      dependencies: { '@cantata/sdk': expect.any(String) },
    });
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('node_modules/\n.cantata/\n');

    writeFileSync(join(folder, 'workflow.yaml'), 'mine');
    expect((await init('my project')).code).toBe(5);
    expect(readFileSync(join(folder, 'workflow.yaml'), 'utf8')).toBe('mine');
    expect(JSON.parse((await init('my project', '--force', '--json')).out)).toEqual({
      folder,
      written: ['workflow.yaml', 'cantata.config.ts', 'workflow.schema.json'],
    });

    const forced = await init('--force');
    expect(forced.out).toMatch(
      /^Wrote workflow\.yaml, cantata\.config\.ts, workflow\.schema\.json, package\.json, \.gitignore\.\n/,
    );
    expect(readFileSync(join(other.folder, '.gitignore'), 'utf8')).toBe('dist\nnode_modules/\n.cantata/\n');
    const validated = await cantata(['validate', 'workflow.yaml'], { cwd: other.folder });
    expect(validated.code).toBe(0);
    other.remove();
  });
});

describe('init --example', () => {
  const scratch = createScratch();
  const examples = join(import.meta.dirname, '../../../examples');
  const init = (...args: readonly string[]): Promise<Result> =>
    cantata(['init', ...args], { cwd: scratch.folder });
  afterAll(() => scratch.remove());

  test('every folder of an example with a manifest is listed with what it shows', async () => {
    const listed = await init('--examples', '--json');
    const rows = JSON.parse(listed.out) as { readonly name: string; readonly description: string }[];
    const folders = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'package.json')));
    expect(rows.map(({ name }) => name)).toEqual(folders.toSorted());
    expect(rows.filter(({ description }) => description.length < 20 || description.length > 110)).toEqual([]);
    expect((await init('--examples')).out).toMatch(/^EXAMPLE +WHAT IT SHOWS\n.*\nretries +faults: /s);
  });

  test('writes one that runs where it is, and never over what is there', async () => {
    const { code, out } = await init('--example', 'retries', 'again');
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^Wrote README\.md, .*, package\.json, \.gitignore in again\.\n\n {2}cd again\n {2}cantata run workflow\.yaml\n/,
      ),
    });
    const folder = join(scratch.folder, 'again');
    expect(existsSync(join(folder, 'src/agents.test.ts'))).toBe(false);
    expect(readFileSync(join(folder, 'workflow.yaml'), 'utf8')).toMatch(/\$schema=workflow\.schema\.json\n/);
    const page = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(page).toContain('```console\n$ npx cantata run fails.yaml\n');
    expect(page).toContain('; Writing agents says more');
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'again',
      dependencies: { '@cantata/sdk': expect.any(String), cantata: expect.any(String) },
    });
    expect((await cantata(['run', 'again', '--quiet'], { cwd: scratch.folder })).code).toBe(0);

    writeFileSync(join(folder, 'README.md'), 'mine');
    expect((await init('--example', 'retries', 'again')).err).toMatch(
      /^error already_there: README\.md and /,
    );
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('mine');
  });

  test('says what must be installed first', async () => {
    const { out } = await init('--example', 'research', 'asking');
    expect(out).toMatch(
      /^Wrote \d+ files in asking\.\n\n {2}cd asking\n {2}npm install +it needs minisearch and zod\n/,
    );
    expect(out).toContain('--set folder=.\n');
  });

  test('one that there is not is refused with what was meant, and what there is', async () => {
    expect(await init('--example', 'reserch', 'nothing')).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /^error usage: there is no example reserch\n {2}Did you mean research\?\n {2}There are .*research.*--examples/,
      ),
    });
    expect((await init('--example', 'zzzz')).err).not.toContain('Did you mean');
    expect(existsSync(join(scratch.folder, 'nothing'))).toBe(false);
  });
});
