/** Who owns which shard (S5). An owner's lease is one row, so that prolonging it is one small write. */
import type { Instant, Lease, LeaseStore, Owner, ShardClaim } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';

interface Holder extends Owner {
  readonly expiresAt: Instant;
  readonly shards: number;
}

export class Leases implements LeaseStore {
  readonly #connection: Connection;
  readonly #enter: Statement<{ readonly key: number }>;
  readonly #take: Statement<never>;
  readonly #forgetIdle: Statement<never>;
  readonly #held: Statement<ShardClaim>;
  readonly #renew: Statement<never>;
  readonly #free: Statement<never>;
  readonly #holders: Statement<Holder>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#enter = connection.prepare(
      `insert into owners (id, host, pid, expires_at) values (?, ?, ?, ?)
       on conflict (id) do update set host = excluded.host, pid = excluded.pid, expires_at = excluded.expires_at
       returning key`,
    );
    this.#take = connection.prepare(
      `update shards set owner = ?1, epoch = epoch + 1
        where owner is null
           or owner <> ?1 and owner in (
                select key from owners where expires_at <= ?2 or id in (select value from json_each(?3)))`,
    );
    // An owner without shards is nobody: its row goes, and its renewal says so.
    this.#forgetIdle = connection.prepare(
      'delete from owners where key not in (select owner from shards where owner is not null)',
    );
    this.#held = connection.prepare(
      'select shard, epoch, position from shards where owner = ? order by shard',
    );
    this.#renew = connection.prepare('update owners set expires_at = ? where id = ?');
    this.#free = connection.prepare(
      'update shards set owner = null where owner = (select key from owners where id = ?)',
    );
    this.#holders = connection.prepare(
      `select o.id, o.host, o.pid, o.expires_at as expiresAt, count(*) as shards
         from owners o join shards s on s.owner = o.key group by o.key order by o.key`,
    );
  }

  claim(
    owner: Owner,
    now: Instant,
    leaseMs: number,
    dead: readonly string[] = [],
  ): Promise<readonly ShardClaim[]> {
    return this.#connection.write(() => {
      const entered = this.#enter.get(owner.id, owner.host, owner.pid, now + leaseMs) as {
        readonly key: number;
      };
      this.#take.run(entered.key, now, JSON.stringify(dead));
      this.#connection.changed();
      this.#forgetIdle.run();
      return this.#held.all(entered.key);
    });
  }

  renew(ownerId: string, now: Instant, leaseMs: number): Promise<boolean> {
    return this.#connection.write(() => Number(this.#renew.run(now + leaseMs, ownerId).changes) > 0);
  }

  release(ownerId: string): Promise<void> {
    return this.#connection.write(() => {
      this.#free.run(ownerId);
      this.#forgetIdle.run();
    });
  }

  holders(): Promise<readonly Lease[]> {
    return this.#connection.read(() =>
      this.#holders.all().map(({ expiresAt, shards, ...owner }) => ({ owner, expiresAt, shards })),
    );
  }
}
