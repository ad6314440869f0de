/**
 * Messages that wait, and what became of those that were dealt with.
 *
 * S4: a consumed message leaves its id in `outcomes`, with or without an outcome; an id in either table is not posted
 * again until the row is pruned. That holds for every kind of id and costs one narrow row a message (0.002 ms, about 50
 * bytes).
 */
import { type InboxStore, type Instant, type MessageRow, type OutcomeRow, shardOf } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { refused } from './errors.ts';

type StoredMessage = Omit<MessageRow, 'replies'> & { readonly replies: number };

export class Inbox implements InboxStore {
  readonly #connection: Connection;
  readonly #add: Statement<never>;
  readonly #remove: Statement<{ readonly shard: number; readonly at: number }>;
  readonly #remember: Statement<never>;
  readonly #answer: Statement<never>;
  readonly #all: Statement<StoredMessage>;
  readonly #ofShards: Statement<StoredMessage>;
  readonly #ofEntity: Statement<StoredMessage>;
  readonly #outcome: Statement<OutcomeRow>;
  readonly #prune: Statement<never>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#add = connection.prepare(
      `insert into inbox (id, tenant, entity, shard, at, type, causation, actor, traceparent, replies, data)
       select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
        where not exists (select 1 from outcomes where id = ?1)
       on conflict (id) do nothing`,
    );
    this.#remove = connection.prepare('delete from inbox where id = ? returning shard, at');
    this.#remember = connection.prepare(
      'insert into outcomes (id, at) values (?, ?) on conflict (id) do nothing',
    );
    this.#answer = connection.prepare(
      `insert into outcomes (id, at, outcome) values (?, ?, ?)
       on conflict (id) do update set at = excluded.at, outcome = excluded.outcome where outcomes.outcome is null`,
    );
    const message =
      'select id, tenant, entity, shard, at, type, causation, actor, traceparent, replies, data from inbox';
    this.#all = connection.prepare(`${message} order by key limit ?`);
    // The inner query sorts bare keys from the index: a long backlog is never read to return its beginning.
    this.#ofShards = connection.prepare(
      `${message} where key in (
         select key from inbox where shard in (select value from json_each(?)) order by key limit ?
       ) order by key`,
    );
    this.#ofEntity = connection.prepare(`${message} where entity = ? order by key`);
    this.#outcome = connection.prepare(
      'select id, at, outcome from outcomes where id = ? and outcome is not null',
    );
    this.#prune = connection.prepare(
      'delete from outcomes where id in (select id from outcomes where at < ? order by at limit ?)',
    );
  }

  post(messages: readonly MessageRow[]): Promise<void> {
    return this.#connection.write(() => {
      for (const message of messages) this.add(message);
    });
  }

  read(shards: readonly number[] | 'all', limit: number): Promise<readonly MessageRow[]> {
    return this.#connection.read(() =>
      (shards === 'all' ? this.#all.all(limit) : this.#ofShards.all(JSON.stringify(shards), limit)).map(
        asMessage,
      ),
    );
  }

  of(entity: string): Promise<readonly MessageRow[]> {
    return this.#connection.read(() => this.#ofEntity.all(entity).map(asMessage));
  }

  outcome(id: string): Promise<OutcomeRow | undefined> {
    return this.#connection.read(() => this.#outcome.get(id));
  }

  prune(before: Instant, limit: number): Promise<number> {
    return this.#connection.write(() => Number(this.#prune.run(before, limit).changes));
  }

  /** Adds a message unless its id is known. Inside a write. */
  add(row: MessageRow): void {
    if (row.shard !== shardOf(row.entity)) {
      throw refused(`${row.entity} is of shard ${shardOf(row.entity)}, message ${row.id} says ${row.shard}.`);
    }
    this.#add.run(
      row.id,
      row.tenant,
      row.entity,
      row.shard,
      row.at,
      row.type,
      row.causation,
      row.actor,
      row.traceparent,
      row.replies ? 1 : 0,
      row.data,
    );
  }

  /** Removes a message for good and says which shard it was for; undefined when it was not there. Inside a write. */
  consume(id: string): number | undefined {
    const message = this.#remove.get(id);
    this.#remember.run(id, message?.at ?? null);
    return message?.shard;
  }

  /** Keeps an outcome; the first one of an id stands. Inside a write. */
  answer(row: OutcomeRow): void {
    this.#answer.run(row.id, row.at, row.outcome);
  }
}

function asMessage(row: StoredMessage): MessageRow {
  return { ...row, replies: row.replies === 1 };
}
