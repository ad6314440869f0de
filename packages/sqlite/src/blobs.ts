/** Values that are too large for the log (S8): kept once, with a row for each entity that holds them. */
import type { BlobRow, BlobStore, StoredBlob } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { refused } from './errors.ts';
import { Keys } from './keys.ts';

export class Blobs implements BlobStore {
  readonly #connection: Connection;
  readonly #entities: Keys;
  readonly #find: Statement<{ readonly key: number }>;
  readonly #add: Statement<never>;
  readonly #hold: Statement<never>;
  readonly #read: Statement<StoredBlob>;
  readonly #heldBy: Statement<{ readonly digest: string }>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#entities = new Keys(connection, 'entities', 'id');
    this.#find = connection.prepare('select key from blobs where digest = ?');
    this.#add = connection.prepare('insert into blobs (digest, data) values (?, ?)');
    this.#hold = connection.prepare(
      'insert into blob_holders (entity, blob) values (?, ?) on conflict (entity, blob) do nothing',
    );
    this.#read = connection.prepare(
      'select digest, data from blobs where digest in (select value from json_each(?))',
    );
    this.#heldBy = connection.prepare(
      `select b.digest from blob_holders h join blobs b on b.key = h.blob
        where h.entity = (select key from entities where id = ?)`,
    );
  }

  read(digests: readonly string[]): Promise<readonly StoredBlob[]> {
    return this.#connection.read(() => this.#read.all(JSON.stringify(digests)));
  }

  heldBy(entity: string): Promise<readonly string[]> {
    return this.#connection.read(() => this.#heldBy.all(entity).map(({ digest }) => digest));
  }

  /** Inside a write. */
  put({ entity, digest, data }: BlobRow): void {
    const blob = this.#find.get(digest)?.key ?? this.#new(digest, data, entity);
    this.#hold.run(this.#entities.of(entity), blob);
  }

  #new(digest: string, data: string | null, entity: string): number {
    if (data === null) throw refused(`${entity} cannot hold the blob ${digest}: it is not there.`);
    return Number(this.#add.run(digest, data).lastInsertRowid);
  }
}
