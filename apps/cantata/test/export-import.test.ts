// Workflows leave one project and come into another one as they are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStore } from '@cantata/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { single, threePhases, type Workflow } from './workflows.ts';

let here: Scratch;
let there: Scratch;
beforeEach(() => {
  here = createScratch();
  there = createScratch();
});
afterEach(() => {
  here.remove();
  there.remove();
});

const at = (scratch: Scratch, ...args: readonly string[]): Promise<Result> =>
  cantata(args, { cwd: scratch.folder });
const stored = async ({ database }: Scratch): Promise<readonly string[]> => {
  const store = await openSqliteStore({ path: database });
  const rows = await store.workflows.list('default');
  await store.close();
  return rows.map(({ name, version, digest }) => `${name} ${version} ${digest}`);
};
const exported = (): string[] =>
  readdirSync(join(here.folder, 'out')).map((file) => join(here.folder, 'out', file));

test('what is exported is imported as the same versions in the same order, and a second time nothing is new', async () => {
  const version = (of: string): Workflow => ({ ...threePhases('brief'), version: of });
  for (const workflow of [single('worker'), version('1.2'), version('1.10')])
    await at(here, 'run', here.workflow(workflow));
  const { out, code } = await at(here, 'export', '--out', 'out');
  expect(code).toBe(0);
  expect(out).toMatch(/^exported {2}brief 1\.2 {2}out\/brief-1\.2\.json$/m);
  expect(exported()).toHaveLength(3);
  expect(await at(there, 'import', ...exported())).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /^new {7}only_worker 1\.0\nnew {7}brief 1\.2\nnew {7}brief 1\.10\n$/,
    ) as string,
  });
  expect((await stored(there)).toSorted()).toEqual((await stored(here)).toSorted());
  expect((await stored(there)).filter((row) => row.startsWith('brief'))).toEqual(
    (await stored(here)).filter((row) => row.startsWith('brief')),
  );
  const again = await at(there, 'import', ...exported());
  expect(again.out).not.toContain('new');
  expect(again.out.match(/^same/gm)).toHaveLength(3);
});

test('only what is named is exported, and what is not there is told', async () => {
  await at(here, 'run', here.workflow(single('worker')));
  await at(here, 'run', here.workflow(threePhases('brief')));
  const rows = JSON.parse((await at(here, 'export', 'brief', '--out', 'out', '--json')).out) as unknown;
  expect(rows).toMatchObject([{ name: 'brief', version: '1.0' }]);
  expect(exported()).toHaveLength(1);
  expect(await at(here, 'export', 'none', '--out', 'out')).toMatchObject({
    code: 2,
    err: expect.stringContaining('there is no workflow none here') as string,
  });
});

test('where one is in conflict or broken, none is imported', async () => {
  await at(there, 'import', there.workflow(single('worker')));
  const other = there.workflow(
    { ...single('worker'), tasks: [{ id: 'other', agent: 'someone' }] },
    'other.yaml',
  );
  const brief = there.workflow(threePhases('brief'));
  const conflict = await at(there, 'import', brief, other);
  expect(conflict).toMatchObject({
    code: 5,
    out: expect.stringMatching(/new +brief 1\.0\n[^]*Nothing was imported/) as string,
  });
  expect(conflict.out).toMatch(/^conflict {2}only_worker 1\.0$/m);
  writeFileSync(
    join(there.folder, 'broken.yaml'),
    readFileSync(join(there.folder, brief), 'utf8').replace('lead', 'nobody'),
  );
  const broken = await at(there, 'import', brief, 'broken.yaml');
  expect(broken.code).toBe(2);
  expect(await stored(there)).toHaveLength(1);
});
