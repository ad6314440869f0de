/** Opens the embedded store: one SQLite file, any number of processes, one writer of each shard's log at a time. */
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CantataError, Store } from '@cantata/core';
import { Blobs } from './blobs.ts';
import { check, type SqliteReport } from './check.ts';
import { Connection } from './connection.ts';
import { storeError } from './errors.ts';
import { Executions } from './executions.ts';
import { Feed } from './feed.ts';
import { Inbox } from './inbox.ts';
import { Leases } from './leases.ts';
import { Log } from './log.ts';
import { openToLook } from './look.ts';
import { identify, migrate } from './migrations/migrate.ts';
import { Patterns } from './patterns.ts';
import { makePrivately } from './private-file.ts';
import { Requests } from './requests.ts';
import { Wakeups } from './wakeups.ts';
import { Workflows } from './workflows.ts';

export interface SqliteOptions {
  /** The file; its folder must exist. `':memory:'` keeps everything in memory and loses it at `close`. */
  readonly path: string;
  /** Upper bound of the file in pages of 4 KiB. Default: SQLite's, 16 TiB. Beyond it writes fail with `store_full`. */
  readonly maxPageCount?: number;
  /**
   * How long a write waits for another process's before it fails with `store_busy`. It blocks this thread, so it is
   * kept well below a lease. Default 2,000 ms.
   */
  readonly busyTimeoutMs?: number;
  /** `look`: a file that cannot be written is opened all the same, to be read only. Default `write`. */
  readonly access?: 'write' | 'look';
}

export interface SqliteStore extends Store {
  readonly path: string;
  /** Whatever would write fails with `store_unavailable`. */
  readonly isReadOnly: boolean;
  /** Examines the whole file. */
  check(): Promise<SqliteReport>;
}

const DEFAULTS = { maxPageCount: 0xfffffffe, busyTimeoutMs: 2_000, access: 'write' } as const satisfies Omit<
  SqliteOptions,
  'path'
>;

/** Pause between two attempts to open a file that another process is just creating. */
const OPEN_AGAIN_MS = 10;

/**
 * Opens or creates a store and brings it to the current schema.
 * @throws CantataError `store_unavailable` (folder or permission), `store_corrupt` (damaged or not Cantata's),
 * `store_version` (made by a newer Cantata or with other shards), `store_busy`, `store_full`
 */
export async function openSqliteStore(options: SqliteOptions): Promise<SqliteStore> {
  const settings = { ...DEFAULTS, ...options };
  // Absolute, so that a name such as `file:x` is a file and never a URI with options in it.
  const path = settings.path === ':memory:' ? settings.path : resolve(settings.path);
  const deadline = performance.now() + settings.busyTimeoutMs;
  for (;;) {
    const opened = tryOpen({ ...settings, path });
    if (!(opened instanceof Error)) {
      // Where that cannot be done now, nobody is kept out for it: whoever opens the file next tries again.
      if (settings.access === 'write') await opened.executions.finishRemovals().catch(() => undefined);
      return opened;
    }
    if (settings.access === 'look' && opened.code === 'store_unavailable')
      return look(path, settings.busyTimeoutMs);
    // Changing a new file to write-ahead logging does not wait for its lock; we do.
    if (opened.code !== 'store_busy' || performance.now() > deadline) throw opened;
    await sleep(OPEN_AGAIN_MS);
  }
}

type Assembled = SqliteStore & { readonly executions: Executions };

function tryOpen(options: Required<SqliteOptions>): Assembled | CantataError {
  let database: DatabaseSync | undefined;
  try {
    if (options.path !== ':memory:') makePrivately(options.path);
    database = new DatabaseSync(options.path, {
      timeout: options.busyTimeoutMs,
      // Keys come from the commit that uses them, and `check` proves them: no row needs to look them up again.
      enableForeignKeyConstraints: false,
    });
    identify(database, options.path);
    configure(database, options.maxPageCount);
    migrate(database, options.path);
    return assemble(database, options.path, false);
  } catch (error) {
    database?.close();
    return storeError(error, options.path);
  }
}

function look(path: string, timeout: number): SqliteStore {
  try {
    const database = openToLook(path, timeout);
    database.exec('pragma cache_size = -32768; pragma temp_store = memory;');
    return assemble(database, path, true);
  } catch (error) {
    throw storeError(error, path);
  }
}

function configure(database: DatabaseSync, maxPageCount: number): void {
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;        -- an accepted commit survives a power cut
    pragma max_page_count = ${Math.trunc(maxPageCount)};
    pragma wal_autocheckpoint = 500; -- 2 MiB: a checkpoint is a stall, and longer ones are felt by one step in a hundred
    pragma journal_size_limit = 67108864;
    pragma cache_size = -32768;       -- 32 MiB: the ends of all trees stay in memory
    pragma temp_store = memory;
  `);
}

function assemble(database: DatabaseSync, path: string, isReadOnly: boolean): Assembled {
  const connection = new Connection(database, path);
  const inbox = new Inbox(connection);
  const executions = new Executions(connection);
  const wakeups = new Wakeups(connection);
  const blobs = new Blobs(connection);
  return {
    path,
    isReadOnly,
    workflows: new Workflows(connection),
    leases: new Leases(connection),
    log: new Log(connection, { inbox, executions, wakeups, blobs }),
    inbox,
    executions,
    wakeups,
    blobs,
    requests: new Requests(connection),
    patterns: new Patterns(connection),
    feed: new Feed(connection),
    check: () => connection.read(() => check(database, path)),
    close: () => connection.read(() => connection.close()),
  };
}
