/** Opens the embedded store of a project. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CantataError } from '@cantata/core';
import { openSqliteStore, type SqliteOptions, type SqliteStore } from '@cantata/sqlite';
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
  return openSqliteStore(optionsOf(dataDir, maxPages));
}

/** For commands about what there is: they leave no empty database behind. Who only looks may lack the right to write. */
export async function openExistingStore(
  dataDir: string,
  { maxPages }: StoreOptions,
  access: 'write' | 'look',
): Promise<SqliteStore | undefined> {
  if (!existsSync(join(dataDir, DATABASE))) return undefined;
  return openSqliteStore({ ...optionsOf(dataDir, maxPages), access });
}

function optionsOf(dataDir: string, maxPages: number | undefined): SqliteOptions {
  return {
    path: join(dataDir, DATABASE),
    ...(maxPages === undefined ? {} : { maxPageCount: maxPages }),
  };
}
