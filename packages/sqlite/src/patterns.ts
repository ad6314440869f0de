/** Patterns by tenant, name and version. A version that stands is never changed. */
import type { PatternStore, PatternVersion } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';

export class Patterns implements PatternStore {
  readonly #connection: Connection;
  readonly #add: Statement<never>;
  readonly #exact: Statement<PatternVersion>;
  readonly #find: Statement<PatternVersion>;
  readonly #list: Statement<PatternVersion>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#add = connection.prepare(
      `insert into patterns (tenant, name, version, digest, document, created_at) values (?, ?, ?, ?, ?, ?)
       on conflict (tenant, name, version) do nothing`,
    );
    const version = `select tenant, name, version, digest, document, created_at as createdAt from patterns
                      where tenant = ?1`;
    this.#exact = connection.prepare(`${version} and name = ?2 and version = ?3`);
    this.#find = connection.prepare(
      `${version} and name = ?2 and (?3 is null or version = ?3) order by created_at desc, key desc limit 1`,
    );
    this.#list = connection.prepare(`${version} order by name, created_at, key`);
  }

  put(row: PatternVersion): Promise<PatternVersion> {
    const { tenant, name, version, digest, document, createdAt } = row;
    return this.#connection.write(() => {
      this.#add.run(tenant, name, version, digest, document, createdAt);
      return this.#exact.get(tenant, name, version) as PatternVersion;
    });
  }

  find(tenant: string, name: string, version?: string): Promise<PatternVersion | undefined> {
    return this.#connection.read(() => this.#find.get(tenant, name, version ?? null));
  }

  list(tenant: string): Promise<readonly PatternVersion[]> {
    return this.#connection.read(() => this.#list.all(tenant));
  }
}
