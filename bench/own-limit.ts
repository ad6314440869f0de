/**
 * The engine's own limit: the rows of a recorded run written again into an empty file by a loop that does nothing
 * else. Same tables, same indexes, same grouping into transactions, full fsync; no fence, no checks, no law.
 */
import { DatabaseSync } from 'node:sqlite';
import type { Commit } from '@cantata/core';
import { openSqliteStore } from '@cantata/sqlite';

type Row = readonly (string | number | null)[];

interface RawCommit {
  readonly entities: readonly Row[];
  readonly events: readonly Row[];
  readonly waypoints: readonly Row[];
  readonly executions: readonly Row[];
  readonly shards: readonly Row[];
}

const WAYPOINT_EVERY = 64;

/** Milliseconds the bare loop takes for the commits of a run. Values are made ready before the clock starts. */
export async function ownLimit(path: string, commits: readonly Commit[]): Promise<number> {
  await (await openSqliteStore({ path })).close();
  const database = new DatabaseSync(path);
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = off');
  const raw = prepareRows(database, commits);
  const write = statements(database);
  const start = performance.now();
  for (const commit of raw) write(commit);
  const elapsed = performance.now() - start;
  database.close();
  return elapsed;
}

/** Rows per table, to show that both files hold the same. */
export function rowCounts(path: string): Record<string, number> {
  const database = new DatabaseSync(path, { readOnly: true });
  const count = (table: string): number =>
    (database.prepare(`select count(*) as n from ${table}`).get() as { n: number }).n;
  const counts = Object.fromEntries(
    ['entities', 'events', 'waypoints', 'executions'].map((table) => [table, count(table)]),
  );
  database.close();
  return counts;
}

function statements(database: DatabaseSync): (commit: RawCommit) => void {
  const entity = database.prepare('insert into entities (key, id) values (?, ?)');
  const event = database.prepare(
    `insert into events (entity, sequence, position, previous, at, type, schema, causation, actor, traceparent, data)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const waypoint = database.prepare('insert into waypoints (shard, position, event) values (?, ?, ?)');
  const execution = database.prepare(
    `insert into executions (execution_id, definition, status, phase, tasks_total, tasks_completed, tasks_failed,
       sequence, started_at, completed_at, reason, parked) values (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
     on conflict (execution_id) do update set status = excluded.status, phase = excluded.phase,
       tasks_completed = excluded.tasks_completed, sequence = excluded.sequence, completed_at = excluded.completed_at`,
  );
  const shard = database.prepare('update shards set position = ?, event = ? where shard = ?');
  return (commit) => {
    database.exec('begin immediate');
    for (const row of commit.entities) entity.run(...row);
    for (const row of commit.events) event.run(...row);
    for (const row of commit.waypoints) waypoint.run(...row);
    for (const row of commit.executions) execution.run(...row);
    for (const row of commit.shards) shard.run(...row);
    database.exec('commit');
  };
}

/** Gives every row the integer keys the store would have given it. */
function prepareRows(database: DatabaseSync, commits: readonly Commit[]): readonly RawCommit[] {
  const types = new Keys();
  const statuses = new Keys();
  const entities = new Keys();
  const tails = new Map<number, number>();
  let id = 0;
  const raw = commits.map((commit): RawCommit => {
    const known = entities.size;
    const waypoints: Row[] = [];
    const touched = new Map<number, Row>();
    const events = commit.events.map((e): Row => {
      id += 1;
      const previous = tails.get(e.shard) ?? null;
      tails.set(e.shard, id);
      touched.set(e.shard, [e.position, id, e.shard]);
      if (e.position % WAYPOINT_EVERY === 0) waypoints.push([e.shard, e.position, id]);
      const { sequence, position, at, schema, causation, actor, traceparent, data } = e;
      const type = types.of(e.type);
      return [entities.of(e.entity), sequence, position, previous, at, type, schema, causation, actor, traceparent, data];
    });
    const executions = commit.executions.map((x): Row => [
      x.executionId,
      statuses.of(x.status),
      x.phase,
      x.tasksTotal,
      x.tasksCompleted,
      x.tasksFailed,
      x.sequence,
      x.startedAt,
      x.completedAt,
      x.reason,
    ]);
    return { entities: entities.since(known), events, waypoints, executions, shards: [...touched.values()] };
  });
  types.fill(database, 'event_types');
  statuses.fill(database, 'statuses');
  database.exec(`insert into definitions (key, tenant, workflow_id, name, version, digest) values (1, '', '', '', '', '')`);
  return raw;
}

/** Integers for texts, from 1, in the order they are first seen. */
class Keys {
  readonly #keys = new Map<string, number>();

  get size(): number {
    return this.#keys.size;
  }

  of(text: string): number {
    let key = this.#keys.get(text);
    if (key === undefined) {
      key = this.#keys.size + 1;
      this.#keys.set(text, key);
    }
    return key;
  }

  since(known: number): readonly Row[] {
    return [...this.#keys].slice(known).map(([text, key]) => [key, text]);
  }

  fill(database: DatabaseSync, table: string): void {
    const insert = database.prepare(`insert into ${table} (key, name) values (?, ?)`);
    for (const [text, key] of this.#keys) insert.run(key, text);
  }
}
