/** Small integers for texts that repeat: a row of a `(key, ...columns)` table, added when a text is first seen. */
import type { Connection, Statement } from './connection.ts';

/** Bounds the memory of a table with many texts. A miss costs two lookups. */
const REMEMBERED = 50_000;

export class Keys {
  readonly #add: Statement<never>;
  readonly #find: Statement<{ readonly key: number }>;
  readonly #known = new Map<string, number>();

  constructor(connection: Connection, table: string, ...columns: readonly string[]) {
    const places = columns.map(() => '?').join(', ');
    this.#add = connection.prepare(`insert into ${table} (${columns.join(', ')}) values (${places})`);
    this.#find = connection.prepare(
      `select key from ${table} where ${columns.map((column) => `${column} = ?`).join(' and ')}`,
    );
    connection.onRollback(() => this.#known.clear());
  }

  /** The key of a text, or of a row of texts; adds it. Inside a write only: the lock makes looking and adding one step. */
  of(...texts: readonly string[]): number {
    const name = texts.length === 1 ? (texts[0] as string) : texts.join('\n');
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const key = this.#find.get(...texts)?.key ?? Number(this.#add.run(...texts).lastInsertRowid);
    return this.#remember(name, key);
  }

  #remember(name: string, key: number): number {
    if (this.#known.size >= REMEMBERED) this.#known.delete(this.#known.keys().next().value as string);
    this.#known.set(name, key);
    return key;
  }
}
