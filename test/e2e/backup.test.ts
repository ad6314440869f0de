// The data are copied while another process writes to them, put back, and gone on with.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStore } from '@cantata/sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createScratch, type Scratch } from '../../apps/cantata/test/scratch.ts';
import { single, threePhases } from '../../apps/cantata/test/workflows.ts';
import { run, start } from './process.ts';

let scratch: Scratch;
let cwd: string;
beforeEach(() => {
  scratch = createScratch();
  cwd = scratch.folder;
});
afterEach(() => scratch.remove());

const ledgerOf = (file: string): readonly string[] => readFileSync(file, 'utf8').trim().split('\n');

test('a backup is made while a run goes on, and what was at work then is done again under its key, and no more', async () => {
  const ledger = join(cwd, 'ledger');
  writeFileSync(ledger, '');
  await run(['run', scratch.workflow(single('worker'))], { cwd });
  const running = start(
    ['run', scratch.workflow(threePhases('going')), '--set', 'ms=1500', '--set', `ledger=${ledger}`],
    { cwd },
  );
  await running.until(/completed +begin/);
  const backup = await run(['backup', 'copy.db', '--json'], { cwd });
  expect(backup.err).toBe('');
  expect(JSON.parse(backup.out)).toMatchObject({ sound: true });
  expect(existsSync(join(cwd, 'copy.db-wal'))).toBe(false);
  expect((await run(['restore', 'copy.db', '--force'], { cwd })).err).toMatch(
    /^error shards_owned_elsewhere: process \d+ owns the data\n/,
  );
  expect((await running.ended).code).toBe(0);
  expect(ledgerOf(ledger)).toHaveLength(5);

  // Everything after the backup is lost.
  rmSync(scratch.dataDir, { recursive: true });
  const restored = await run(['restore', 'copy.db'], { cwd });
  expect(restored).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^restored {2}.*cantata\.db, .* sound\n$/),
  });
  expect((await run(['list'], { cwd })).out).toMatch(/going +1\.0 +undriven /);
  const resumed = await run(['resume', 'last'], { cwd });
  expect(resumed.code).toBe(0);
  const keys = ledgerOf(ledger);
  // Begin was in the backup; middle (three) and end were not, and come again under the same keys.
  expect(keys).toHaveLength(9);
  expect(new Set(keys).size).toBe(5);
  expect((await run(['doctor'], { cwd })).out).toMatch(/^ok +database +.*sound$/m);
}, 60_000);

test('many commits while it is copied do not make it begin anew, and none is half in it', async () => {
  const busy = start(['run', scratch.workflow({ ...threePhases('busy'), tasks: many(300) })], { cwd });
  await busy.until(/completed/);
  for (let n = 0; n < 3; n++) {
    const { code, out, err } = await run(['backup', `copy-${n}.db`, '--json'], { cwd });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ sound: true });
  }
  expect((await busy.ended).code).toBe(0);
  const { code, err } = await run(['backup', 'copy-0.db'], { cwd });
  expect({ code, err }).toEqual({ code: 5, err: expect.stringContaining('copy-0.db is there already') });
}, 60_000);

test('what is restored is another history: old owners are fenced off and cursors of the old one are not given again', async () => {
  await run(['run', scratch.workflow(single('worker'))], { cwd });
  await run(['backup', 'copy.db'], { cwd });
  await run(['run', scratch.workflow(threePhases('lost'))], { cwd });
  const before = await openSqliteStore({ path: scratch.database });
  const lost = await before.feed.end();
  expect((await run(['restore', 'copy.db', '--force'], { cwd })).err).toMatch(/^error store_busy: /);
  const [shard] = await before.leases.claim({ id: 'old', host: 'h', pid: 1 }, 0, 1);
  await before.close();
  expect((await run(['restore', 'copy.db'], { cwd })).err).toContain('has data already');
  expect((await run(['restore', 'copy.db', '--force'], { cwd })).code).toBe(0);
  expect(existsSync(`${scratch.database}.replaced`)).toBe(true);
  expect((await run(['run', scratch.workflow(threePhases('new'))], { cwd })).code).toBe(0);
  const after = await openSqliteStore({ path: scratch.database });
  const [first] = await after.feed.read(lost, 1);
  expect(first?.offset).toBeGreaterThan(lost);
  expect((await after.leases.claim({ id: 'new', host: 'h', pid: 1 }, 0, 1))[0]?.epoch).toBeGreaterThanOrEqual(
    shard?.epoch as number,
  );
  expect((await after.check()).problems).toEqual([]);
  await after.close();
}, 60_000);

test('what is no sound backup is put in no place', async () => {
  writeFileSync(join(cwd, 'other.db'), 'this is no database, however long it is'.repeat(100));
  const refused = await run(['restore', 'other.db'], { cwd });
  expect(refused.err).toMatch(/^error store_corrupt: /);
  expect(existsSync(scratch.database)).toBe(false);
  expect((await run(['restore', 'none.db'], { cwd })).code).toBe(2);
  expect((await run(['backup', 'copy.db'], { cwd })).code).toBe(2);
});

/** For one seat: one after the other. */
function many(count: number) {
  return Array.from({ length: count }, (_, n) => ({ id: `t${n}`, agent: 'lead' }));
}
