/** Brings a file to the schema this code knows, or says why it cannot. Migrations only go forward. */
import type { DatabaseSync } from 'node:sqlite';
import { CantataError, SHARD_COUNT } from '@cantata/core';
import { initial } from './0001-initial.ts';
import { snapshotOccasions } from './0002-snapshot-occasions.ts';
import { wakeups } from './0003-wakeups.ts';
import { blobs } from './0004-blobs.ts';
import { snapshotSegments } from './0005-snapshot-segments.ts';
import { removals } from './0006-removals.ts';
import { feed } from './0007-feed.ts';
import { requests } from './0008-requests.ts';
import { patterns } from './0009-patterns.ts';
import { ends } from './0010-ends.ts';

/** Marks a SQLite file as Cantata's: "CANT". */
export const APPLICATION_ID = 0x43414e54;

/** In order; the number of a migration is its place, from 1. One that was released never changes. */
export const MIGRATIONS: readonly string[] = [
  initial,
  snapshotOccasions,
  wakeups,
  blobs,
  snapshotSegments,
  removals,
  feed,
  requests,
  patterns,
  ends,
];
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/**
 * Refuses a file that is somebody else's, before anything of it is changed.
 * @throws CantataError `store_corrupt`
 */
export function identify(database: DatabaseSync, path: string): void {
  const application = pragma(database, 'application_id');
  if (application === APPLICATION_ID) return;
  const { objects } = database.prepare('select count(*) as objects from sqlite_schema').get() as {
    objects: number;
  };
  if (application === 0 && objects === 0) return;
  throw new CantataError(
    'store_corrupt',
    `${path} is a SQLite database, but not one of Cantata's. Name another file; this one was not changed.`,
  );
}

/**
 * Applies what is missing in one transaction: a process that dies in it leaves the file as it was.
 * @throws CantataError `store_version` when the file is newer than the code or was made with other shards
 */
export function migrate(database: DatabaseSync, path: string): void {
  if (schemaVersion(database) < SCHEMA_VERSION) upgrade(database);
  const version = schemaVersion(database);
  if (version > SCHEMA_VERSION) {
    throw new CantataError(
      'store_version',
      `${path} has schema ${version}, this Cantata knows up to ${SCHEMA_VERSION}. Use the newer Cantata that made it.`,
    );
  }
  const shards = shardCount(database);
  if (shards !== SHARD_COUNT) {
    throw new CantataError(
      'store_version',
      `${path} was made with ${shards} shards, this Cantata uses ${SHARD_COUNT}. Use the Cantata that made it.`,
    );
  }
}

function upgrade(database: DatabaseSync): void {
  database.exec('begin immediate');
  try {
    // Read again under the lock: another process may have been faster, or newer.
    const version = schemaVersion(database);
    if (version < SCHEMA_VERSION) {
      for (const sql of MIGRATIONS.slice(version)) database.exec(sql);
      database.prepare(`insert or replace into meta values ('schema_version', ?)`).run(SCHEMA_VERSION);
      database.exec(`pragma application_id = ${APPLICATION_ID}`);
    }
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

/** 0 for a file that nothing was written to yet. */
export function schemaVersion(database: DatabaseSync): number {
  if (pragma(database, 'application_id') !== APPLICATION_ID) return 0;
  return meta(database, 'schema_version');
}

export function shardCount(database: DatabaseSync): number {
  return meta(database, 'shard_count');
}

function meta(database: DatabaseSync, key: string): number {
  const row = database.prepare('select value from meta where key = ?').get(key) as
    | { value: number }
    | undefined;
  return row?.value ?? 0;
}

function pragma(database: DatabaseSync, name: string): number {
  return Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0] as number;
}
