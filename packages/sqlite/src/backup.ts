/**
 * A copy of a file that others go on writing to, and a copy put in the place of a file.
 *
 * A backup reads within one transaction: what is committed meanwhile is not in it and does not make it begin anew, and
 * nobody waits for it. A file that was restored is another history than the one that went on after its backup: its epochs
 * fence off whoever owned it, and its offsets (F1) begin where none was ever given.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { CantataError } from '@cantata/core';
import { check, type SqliteReport } from './check.ts';
import { storeError } from './errors.ts';
import { identify, SCHEMA_VERSION, schemaVersion } from './migrations/migrate.ts';
import { makePrivately, protectLike } from './private-file.ts';

/** Pages of 4 KiB between two turns of the event loop. */
const PAGES_AT_ONCE = 1_000;
/** More events than a store of this size can have had since its backup. */
const OFFSET_GAP = 1_000_000_000;
const BUSY_MS = 2_000;
/** What may lie beside a database. */
const BESIDE = ['-wal', '-shm'] as const;

/**
 * Copies the store at `path` to the file `to`, which is whole from the moment it is there and replaces what was. Others may
 * read and write meanwhile. The copy was examined: its report has no problems.
 * @throws CantataError `store_unavailable`, `store_busy` where `to` is in use itself, `store_corrupt`, `store_full`
 */
export async function backupSqlite(path: string, to: string): Promise<SqliteReport> {
  const unfinished = `${resolve(to)}.unfinished`;
  requireFree(to, path);
  discard(unfinished);
  let source: DatabaseSync | undefined;
  try {
    source = new DatabaseSync(resolve(path), { timeout: BUSY_MS });
    identify(source, path);
    source.exec('begin');
    // The transaction begins with what is read first.
    source.prepare('select count(*) from sqlite_schema').get();
    makePrivately(unfinished);
    await backup(source, unfinished, { rate: PAGES_AT_ONCE });
    const report = asOneFile(unfinished, (copy) => check(copy, to));
    requireSound(report, `the copy of ${path}`);
    putInPlace(unfinished, to);
    return report;
  } catch (error) {
    discard(unfinished);
    throw storeError(error, path);
  } finally {
    source?.close();
  }
}

/**
 * Puts the copy `from` in the place of the store at `path`; what was there is kept beside it, with `.replaced` behind its
 * name. Nobody may have that open. A file of an older Cantata is brought up to date when it is opened.
 * @throws CantataError `store_busy` where somebody has the file open, `store_corrupt`, `store_version`, `store_unavailable`
 */
export function restoreSqlite(from: string, path: string): SqliteReport {
  const target = resolve(path);
  const unfinished = `${target}.unfinished`;
  // Which file is wrong, if one is.
  let about = from;
  try {
    discard(unfinished);
    copyFileSync(from, unfinished);
    protectLike(unfinished, target);
    const report = asOneFile(unfinished, (copy) => {
      identify(copy, from);
      requireKnown(copy, from);
      const found = check(copy, from);
      requireSound(found, from);
      beginAnew(copy);
      return found;
    });
    about = path;
    retire(target);
    putInPlace(unfinished, target);
    return report;
  } catch (error) {
    discard(unfinished);
    throw storeError(error, about);
  }
}

/** Who has a file open would go on with one that is not there any more, and what they write would be lost. */
function requireFree(to: string, path: string): void {
  const folder = dirname(resolve(to));
  if (!existsSync(folder))
    throw new CantataError('store_unavailable', `${to} cannot be written: there is no folder ${folder}`);
  const [copy, source] = [to, path].map((file) => statSync(file, { throwIfNoEntry: false }));
  const isSource = copy !== undefined && copy.ino === source?.ino && copy.dev === source.dev;
  if (isSource || existsSync(`${to}-wal`))
    throw new CantataError('store_busy', `${to} is a database in use, and no place for a copy of one`);
}

/** Whoever owned it is fenced off, and no reader takes what comes now for what it has seen. */
function beginAnew(database: DatabaseSync): void {
  database.exec(`
    begin immediate;
    update shards set epoch = epoch + 1, owner = null;
    delete from owners;
    insert into meta values ('incarnation', 2) on conflict (key) do update set value = value + 1;
    update shards set event = event + ${OFFSET_GAP} where event = (select max(id) from events);
    update waypoints set event = event + ${OFFSET_GAP} where event = (select max(id) from events);
    update events set id = id + ${OFFSET_GAP} where id = (select max(id) from events);
    commit;
  `);
}

/** Without a log beside it, it can be copied and moved by anybody. */
function asOneFile<T>(path: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    database.exec('pragma journal_mode = delete; pragma synchronous = full;');
    return work(database);
  } finally {
    database.close();
  }
}

/** Only who is alone can end write-ahead logging: so nobody goes on writing to a file that is not there any more. */
function retire(path: string): void {
  if (!existsSync(path)) return;
  try {
    asOneFile(path, () => undefined);
  } catch (error) {
    const { code, message } = storeError(error, path);
    // A file that nobody can read is what backups are for.
    if (code !== 'store_corrupt') throw new CantataError(code, message, { cause: error });
  }
  for (const beside of ['', ...BESIDE]) {
    rmSync(`${path}.replaced${beside}`, { force: true });
    if (existsSync(path + beside)) renameSync(path + beside, `${path}.replaced${beside}`);
  }
}

function requireKnown(database: DatabaseSync, path: string): void {
  const version = schemaVersion(database);
  if (version > 0 && version <= SCHEMA_VERSION) return;
  const message = `${path} has schema ${version}, this Cantata knows 1 to ${SCHEMA_VERSION}. Use the Cantata that made it.`;
  throw new CantataError('store_version', message);
}

function requireSound({ problems }: SqliteReport, what: string): void {
  if (problems.length === 0) return;
  throw new CantataError('store_corrupt', `${what} is damaged: ${problems.slice(0, 3).join('; ')}`);
}

/** Durable before it has its name. */
function putInPlace(unfinished: string, path: string): void {
  sync(unfinished);
  renameSync(unfinished, path);
  sync(dirname(resolve(path)));
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function discard(path: string): void {
  for (const beside of ['', '-journal', ...BESIDE]) rmSync(path + beside, { force: true });
}
