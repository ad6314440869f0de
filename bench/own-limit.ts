/**
 * The engine's own limit: the rows of a recorded run written again into an empty file, same tables, same indexes, full
 * fsync; no fence, no checks, no law, no agents. Two loops do it:
 *
 * - `groupCommitLimit` is a bare prototype of an engine: as many runs at a time as the engine had, each waits for the
 *   commit of its rows before it hands in the next; what is handed in meanwhile is committed together.
 * - `replayLimit` waits for nobody: it writes the recorded commits one after the other. No engine can have that order
 *   of work, but nothing can be faster on this machine with these rows.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Commit, EventRow, ExecutionRow } from '@cantata/core';
import { openSqliteStore } from '@cantata/sqlite';

/** What one execution hands in at a time. */
interface Chunk {
  readonly execution: string;
  readonly events: readonly EventRow[];
  readonly row: ExecutionRow | undefined;
}

const WAYPOINT_EVERY = 64;

/** Milliseconds of a loop that writes the commits of a run one after the other. */
export async function replayLimit(path: string, commits: readonly Commit[]): Promise<number> {
  const file = await BareFile.create(path, commits);
  const chunks = commits.map(chunksOf);
  const start = performance.now();
  for (const commit of chunks) file.write(commit);
  return file.closeAfter(start);
}

/** Milliseconds of `concurrency` bare runs at a time with group commit: nothing but rows, promises and transactions. */
export async function groupCommitLimit(
  path: string,
  commits: readonly Commit[],
  concurrency: number,
): Promise<number> {
  const file = await BareFile.create(path, commits);
  const runs = [...Map.groupBy(commits.flatMap(chunksOf), (chunk) => chunk.execution).values()];
  let pending: { readonly chunk: Chunk; readonly committed: () => void }[] = [];
  const drain = (): void => {
    const group = pending;
    pending = [];
    file.write(group.map(({ chunk }) => chunk));
    for (const { committed } of group) committed();
  };
  const commit = (chunk: Chunk): Promise<void> =>
    new Promise((committed) => {
      if (pending.length === 0) setImmediate(drain);
      pending.push({ chunk, committed });
    });
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let run = runs[next++]; run !== undefined; run = runs[next++]) {
        for (const chunk of run) await commit(chunk);
      }
    }),
  );
  return file.closeAfter(start);
}

/** The rows of a commit by execution; the admission's events go with the execution they are about. */
function chunksOf(commit: Commit): readonly Chunk[] {
  const rows = new Map(commit.executions.map((row) => [row.executionId, row]));
  const about = (event: EventRow): string =>
    event.type.startsWith('admission.')
      ? (JSON.parse(event.data) as { execution: string }).execution
      : event.entity;
  return Array.from(Map.groupBy(commit.events, about), ([execution, events]) => ({
    execution,
    events,
    row: rows.get(execution),
  }));
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

/** A store's file, written to without any of the store's care. */
class BareFile {
  readonly #database: DatabaseSync;
  readonly #entities = new Keys();
  readonly #types: Keys;
  readonly #statuses: Keys;
  readonly #tails = new Map<number, { position: number; event: number }>();
  readonly #insertEntity: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #insertWaypoint: StatementSync;
  readonly #putExecution: StatementSync;
  readonly #moveShard: StatementSync;
  #event = 0;

  static async create(path: string, commits: readonly Commit[]): Promise<BareFile> {
    await (await openSqliteStore({ path })).close();
    const database = new DatabaseSync(path);
    // As the store opens it.
    database.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = off;
      pragma wal_autocheckpoint = 500; pragma cache_size = -32768; pragma temp_store = memory`);
    return new BareFile(database, commits);
  }

  private constructor(database: DatabaseSync, commits: readonly Commit[]) {
    this.#database = database;
    this.#types = new Keys(commits.flatMap(({ events }) => events.map(({ type }) => type)));
    this.#statuses = new Keys(commits.flatMap(({ executions }) => executions.map(({ status }) => status)));
    this.#types.fill(database, 'event_types');
    this.#statuses.fill(database, 'statuses');
    database.exec(`insert into definitions (key, tenant, workflow_id, name, version, digest)
      values (1, '', '', '', '', '')`);
    this.#insertEntity = database.prepare('insert into entities (key, id) values (?, ?)');
    this.#insertEvent = database.prepare(
      `insert into events (entity, sequence, position, previous, at, type, schema, causation, actor, traceparent, data)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertWaypoint = database.prepare(
      'insert into waypoints (shard, position, event) values (?, ?, ?)',
    );
    this.#putExecution = database.prepare(
      `insert into executions (execution_id, definition, status, phase, tasks_total, tasks_completed, tasks_failed,
         sequence, started_at, completed_at, reason, parked) values (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
       on conflict (execution_id) do update set status = excluded.status, phase = excluded.phase,
         tasks_completed = excluded.tasks_completed, sequence = excluded.sequence, completed_at = excluded.completed_at`,
    );
    this.#moveShard = database.prepare('update shards set position = ?, event = ? where shard = ?');
  }

  /** One transaction. */
  write(chunks: readonly Chunk[]): void {
    const moved = new Set<number>();
    this.#database.exec('begin immediate');
    for (const { events, row } of chunks) {
      for (const event of events) {
        this.#append(event);
        moved.add(event.shard);
      }
      if (row !== undefined) this.#put(row);
    }
    for (const shard of moved) {
      const tail = this.#tails.get(shard);
      if (tail !== undefined) this.#moveShard.run(tail.position, tail.event, shard);
    }
    this.#database.exec('commit');
  }

  closeAfter(start: number): number {
    const elapsed = performance.now() - start;
    this.#database.close();
    return elapsed;
  }

  #append(event: EventRow): void {
    const known = this.#entities.size;
    const entity = this.#entities.of(event.entity);
    if (entity > known) this.#insertEntity.run(entity, event.entity);
    const tail = this.#tails.get(event.shard);
    const position = (tail?.position ?? 0) + 1;
    this.#event += 1;
    const { sequence, at, type, schema, causation, actor, traceparent, data } = event;
    const before = tail?.event ?? null;
    const key = this.#types.of(type);
    this.#insertEvent.run(
      entity,
      sequence,
      position,
      before,
      at,
      key,
      schema,
      causation,
      actor,
      traceparent,
      data,
    );
    this.#tails.set(event.shard, { position, event: this.#event });
    if (position % WAYPOINT_EVERY === 0) this.#insertWaypoint.run(event.shard, position, this.#event);
  }

  #put(row: ExecutionRow): void {
    this.#putExecution.run(
      row.executionId,
      this.#statuses.of(row.status),
      row.phase,
      row.tasksTotal,
      row.tasksCompleted,
      row.tasksFailed,
      row.sequence,
      row.startedAt,
      row.completedAt,
      row.reason,
    );
  }
}

/** Integers for texts, from 1, in the order they are first seen. */
class Keys {
  readonly #keys = new Map<string, number>();

  constructor(texts: readonly string[] = []) {
    for (const text of texts) this.of(text);
  }

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

  fill(database: DatabaseSync, table: string): void {
    const insert = database.prepare(`insert into ${table} (key, name) values (?, ?)`);
    for (const [text, key] of this.#keys) insert.run(key, text);
  }
}
