/** `cantata backup FILE` and `cantata restore FILE`: the data whole, while others go on, and back in their place. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backupSqlite, restoreSqlite, type SqliteReport } from '@cantata/sqlite';
import { liveHolders } from '../assemble/driven.ts';
import { dataDirOf, elsewhereLines } from '../assemble/reading.ts';
import { databaseOf, openExistingStore } from '../assemble/store.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { Failure, failureOf } from '../failure.ts';
import { type CommonOptions, type Host, printJson, projectOf } from '../host.ts';
import { readablePath, typedPath } from '../paths.ts';
import { bytes, count } from '../render/text.ts';

export interface BackupOptions extends CommonOptions {
  readonly force?: boolean;
}

export async function backup(host: Host, named: string, options: BackupOptions): Promise<ExitCode> {
  const { cwd, environment } = host;
  const database = databaseOf(await dataDirOf(projectOf(host, options), host), environment);
  const file = resolve(cwd, named);
  if (!existsSync(database)) {
    const help = elsewhereLines(host);
    throw new Failure('store_unavailable', 'there are no data here yet', { exit: EXIT.invalid, help });
  }
  refuseToReplace(file, options, `${typedPath(cwd, file)} is there already`);
  const report = await backupSqlite(database, file);
  say(host, options, 'backed up', { file, ...report });
  return EXIT.ok;
}

export async function restore(host: Host, named: string, options: BackupOptions): Promise<ExitCode> {
  const { cwd, environment } = host;
  const dataDir = await dataDirOf(projectOf(host, options), host);
  const database = databaseOf(dataDir, environment);
  const file = resolve(cwd, named);
  if (!existsSync(file))
    throw new Failure('store_unavailable', `there is no file ${typedPath(cwd, file)}`, {
      exit: EXIT.invalid,
    });
  await refuseWhileOwned(host, dataDir);
  refuseToReplace(database, options, `${readablePath(cwd, dataDir)} has data already`);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const report = restoreSqlite(file, database);
  // It tells of a process that owned other data.
  rmSync(join(dataDir, 'owner.json'), { force: true });
  say(host, options, 'restored', { file: database, ...report });
  return EXIT.ok;
}

function refuseToReplace(file: string, { force }: BackupOptions, message: string): void {
  if (force === true || !existsSync(file)) return;
  throw new Failure('store_unavailable', message, {
    exit: EXIT.conflict,
    help: ['--force replaces it.'],
  });
}

/** Its engine would go on with what is not there any more. */
async function refuseWhileOwned({ environment }: Host, dataDir: string): Promise<void> {
  const store = await openExistingStore(dataDir, environment, 'look').catch((error: unknown) => {
    // What cannot be read is owned by nobody who could do something with it.
    if (failureOf(error).code === 'store_busy') throw error;
    return undefined;
  });
  try {
    const [holder] = store === undefined ? [] : await liveHolders(store, Date.now());
    if (holder === undefined) return;
    throw new Failure('shards_owned_elsewhere', `process ${holder.owner.pid} owns the data`, {
      exit: EXIT.conflict,
      help: ['Stop it first: what it does after the backup would be neither here nor there.'],
    });
  } finally {
    await store?.close();
  }
}

function say(
  host: Host,
  { json }: CommonOptions,
  done: string,
  { file, sizeBytes, events, schemaVersion }: SqliteReport & { readonly file: string },
): void {
  if (json === true)
    printJson(host, { file, size_bytes: sizeBytes, events, schema_version: schemaVersion, sound: true });
  else
    host.out.line(
      `${host.out.paint.green(done)}  ${readablePath(host.cwd, file)}, ${bytes(sizeBytes)}, ${count(events, 'event')}, sound`,
    );
}
