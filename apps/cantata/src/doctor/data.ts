/** The data of the project: the folder, the database, who owns it, and what is open in it. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { duration, listing, OPEN_STATUSES } from '@cantata/core';
import type { SqliteStore } from '@cantata/sqlite';
import { isDriven, liveHolders } from '../assemble/driven.ts';
import type { Hint } from '../assemble/hint.ts';
import { isLive } from '../assemble/owner.ts';
import type { Project } from '../assemble/project.ts';
import { dataDirOf } from '../assemble/reading.ts';
import { databaseOf, openExistingStore } from '../assemble/store.ts';
import { EXIT } from '../exit.ts';
import { failureOf } from '../failure.ts';
import type { Host } from '../host.ts';
import { readablePath } from '../paths.ts';
import { bytes, count, shortId } from '../render/text.ts';
import type { Finding } from './finding.ts';

/** Less is not enough for a busy day, and even less not for an hour. */
const LOW_BYTES = 1024 ** 3;
const TOO_LOW_BYTES = 50 * 1024 ** 2;
const MAX_OPEN = 1_000;

export async function checkData(project: Project, host: Host, hint: Hint): Promise<readonly Finding[]> {
  const dataDir = await dataDirOf(project, { err: { ...host.err, line: () => undefined } });
  const disk = checkDisk(dataDir);
  try {
    const store = await openExistingStore(dataDir, host.environment, 'look');
    if (store === undefined) {
      const text = `none yet; the first run makes ${readablePath(host.cwd, databaseOf(dataDir, host.environment))}`;
      return [{ state: 'ok', subject: 'database', text }, disk];
    }
    try {
      return [
        await checkDatabase(store, host.cwd),
        await checkOwner(store),
        await checkOpen(store, hint),
        disk,
      ];
    } finally {
      await store.close();
    }
  } catch (error) {
    const { code, message, exit, help } = failureOf(error);
    return [
      { state: 'fail', subject: 'database', text: `${code}: ${message}`, help: help.join(' '), exit },
      disk,
    ];
  }
}

async function checkDatabase(store: SqliteStore, cwd: string): Promise<Finding> {
  const { path, schemaVersion, journalMode, sizeBytes, events, problems } = await store.check();
  const subject = 'database';
  const what = `${readablePath(cwd, path)}, ${bytes(sizeBytes)}, ${count(events, 'event')}, schema ${schemaVersion}, ${journalMode}`;
  if (problems.length === 0 && store.isReadOnly) {
    const help = 'Looking works; running needs write permission to the file and its folder.';
    return { state: 'warn', subject, text: `${what}, sound, cannot be written by this user`, help };
  }
  if (problems.length === 0) return { state: 'ok', subject, text: `${what}, sound` };
  const text = `${what}: ${listing(problems, 3)}`;
  return { state: 'fail', subject, text, help: 'Stop what uses it and restore a backup.', exit: EXIT.store };
}

async function checkOwner(store: SqliteStore): Promise<Finding> {
  const subject = 'owner';
  const now = Date.now();
  const [holder] = await store.leases.holders();
  if (holder === undefined) return { state: 'ok', subject, text: 'nobody: no run is being driven' };
  const { owner, expiresAt } = holder;
  const who = `process ${owner.pid} on ${owner.host}`;
  if (isLive(holder, now))
    return { state: 'ok', subject, text: `${who}, for ${duration(expiresAt - now)} at a time` };
  return { state: 'ok', subject, text: `${who} did until it ended; the next command takes over` };
}

async function checkOpen(store: SqliteStore, hint: Hint): Promise<Finding> {
  const subject = 'executions';
  const rows = await store.executions.list({ statuses: OPEN_STATUSES, limit: MAX_OPEN });
  if (rows.length === 0) return { state: 'ok', subject, text: 'none open' };
  const holders = await liveHolders(store, Date.now());
  const parked = rows.filter((row) => row.parked);
  const driven = await Promise.all(rows.map((row) => isDriven(row, holders, store)));
  const undriven = rows.filter((_, i) => driven[i] === false);
  const paused = rows.filter(({ status }) => status === 'paused');
  const text = `${rows.length} open, ${paused.length} paused, ${parked.length} parked, ${undriven.length} undriven`;
  const [first] = [...parked, ...undriven];
  if (first === undefined) return { state: 'ok', subject, text };
  return {
    state: 'warn',
    subject,
    text,
    help: `${hint.drive(`resume ${shortId(first.executionId)}`)} goes on with the newest of them.`,
  };
}

function checkDisk(dataDir: string): Finding {
  const subject = 'disk';
  const { bavail, bsize } = statfs(dataDir);
  const free = bavail * bsize;
  const text = `${bytes(free)} free`;
  if (free >= LOW_BYTES) return { state: 'ok', subject, text };
  const help = 'A full disk stops every run; nothing accepted is lost.';
  return free < TOO_LOW_BYTES
    ? { state: 'fail', subject, text, help, exit: EXIT.store }
    : { state: 'warn', subject, text, help };
}

/** Of the folder, or of the nearest one above it that exists. */
function statfs(folder: string): { readonly bavail: number; readonly bsize: number } {
  try {
    return statfsSync(folder);
  } catch (error) {
    if (dirname(folder) === folder) throw error;
    return statfs(dirname(folder));
  }
}
