/**
 * The feed port: events in the order of their commits, which is the order of their rows. Writing has one lock and a row
 * gets the number after the highest one there is; no row of an event is ever deleted. That is F1, and costs nothing.
 */
import { type EventRow, type FeedRow, type FeedStore, type Instant, shardOf } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { REMOVED } from './events.ts';

type StoredEvent = Omit<FeedRow, 'shard'>;

export class Feed implements FeedStore {
  readonly #connection: Connection;
  readonly #end: Statement<{ readonly end: number | null }>;
  readonly #timeAfter: Statement<Pick<EventRow, 'at'>>;
  readonly #all: Statement<StoredEvent>;
  readonly #key: Statement<{ readonly key: number }>;
  readonly #last: Statement<{ readonly sequence: number }>;
  readonly #place: Statement<{ readonly id: number }>;
  readonly #ofEntity: Statement<StoredEvent>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#end = connection.prepare('select max(id) as end from events');
    this.#timeAfter = connection.prepare('select at from events where id > ? order by id limit 1');
    const columns = `e.sequence, e.position, e.at, t.name as type, e.schema, e.causation, e.actor, e.traceparent, e.data,
      e.id as "offset"`;
    this.#all = connection.prepare(
      `select n.id as entity, ${columns}
         from events e cross join event_types t on t.key = e.type cross join entities n on n.key = e.entity
        where e.id > ? and n.id not glob '${REMOVED}*' order by e.id limit ?`,
    );
    this.#key = connection.prepare('select key from entities where id = ?');
    this.#last = connection.prepare(
      'select sequence from events where entity = ? order by sequence desc limit 1',
    );
    this.#place = connection.prepare('select id from events where entity = ? and sequence = ?');
    this.#ofEntity = connection.prepare(
      `select ? as entity, ${columns}
         from events e cross join event_types t on t.key = e.type
        where e.entity = ? and e.sequence > ? order by e.sequence limit ?`,
    );
  }

  end(): Promise<number> {
    return this.#connection.read(() => this.#end.get()?.end ?? 0);
  }

  timeAfter(offset: number): Promise<Instant | undefined> {
    return this.#connection.read(() => this.#timeAfter.get(offset)?.at);
  }

  read(after: number, limit: number, entity?: string): Promise<readonly FeedRow[]> {
    return this.#connection.read(() =>
      (entity === undefined ? this.#all.all(after, limit) : this.#of(entity, after, limit)).map((row) => ({
        ...row,
        shard: shardOf(row.entity),
      })),
    );
  }

  #of(entity: string, after: number, limit: number): readonly StoredEvent[] {
    const key = this.#key.get(entity)?.key;
    if (key === undefined) return [];
    return this.#ofEntity.all(entity, key, this.#sequenceAt(key, after), limit);
  }

  /** The last sequence of an entity at or before an offset: both grow together, so it is found by halving. */
  #sequenceAt(key: number, offset: number): number {
    let low = 0;
    let high = this.#last.get(key)?.sequence ?? 0;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#place.get(key, middle)?.id ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
