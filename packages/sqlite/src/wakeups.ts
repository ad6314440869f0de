/** When entities that sleep are to be read again (S7): one narrow row each, found by time or by entity. */
import { shardOf, type WakeupRow, type WakeupStore } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { refused } from './errors.ts';
import { Keys } from './keys.ts';

const BEFORE_ALL = { at: Number.MIN_SAFE_INTEGER, entity: '' };

export class Wakeups implements WakeupStore {
  readonly #connection: Connection;
  readonly #entities: Keys;
  readonly #put: Statement<never>;
  readonly #remove: Statement<never>;
  readonly #next: Statement<WakeupRow>;
  readonly #nextOfShards: Statement<WakeupRow>;
  readonly #of: Statement<WakeupRow>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#entities = new Keys(connection, 'entities', 'id');
    this.#put = connection.prepare(
      `insert into wakeups (entity, shard, at) values (?, ?, ?)
       on conflict (entity) do update set at = excluded.at`,
    );
    this.#remove = connection.prepare(
      'delete from wakeups where entity = (select key from entities where id = ?)',
    );
    const row = 'select e.id as entity, w.shard, w.at from';
    const behind = `w.at is not null and w.at >= ?1
      and (w.at > ?1 or w.entity > coalesce((select key from entities where id = ?2), 0))`;
    // The time alone leads: the join must not be turned round.
    this.#next = connection.prepare(
      `${row} wakeups w cross join entities e on e.key = w.entity
        where ${behind} order by w.at, w.entity limit ?3`,
    );
    this.#nextOfShards = connection.prepare(
      `${row} wakeups w cross join entities e on e.key = w.entity
        where ${behind} and w.shard in (select value from json_each(?4)) order by w.at, w.entity limit ?3`,
    );
    this.#of = connection.prepare(
      `${row} json_each(?) named cross join entities e on e.id = named.value
        cross join wakeups w on w.entity = e.key`,
    );
  }

  next(
    shards: readonly number[] | 'all',
    limit: number,
    after?: { readonly at: number; readonly entity: string },
  ): Promise<readonly WakeupRow[]> {
    const { at, entity } = after ?? BEFORE_ALL;
    return this.#connection.read(() =>
      shards === 'all'
        ? this.#next.all(at, entity, limit)
        : this.#nextOfShards.all(at, entity, limit, JSON.stringify(shards)),
    );
  }

  of(entities: readonly string[]): Promise<readonly WakeupRow[]> {
    return this.#connection.read(() => this.#of.all(JSON.stringify(entities)));
  }

  /** Inside a write. */
  put({ entity, shard, at }: WakeupRow): void {
    if (shard !== shardOf(entity)) {
      throw refused(`${entity} is of shard ${shardOf(entity)}, its wake-up says ${shard}.`);
    }
    this.#put.run(this.#entities.of(entity), shard, at);
  }

  /** Inside a write. */
  remove(entity: string): void {
    this.#remove.run(entity);
  }
}
