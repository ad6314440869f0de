/**
 * The events themselves: appended in the order of the commits, read by entity or by shard.
 *
 * An index by (shard, position) would be touched at as many ends as a commit has shards, and those pages, not the rows,
 * were most of what a commit wrote: it halved the throughput. So an event points to the one before it in its shard,
 * the end of each chain is in `shards`, and every 64th event of a shard is a waypoint. A page of a shard is read by
 * walking back from the first waypoint at or after the page's end: at most limit + 63 lookups by primary key.
 */
import { type EventRow, shardOf } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { refused } from './errors.ts';
import { Keys } from './keys.ts';
import { fenced, type Shards, type Tail } from './shards.ts';

export const WAYPOINT_EVERY = 64;
/** The type of an event whose execution was removed (S9), and how the name of its entity begins. */
export const REMOVED = 'removed';

/** An event with its place in the chain of its shard. */
interface Link extends EventRow {
  readonly previous: number | null;
}

/** An entity's log as far as this connection knows it. */
interface Log {
  readonly key: number;
  sequence: number;
}

/** Bounds the memory for logs that were appended to. A miss costs one lookup. */
const REMEMBERED_LOGS = 50_000;

export class Events {
  readonly #shards: Shards;
  readonly #entities: Keys;
  readonly #types: Keys;
  /** True as long as only this connection writes. */
  readonly #logs = new Map<string, Log>();
  readonly #insert: Statement<never>;
  readonly #waypoint: Statement<never>;
  readonly #lastSequence: Statement<{ readonly sequence: number | null }>;
  readonly #ofEntity: Statement<EventRow>;
  readonly #entry: Statement<{ readonly event: number }>;
  readonly #link: Statement<Link>;

  constructor(connection: Connection, shards: Shards) {
    this.#shards = shards;
    this.#entities = new Keys(connection, 'entities', 'id');
    this.#types = new Keys(connection, 'event_types', 'name');
    this.#insert = connection.prepare(
      `insert into events
         (entity, sequence, position, previous, at, type, schema, causation, actor, traceparent, data)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#waypoint = connection.prepare('insert into waypoints (shard, position, event) values (?, ?, ?)');
    this.#lastSequence = connection.prepare('select max(sequence) as sequence from events where entity = ?');
    const columns =
      'e.sequence, e.position, e.at, t.name as type, e.schema, e.causation, e.actor, e.traceparent, e.data';
    this.#ofEntity = connection.prepare(
      `select ? as entity, ? as shard, ${columns}
         from events e join event_types t on t.key = e.type
        where e.entity = (select key from entities where id = ?) and e.sequence > ?
        order by e.sequence limit ?`,
    );
    this.#entry = connection.prepare(
      'select event from waypoints where shard = ? and position >= ? order by position limit 1',
    );
    this.#link = connection.prepare(
      `select n.id as entity, ? as shard, ${columns}, e.previous
         from events e join event_types t on t.key = e.type join entities n on n.key = e.entity
        where e.id = ?`,
    );
    connection.onForeignWrite(() => this.#logs.clear());
    connection.onRollback(() => this.#logs.clear());
  }

  /**
   * Appends inside a commit's transaction and moves the tails along.
   * @throws CantataError `store_data_refused` where a sequence or a position is not the next one
   */
  append(events: readonly EventRow[], tails: ReadonlyMap<number, Tail>): void {
    const moved = new Set<Tail>();
    let entity: string | undefined;
    let log: Log | undefined;
    let tail: Tail | undefined;
    for (const event of events) {
      // The events of an entity mostly stand together.
      if (log === undefined || tail === undefined || event.entity !== entity) {
        entity = event.entity;
        tail = fenced(tails, shardOf(entity), `events of ${entity}`);
        log = this.#logs.get(entity) ?? this.#open(entity);
        moved.add(tail);
      }
      this.#append(event, log, tail);
    }
    this.#shards.advance([...moved]);
  }

  #open(entity: string): Log {
    const key = this.#entities.of(entity);
    const log = { key, sequence: this.#lastSequence.get(key)?.sequence ?? 0 };
    if (this.#logs.size >= REMEMBERED_LOGS) this.#logs.delete(this.#logs.keys().next().value as string);
    this.#logs.set(entity, log);
    return log;
  }

  #append(event: EventRow, log: Log, tail: Tail): void {
    if (event.shard !== tail.shard) {
      throw refused(
        `${event.entity} is of shard ${tail.shard}, its event ${event.sequence} says ${event.shard}.`,
      );
    }
    if (event.sequence !== log.sequence + 1) {
      throw refused(`${event.entity} expects event ${log.sequence + 1}, the commit has ${event.sequence}.`);
    }
    if (event.position !== tail.position + 1) {
      throw refused(
        `Shard ${tail.shard} expects position ${tail.position + 1}, the commit has ${event.position}.`,
      );
    }
    const { lastInsertRowid } = this.#insert.run(
      log.key,
      event.sequence,
      event.position,
      tail.event,
      event.at,
      this.#types.of(event.type),
      event.schema,
      event.causation,
      event.actor,
      event.traceparent,
      event.data,
    );
    log.sequence = event.sequence;
    tail.position = event.position;
    tail.event = Number(lastInsertRowid);
    if (tail.position % WAYPOINT_EVERY === 0) this.#waypoint.run(tail.shard, tail.position, tail.event);
  }

  ofEntity(entity: string, afterSequence: number, limit: number): readonly EventRow[] {
    return this.#ofEntity.all(entity, shardOf(entity), entity, afterSequence, limit);
  }

  ofShard(shard: number, afterPosition: number, limit: number): readonly EventRow[] {
    const tail = this.#shards.tail(shard);
    if (tail === undefined || tail.position <= afterPosition) return [];
    const last = afterPosition + limit;
    const page: EventRow[] = [];
    let at = this.#entry.get(shard, last)?.event ?? tail.event;
    while (at !== null) {
      const link = this.#link.get(shard, at);
      if (link === undefined || link.position <= afterPosition) break;
      const { previous, ...event } = link;
      if (event.position <= last) page.push(event.entity.startsWith(REMOVED) ? emptied(event) : event);
      at = previous;
    }
    return page.reverse();
  }
}

/** What is left of one, be it that already or not yet. */
function emptied(event: EventRow): EventRow {
  return { ...event, entity: '', type: REMOVED, causation: '', actor: '', traceparent: null, data: '' };
}
