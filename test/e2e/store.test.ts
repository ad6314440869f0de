// A full disk, a locked file, a damaged file: a clear error, exit code 4, no stack, and nothing that was accepted is lost.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { single, threePhases } from '../../apps/cantata/test/workflows.ts';
import { type Ended, run } from './process.ts';

let scratch: Scratch;
let cwd: string;
let file: string;
beforeEach(() => {
  scratch = createScratch();
  cwd = scratch.folder;
  file = scratch.workflow(threePhases('stored'));
});
afterEach(() => scratch.remove());

const PAGE = 4_096;
const pages = (): number => Math.ceil(statSync(scratch.database).size / PAGE);

function expectStoreError({ code, out, err }: Ended, error: string): void {
  expect(code).toBe(4);
  expect(err).toContain(`error ${error}: `);
  expect(out + err).not.toMatch(/^ +at /m);
}

describe('a full disk', () => {
  test('before a run began refuses it', async () => {
    expectStoreError(await run(['run', file], { cwd, env: { CANTATA_MAX_PAGES: '20' } }), 'store_full');
  });

  test('in the middle of a run parks it, and it goes on when there is room again', async () => {
    await run(['run', scratch.workflow(single('worker'))], { cwd });
    const text = 'x'.repeat(100_000);
    const env = { CANTATA_MAX_PAGES: String(pages() + 40) };
    const full = await run(['run', file, '--input', '-'], { cwd, env, input: JSON.stringify({ text }) });
    // A mark on the run is small: where it still fits the run is shown as parked, else its error is.
    const said = full.out + full.err;
    expect({ code: full.code, stack: /^ +at /m.exec(said) }).toEqual({ code: 4, stack: null });
    expect(said).toMatch(/parked: store_full: |error store_full: /);
    expect(full.out).toContain('assigned');
    expect(said).toMatch(/cantata resume [0-9a-f-]+/);
    expect((await run(['why', 'last'], { cwd })).out).toMatch(/store_full|Nobody drives it/);

    const resumed = await run(['resume', 'last', '--quiet'], { cwd });
    expect(resumed.code).toBe(0);
    expect(resumed.out).toContain(text);
  });
});

describe('a database that another program holds locked', () => {
  test.each([['run'], ['list'], ['doctor']])('is said by %s', async (command) => {
    await run(['run', file], { cwd });
    const other = new DatabaseSync(scratch.database);
    // An exclusive lock as a backup or a browser may take it; it outlasts the patience of the command.
    other.exec('pragma locking_mode = exclusive; begin exclusive; create table held (x);');
    try {
      const ended = await run(command === 'run' ? ['run', file] : [command], { cwd });
      if (command === 'doctor') {
        expect(ended).toMatchObject({
          code: 4,
          out: expect.stringMatching(/^fail {2}database +store_busy: /m),
        });
      } else if (command === 'list') expect([0, 4]).toContain(ended.code);
      else expectStoreError(ended, 'store_busy');
    } finally {
      other.exec('rollback');
      other.close();
    }
    expect((await run(['list'], { cwd })).code).toBe(0);
  });
});

describe('a file that is no database of Cantata', () => {
  const commands = [
    ['run', 'stored.yaml'],
    ['list'],
    ['status', 'last'],
    ['events', 'last'],
    ['pause', 'last'],
    ['resume', 'last'],
  ];

  test.each(commands)('is said by %s', async (...args) => {
    await run(['run', file], { cwd });
    writeFileSync(
      scratch.database,
      "these are somebody else's notes, and they are not short either. ".repeat(200),
    );
    expectStoreError(
      await run(
        args.filter((arg) => arg !== undefined),
        { cwd },
      ),
      'store_corrupt',
    );
    const { code, out } = await run(['doctor'], { cwd });
    expect({ code, out }).toEqual({
      code: 4,
      out: expect.stringMatching(/^fail {2}database +store_corrupt: /m),
    });
  });

  test('or a database that was damaged is found by the doctor', async () => {
    await run(['run', file], { cwd });
    const bytes = readFileSync(scratch.database);
    // Every page but the first few, which say that it is a database of Cantata.
    bytes.fill(0xa5, 4 * PAGE);
    writeFileSync(scratch.database, bytes);
    const { code, out, err } = await run(['doctor'], { cwd });
    expect(code).toBe(4);
    expect(out).toMatch(/^fail {2}database/m);
    expect(out + err).not.toMatch(/^ +at /m);
    expectStoreError(await run(['run', file], { cwd }), 'store_corrupt');
  });

  test('a folder that cannot be written is said', async () => {
    scratch.file('occupied', 'a file where a folder should be');
    expectStoreError(await run(['run', file, '--data', 'occupied'], { cwd }), 'store_unavailable');
  });
});
