/** Copies of a file that is written to, and what may take its place. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backupSqlite, openSqliteStore, restoreSqlite } from './index.ts';
import { ALPHA, nthCommit, PER_COMMIT } from './second-process.suite.ts';
import { temporaryFolder } from './temporary.suite.ts';

let folder: string;
let remove: () => void;
let path: string;
let copy: string;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
  path = `${folder}/cantata.db`;
  copy = `${folder}/copy.db`;
});
afterEach(() => remove());

const owner = (id: string) => ({ id, host: 'host', pid: process.pid });
const edit = (file: string, sql: string): void => {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
};
const meta = (file: string, key: string): unknown => {
  const database = new DatabaseSync(file);
  try {
    return database.prepare('select value from meta where key = ?').get(key)?.['value'];
  } finally {
    database.close();
  }
};

/** A file with so many commits, and the epoch of its shards. */
async function written(commits: number): Promise<number> {
  const store = await openSqliteStore({ path });
  const claims = await store.leases.claim(owner('first'), Date.now(), 60_000);
  for (let n = 1; n <= commits; n++) await store.log.commit(nthCommit(n, claims));
  await store.close();
  return claims[0]?.epoch as number;
}

it('copies whole commits of a process that goes on committing, into one file that is sound', async () => {
  const script = fileURLToPath(new URL('./second-process.suite.ts', import.meta.url));
  const child = spawn(process.execPath, [script, 'commit-forever', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  try {
    for (let n = 0; n < 3; n++) {
      await expect.poll(() => lines.length, { timeout: 20_000 }).toBeGreaterThan(n * 20);
      const before = Number(lines.at(-1));
      const report = await backupSqlite(path, copy);
      expect(report).toMatchObject({ problems: [], journalMode: 'delete' });
      expect(existsSync(`${copy}-wal`)).toBe(false);
      const store = await openSqliteStore({ path: copy });
      const alpha = await store.log.readEntity(ALPHA, 0, 1_000_000);
      expect(alpha.length % PER_COMMIT).toBe(0);
      expect(alpha.length / PER_COMMIT).toBeGreaterThanOrEqual(before);
      await store.close();
    }
  } finally {
    child.kill('SIGKILL');
  }
}, 60_000);

it('is for its owner alone, and in the place of a file for whom that was', async () => {
  await written(1);
  await backupSqlite(path, copy);
  const rights = (file: string): number => statSync(file).mode & 0o777;
  expect(rights(copy)).toBe(0o600);
  chmodSync(copy, 0o644);
  restoreSqlite(copy, `${folder}/new.db`);
  expect(rights(`${folder}/new.db`)).toBe(0o600);
  chmodSync(path, 0o640);
  restoreSqlite(copy, path);
  expect(rights(path)).toBe(0o640);
});

it('puts a copy in its place, under epochs and offsets that nobody had, and keeps what was there', async () => {
  const epoch = await written(40);
  await backupSqlite(path, copy);
  const lost = await openSqliteStore({ path });
  const end = await lost.feed.end();
  await lost.close();
  expect(restoreSqlite(copy, path).problems).toEqual([]);
  expect(existsSync(`${path}.replaced`)).toBe(true);
  const store = await openSqliteStore({ path });
  expect(await store.leases.holders()).toEqual([]);
  expect(await store.feed.end()).toBeGreaterThan(end);
  expect(await store.feed.read(end, 10)).toHaveLength(1);
  const claims = await store.leases.claim(owner('second'), Date.now(), 60_000);
  expect(claims[0]?.epoch).toBeGreaterThan(epoch + 1);
  await store.log.commit(nthCommit(41, claims));
  expect(await store.log.readEntity(ALPHA, 0, 1_000)).toHaveLength(41 * PER_COMMIT);
  expect((await store.check()).problems).toEqual([]);
  await store.close();
  expect(meta(path, 'incarnation')).toBe(2);
  await backupSqlite(path, copy);
  expect(restoreSqlite(copy, path).problems).toEqual([]);
  expect(meta(path, 'incarnation')).toBe(3);
});

it('makes no copy where somebody would go on writing to what is not there any more', async () => {
  await written(1);
  await backupSqlite(path, copy);
  const open = await openSqliteStore({ path: copy });
  linkSync(path, `${folder}/link.db`);
  for (const to of [path, `${folder}/link.db`, copy])
    await expect(backupSqlite(path, to)).rejects.toMatchObject({ code: 'store_busy' });
  await open.close();
  await backupSqlite(path, copy);
  await expect(backupSqlite(path, `${folder}/none/copy.db`)).rejects.toThrow(
    `there is no folder ${folder}/none`,
  );
});

it('says which of two files is damaged', async () => {
  await written(1);
  writeFileSync(copy, readFileSync(path).subarray(0, 20_000));
  expect(() => restoreSqlite(copy, path)).toThrow(`${copy} is damaged`);
});

it('puts nothing in the place of a file that somebody has open, but of one that nobody can read', async () => {
  await written(1);
  await backupSqlite(path, copy);
  const open = await openSqliteStore({ path });
  expect(() => restoreSqlite(copy, path)).toThrow(expect.objectContaining({ code: 'store_busy' }));
  await open.close();
  writeFileSync(path, 'not a database at all, whatever it says'.repeat(200));
  restoreSqlite(copy, path);
  expect(readFileSync(`${path}.replaced`, 'utf8')).toContain('not a database');
  expect(readdirSync(folder).filter((name) => name.includes('unfinished'))).toEqual([]);
});

it.each([
  ['a newer Cantata made', `update meta set value = 999 where key = 'schema_version'`, 'store_version'],
  ['has a hole in its log', `delete from events where sequence = 2`, 'store_corrupt'],
  ['is of somebody else', 'pragma application_id = 7', 'store_corrupt'],
])('refuses a copy that %s, and leaves everything as it was', async (_, sql, code) => {
  await written(2);
  copyFileSync(path, copy);
  edit(copy, sql);
  const before = readFileSync(path);
  expect(() => restoreSqlite(copy, path)).toThrow(expect.objectContaining({ code }));
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(folder).toSorted()).toEqual(['cantata.db', 'copy.db']);
});

it('makes no backup of what is damaged, or is none of ours', async () => {
  await written(2);
  edit(path, 'delete from events where sequence = 2');
  await expect(backupSqlite(path, copy)).rejects.toMatchObject({ code: 'store_corrupt' });
  edit(`${folder}/other.db`, 'create table t (x)');
  await expect(backupSqlite(`${folder}/other.db`, copy)).rejects.toMatchObject({ code: 'store_corrupt' });
  expect(existsSync(copy)).toBe(false);
});
