// The less travelled ways of the commands.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openSqliteStore } from '@cantata/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { noticed, single } from './workflows.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());
const call = (...args: readonly string[]): Promise<Result> => cantata(args, { cwd: scratch.folder });

describe('validate', () => {
  test('of several files says how many are valid', async () => {
    const files = ['a', 'b'].map((name) => scratch.workflow(noticed(name)));
    expect((await call('validate', ...files)).out).toMatch(/\nvalid {2}2 files, 2 notices\n$/);
  });

  test('of a file that cannot be read says why', async () => {
    mkdirSync(join(scratch.folder, 'folder.yaml/workflow.yaml'), { recursive: true });
    expect(await call('validate', 'folder.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('the folder folder.yaml has no workflow.yaml'),
    });
    expect(await call('validate', 'folder.yaml/workflow.yaml/none/x')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no file'),
    });
    writeFileSync(join(scratch.folder, 'plain'), '');
    expect(await call('validate', 'plain/x.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('plain/x.yaml cannot be read: '),
    });
  });

  test('and whoever else meets a configuration that throws lets it move no cursor', async () => {
    scratch.file('cantata.config.ts', String.raw`throw new Error('no \u001B[2Jkey');`);
    const file = scratch.workflow(noticed('a'));
    for (const args of [['validate', file], ['run', file], ['list'], ['doctor']]) {
      const { out, err } = await call(...args);
      expect(`${out}${err}`).toContain('cannot be loaded: no key');
      expect(`${out}${err}`).not.toContain('\u001B');
    }
  });

  test('counts a configuration that does not load', async () => {
    scratch.file('cantata.config.ts', 'export default 3;');
    const file = scratch.workflow(noticed('a'));
    expect(JSON.parse((await call('validate', file, '--json')).out)).toMatchObject({
      valid: false,
      config: [{ code: 'config_invalid' }],
      files: [{ valid: true }],
    });
    expect((await call('validate', file)).out).toMatch(
      /\ninvalid {2}1 error, 1 notice in 1 file, 1 valid\n$/,
    );
  });
});

test('a configuration that throws something else than an error is refused, too', async () => {
  scratch.file('cantata.config.ts', 'throw "a text";');
  expect(await call('run', scratch.workflow(single('worker')))).toMatchObject({
    code: 2,
    err: expect.stringContaining('cannot be loaded: a text'),
  });
});

test('a configuration without agents says so where one is missing', async () => {
  scratch.file('cantata.config.ts', 'export default { agents: {} };');
  expect((await call('run', scratch.workflow(single('worker')))).err).toContain('bound are none');
});

test('JSON is indented on a terminal', async () => {
  const { out } = await cantata(['list', '--json'], {
    cwd: scratch.folder,
    terminal: { columns: 80, rows: 20 },
  });
  expect(out).toBe('[]\n');
  await call('run', scratch.workflow(single('worker')));
  const listed = await cantata(['list', '--json'], {
    cwd: scratch.folder,
    terminal: { columns: 80, rows: 20 },
  });
  expect(listed.out).toMatch(/^\[\n {2}\{\n {4}"execution_id"/);
});

test('what was begun long ago is listed with its day', async () => {
  await call('run', scratch.workflow(single('worker')));
  const store = await openSqliteStore({ path: scratch.database });
  const [row] = await store.executions.list({ limit: 1 });
  const holder = { id: '01a20838-ff54-7b26-8088-4a6b8daa5b5a', host: 'elsewhere', pid: 1 };
  const claims = await store.leases.claim(holder, Date.now(), 1);
  const epochs = claims.map(({ shard, epoch }) => ({ shard, epoch }));
  const nothing = {
    epochs,
    events: [],
    messages: [],
    consumed: [],
    outcomes: [],
    snapshots: [],
    wakeups: [],
    woken: [],
    blobs: [],
  };
  if (row !== undefined)
    await store.log.commit({ ...nothing, executions: [{ ...row, startedAt: row.startedAt - 86_400_000 }] });
  await store.close();
  expect((await call('list')).out).toMatch(/completed +1\/1 work +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +1 d/);
  expect((await call('doctor')).out).toMatch(
    /^ok {4}owner +process 1 on elsewhere (did until it ended|, for)/m,
  );
});

describe('doctor', () => {
  test('tells of a database that is none, and of one that is damaged', async () => {
    await call('run', scratch.workflow(single('worker')));
    const bytes = readFileSync(scratch.database);
    writeFileSync(scratch.database, bytes.fill(0xa5, 4 * 4_096));
    const damaged = await call('doctor');
    expect(damaged).toMatchObject({ code: 4, out: expect.stringMatching(/^fail {2}database/m) });
    expect(damaged.out).toMatch(/\n\d failed\n$/);
    writeFileSync(scratch.database, 'notes '.repeat(2_000));
    const foreign = await call('doctor', '--json');
    expect(foreign.code).toBe(4);
    expect(JSON.parse(foreign.out)).toMatchObject({ state: 'fail' });
  });

  test('warns without failing', async () => {
    scratch.file('cantata.config.ts', 'export default { agents: {} };');
    const { code, out } = await call('doctor', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ state: 'warn' });
  });
});

test('init in a folder without a name for npm finds one', async () => {
  await call('init', 'äöü');
  expect(JSON.parse(readFileSync(join(scratch.folder, 'äöü/package.json'), 'utf8'))).toMatchObject({
    name: 'workflows',
  });
});

test('a folder of data that cannot be made is said', async () => {
  scratch.file('occupied', '');
  const { code, err } = await call('run', scratch.workflow(single('worker')), '--data', 'occupied/data');
  expect({ code, err }).toEqual({ code: 4, err: expect.stringContaining('error store_unavailable: ') });
});

test('another configuration than the one at hand is part of the commands to copy', async () => {
  const other = createScratch();
  const { out } = await call(
    'run',
    scratch.workflow(single('flaky', { retry_policy: 'none' })),
    '--config',
    join(other.folder, 'cantata.config.ts'),
  );
  expect(out).toContain(`cantata why `);
  expect(out).toContain(` --data ../${basename(other.folder)}/.cantata`);
  other.remove();
});

describe('init', () => {
  test('where nothing can be written says so, and does not take it for a bug', async () => {
    scratch.file('plain', '');
    for (const folder of ['plain', 'plain/below']) {
      const { code, err } = await call('init', folder);
      expect(code).toBe(2);
      expect(err).toMatch(/^error folder_unwritable: .*plain.* cannot be written to: E(EXIST|NOTDIR)/);
    }
  });
});
