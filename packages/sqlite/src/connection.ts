/** One open file: prepared statements, transactions, and errors in Cantata's words. It knows nothing of tables. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { storeError } from './errors.ts';

/** A prepared statement whose rows have a known shape. */
export interface Statement<Row> {
  run(...values: readonly SQLInputValue[]): ReturnType<StatementSync['run']>;
  get(...values: readonly SQLInputValue[]): Row | undefined;
  all(...values: readonly SQLInputValue[]): Row[];
}

export class Connection {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #forget: (() => void)[] = [];
  readonly #refresh: (() => void)[] = [];
  readonly #version: Statement<{ readonly data_version: number }>;
  #seenVersion: number | undefined;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;

  constructor(database: DatabaseSync, path: string) {
    this.path = path;
    this.#database = database;
    this.#begin = database.prepare('begin immediate');
    this.#commit = database.prepare('commit');
    this.#version = this.prepare('pragma data_version');
  }

  /** Prepares once, for the life of the connection. The shape of a row is the caller's promise about its SQL. */
  prepare<Row = Record<string, never>>(sql: string): Statement<Row> {
    return this.#database.prepare(sql) as unknown as Statement<Row>;
  }

  /** Calls `forget` whenever a transaction is undone: what was remembered of its rows is wrong from then on. */
  onRollback(forget: () => void): void {
    this.#forget.push(forget);
  }

  /** Calls `refresh` before a write's work whenever another connection has written since, and when `changed` is told. */
  onForeignWrite(refresh: () => void): void {
    this.#refresh.push(refresh);
  }

  /** This connection itself removed what others remember. */
  removed(): void {
    for (const forget of this.#forget) forget();
    this.changed();
  }

  /** This connection itself wrote past those who remember. */
  changed(): void {
    for (const refresh of this.#refresh) refresh();
  }

  read<T>(work: () => T): Promise<T> {
    try {
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(storeError(error, this.path));
    }
  }

  /**
   * Runs `work` in one transaction that holds the write lock from its start, so that what it reads stays true
   * until it commits. Resolves after the fsync; on any error nothing of it was written.
   */
  write<T>(work: () => T): Promise<T> {
    return this.read(() => {
      this.#begin.run();
      try {
        this.#noticeForeignWrites();
        const result = work();
        this.#commit.run();
        return result;
      } catch (error) {
        // SQLite undoes the transaction itself after some errors, a full disk among them.
        if (this.#database.isTransaction) this.#database.exec('rollback');
        for (const forget of this.#forget) forget();
        throw error;
      }
    });
  }

  /** SQLite counts the commits of other connections, and our lock keeps the count still until we are done. */
  #noticeForeignWrites(): void {
    const version = this.#version.get()?.data_version;
    if (version === this.#seenVersion) return;
    this.#seenVersion = version;
    this.changed();
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}
