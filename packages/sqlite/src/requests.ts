/** Requests by their keys (R1). Claiming has the write lock: of two at the same moment, the second finds the first. */
import type { ClaimedRequest, Instant, RequestAnswer, RequestClaim, RequestStore } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';

interface StoredRequest {
  readonly id: string;
  readonly digest: string;
  readonly status: number | null;
  /** JSON. */
  readonly headers: string;
  readonly body: string;
}

export class Requests implements RequestStore {
  readonly #connection: Connection;
  readonly #find: Statement<StoredRequest>;
  readonly #add: Statement<never>;
  readonly #settle: Statement<never>;
  readonly #release: Statement<never>;
  readonly #prune: Statement<never>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#find = connection.prepare(
      'select id, digest, status, headers, body from requests where tenant = ? and name = ?',
    );
    this.#add = connection.prepare(
      'insert into requests (id, tenant, name, digest, at) values (?, ?, ?, ?, ?)',
    );
    this.#settle = connection.prepare(
      'update requests set status = ?, headers = ?, body = ? where id = ? and status is null',
    );
    this.#release = connection.prepare('delete from requests where id = ? and status is null');
    this.#prune = connection.prepare(
      'delete from requests where key in (select key from requests where at < ? order by at limit ?)',
    );
  }

  claim({ tenant, key, digest, id, at }: RequestClaim): Promise<ClaimedRequest> {
    return this.#connection.write(() => {
      const known = this.#find.get(tenant, key);
      if (known !== undefined) return known.digest === digest ? asClaimed(known) : { kind: 'other' };
      this.#add.run(id, tenant, key, digest, at);
      return { kind: 'new', id };
    });
  }

  settle(id: string, { status, headers, body }: RequestAnswer): Promise<void> {
    return this.#connection.write(() => {
      this.#settle.run(status, JSON.stringify(headers), body, id);
    });
  }

  release(id: string): Promise<void> {
    return this.#connection.write(() => {
      this.#release.run(id);
    });
  }

  prune(before: Instant, limit: number): Promise<number> {
    return this.#connection.write(() => Number(this.#prune.run(before, limit).changes));
  }
}

function asClaimed({ id, status, headers, body }: StoredRequest): ClaimedRequest {
  if (status === null) return { kind: 'again', id };
  return {
    kind: 'again',
    id,
    answer: { status, headers: JSON.parse(headers) as RequestAnswer['headers'], body },
  };
}
