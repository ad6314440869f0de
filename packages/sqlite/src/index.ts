/** The embedded store on node:sqlite. */
export { backupSqlite, restoreSqlite } from './backup.ts';
export type { SqliteReport } from './check.ts';
export { openSqliteStore, type SqliteOptions, type SqliteStore } from './store.ts';
