/** Opens the embedded store of a project. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CantataError } from '@cantata/core';
import { openSqliteStore, type SqliteStore } from '@cantata/sqlite';
import { DATABASE } from './project.ts';

export interface StoreOptions {
  readonly maxPages: number | undefined;
}

/** Makes the folder and the file where they are missing. @throws CantataError `store_*`. */
export async function openStore(dataDir: string, { maxPages }: StoreOptions): Promise<SqliteStore> {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    throw new CantataError('store_unavailable', `${dataDir} cannot be made: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return openSqliteStore({
    path: join(dataDir, DATABASE),
    ...(maxPages === undefined ? {} : { maxPageCount: maxPages }),
  });
}

/** For commands that only read: they leave no empty database behind. */
export async function openExistingStore(
  dataDir: string,
  options: StoreOptions,
): Promise<SqliteStore | undefined> {
  return existsSync(join(dataDir, DATABASE)) ? openStore(dataDir, options) : undefined;
}
