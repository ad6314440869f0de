/** The embedded store on node:sqlite. */
export type { SqliteReport } from './check.ts';
export { openSqliteStore, type SqliteOptions, type SqliteStore } from './store.ts';
