/**
 * Opens a file that could not be opened in the usual way, because this process may not write beside it. A write-ahead log
 * needs an index that readers make, too: where an owner has made it, the usual way reads it; where nobody has the file
 * open, it is taken as complete.
 */
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { CantataError } from '@cantata/core';
import { identify, SCHEMA_VERSION, schemaVersion } from './migrations/migrate.ts';

/** @throws CantataError `store_unavailable`, `store_version`, or what SQLite says. */
export function openToLook(path: string, timeout: number): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = complete(path, timeout);
    identify(database, path);
    const version = schemaVersion(database);
    if (version < SCHEMA_VERSION) {
      const message = `${path} has the older schema ${version} and cannot be written here. Let a command that may write to it open it once.`;
      throw new CantataError('store_version', message);
    }
    return database;
  } catch (error) {
    database?.close();
    throw error;
  }
}

/** Whoever writes has a log beside the file. Without one nothing can be missing, and nothing changes under our eyes. */
function complete(path: string, timeout: number): DatabaseSync {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) {
    const message =
      `${path} cannot be read without writing: its newest events lie in ${path}-wal. ` +
      'Give this user write permission to the folder, or open it once as a user who has it.';
    throw new CantataError('store_unavailable', message);
  }
  return new DatabaseSync(new URL('?immutable=1', pathToFileURL(path)), { readOnly: true, timeout });
}
