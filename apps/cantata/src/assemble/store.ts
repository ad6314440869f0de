/** Opens the embedded store of a project. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CantataError } from '@cantata/core';
import { openSqliteStore, type SqliteOptions, type SqliteStore } from '@cantata/sqlite';
import { DATABASE } from './project.ts';

export interface StoreOptions {
  readonly maxPages: number | undefined;
  /** Absolute, where the file has a name and a place of its own. */
  readonly databaseFile?: string | undefined;
}

/** The file of a data folder. */
export function databaseOf(dataDir: string, { databaseFile }: Pick<StoreOptions, 'databaseFile'>): string {
  return databaseFile !== undefined && dirname(databaseFile) === dataDir
    ? databaseFile
    : join(dataDir, DATABASE);
}

/** Makes the folder and the file where they are missing. @throws CantataError `store_*`. */
export async function openStore(dataDir: string, options: StoreOptions): Promise<SqliteStore> {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CantataError('store_unavailable', `${dataDir} cannot be made: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return openSqliteStore(optionsOf(dataDir, options));
}

/** For commands about what there is: they leave no empty database behind. Who only looks may lack the right to write. */
export async function openExistingStore(
  dataDir: string,
  options: StoreOptions,
  access: 'write' | 'look',
): Promise<SqliteStore | undefined> {
  if (!existsSync(databaseOf(dataDir, options))) return undefined;
  return openSqliteStore({ ...optionsOf(dataDir, options), access });
}

function optionsOf(dataDir: string, options: StoreOptions): SqliteOptions {
  const { maxPages } = options;
  return {
    path: databaseOf(dataDir, options),
    ...(maxPages === undefined ? {} : { maxPageCount: maxPages }),
  };
}
