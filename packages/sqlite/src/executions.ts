/** The summary row of each execution: replaced once a commit, never scanned by a query. */
import type {
  Ended,
  ExecutionFilter,
  ExecutionIndex,
  ExecutionRow,
  Instant,
  Removal,
  RemovalFilter,
  RemovalRow,
} from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { Keys } from './keys.ts';
import { Removals } from './removals.ts';

type StoredExecution = Omit<ExecutionRow, 'parked' | 'asleep'> & {
  readonly parked: number;
  readonly asleep: number;
};

const ROW = `select x.execution_id as executionId, d.workflow_id as workflowId, d.tenant, d.name, d.version, d.digest,
    s.name as status, x.phase, x.tasks_total as tasksTotal, x.tasks_completed as tasksCompleted,
    x.tasks_failed as tasksFailed, x.sequence, x.started_at as startedAt, x.completed_at as completedAt,
    x.reason, x.parked, s.asleep
  from executions x join definitions d on d.key = x.definition join statuses s on s.key = x.status`;

/**
 * With a filter: the newest of each pair of status and definition come from the ends of the index, then the newest of
 * those. Cost: pairs times limit, whatever the number of executions.
 */
const FILTERED = `${ROW} where x.execution_id in (
    select newest.execution_id
      from definitions f cross join statuses g
      join executions newest on newest.execution_id in (
        select execution_id from executions
         where status = g.key and definition = f.key and execution_id < ?4
         order by execution_id desc limit ?5)
     where (?1 is null or f.tenant = ?1) and (?2 is null or f.workflow_id = ?2)
       and (?3 is null or g.name in (select value from json_each(?3))) and (?6 is null or g.asleep = ?6)
     order by newest.execution_id desc limit ?5)
  order by x.execution_id desc`;

/** What changes from commit to commit and is in no index. */
const CHANGING = [
  'phase',
  'tasks_total',
  'tasks_completed',
  'tasks_failed',
  'sequence',
  'started_at',
  'completed_at',
  'reason',
  'parked',
];

/** No clock has shown it. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

/** After every id: ids are text, and no text is greater than a blob. */
const END = new Uint8Array(0);

export class Executions implements ExecutionIndex {
  readonly #connection: Connection;
  readonly #removals: Removals;
  readonly #definitions: Keys;
  readonly #statuses: Keys;
  #lastDefinition: { readonly key: number; readonly of?: ExecutionRow } = { key: 0 };
  readonly #update: Statement<never>;
  readonly #upsert: Statement<never>;
  readonly #get: Statement<StoredExecution>;
  readonly #newest: Statement<StoredExecution>;
  readonly #filtered: Statement<StoredExecution>;
  readonly #expired: Statement<StoredExecution>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#removals = new Removals(connection);
    this.#definitions = new Keys(
      connection,
      'definitions',
      'tenant',
      'workflow_id',
      'name',
      'version',
      'digest',
    );
    this.#statuses = new Keys(connection, 'statuses', 'name', 'asleep');
    connection.onRollback(() => {
      this.#lastDefinition = { key: 0 };
    });
    const changing = CHANGING.map((column) => `${column} = ?`).join(', ');
    this.#update = connection.prepare(
      `update executions set ${changing} where execution_id = ? and status = ? and definition = ?`,
    );
    const columns = [...CHANGING, 'execution_id', 'status', 'definition'];
    this.#upsert = connection.prepare(
      `insert into executions (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})
       on conflict (execution_id) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    );
    this.#get = connection.prepare(`${ROW} where x.execution_id = ?`);
    this.#newest = connection.prepare(`${ROW} where x.execution_id < ? order by x.execution_id desc limit ?`);
    this.#filtered = connection.prepare(FILTERED);
    this.#expired = connection.prepare(
      `${ROW.replace('from executions x', 'from executions x indexed by executions_by_end')}
        where x.completed_at is not null and x.completed_at < ? and (x.completed_at, x.execution_id) > (?, ?)
        order by x.completed_at, x.execution_id limit ?`,
    );
  }

  get(executionId: string): Promise<ExecutionRow | undefined> {
    return this.#connection.read(() => {
      const row = this.#get.get(executionId);
      return row === undefined ? undefined : asExecution(row);
    });
  }

  expired(before: Instant, limit: number, after?: Ended): Promise<readonly ExecutionRow[]> {
    const { completedAt, executionId } = after ?? { completedAt: BEFORE_ALL, executionId: '' };
    return this.#connection.read(() =>
      this.#expired.all(before, completedAt, executionId, limit).map(asExecution),
    );
  }

  list({
    tenant,
    workflowId,
    statuses,
    asleep,
    before,
    limit,
  }: ExecutionFilter): Promise<readonly ExecutionRow[]> {
    const everything = [tenant, workflowId, statuses, asleep].every((wanted) => wanted === undefined);
    const end = before ?? END;
    return this.#connection.read(() => {
      const rows = everything
        ? this.#newest.all(end, limit)
        : this.#filtered.all(
            tenant ?? null,
            workflowId ?? null,
            statuses === undefined ? null : JSON.stringify(statuses),
            end,
            limit,
            asleep === undefined ? null : Number(asleep),
          );
      return rows.map(asExecution);
    });
  }

  remove(removal: Removal): Promise<boolean> {
    return this.#removals.remove(removal);
  }

  /** What a process that died in the middle of it has left of executions that were removed. */
  finishRemovals(): Promise<void> {
    return this.#removals.finish();
  }

  removals(filter: RemovalFilter): Promise<readonly RemovalRow[]> {
    return this.#removals.list(filter);
  }

  /** Writes a row inside a commit. Where the status stays, the index is not touched: a tenth of a commit's time. */
  put(row: ExecutionRow): void {
    const values = [
      row.phase,
      row.tasksTotal,
      row.tasksCompleted,
      row.tasksFailed,
      row.sequence,
      row.startedAt,
      row.completedAt,
      row.reason,
      row.parked ? 1 : 0,
      row.executionId,
      this.#statuses.of(row.status, row.asleep ? '1' : '0'),
      this.#definitionOf(row),
    ];
    if (Number(this.#update.run(...values).changes) === 0) this.#upsert.run(...values);
  }

  /** Rows that follow each other are mostly of the same definition; its five texts are looked up once. */
  #definitionOf(row: ExecutionRow): number {
    const { key, of } = this.#lastDefinition;
    if (
      of !== undefined &&
      of.digest === row.digest &&
      of.workflowId === row.workflowId &&
      of.version === row.version &&
      of.name === row.name &&
      of.tenant === row.tenant
    ) {
      return key;
    }
    const { tenant, workflowId, name, version, digest } = row;
    this.#lastDefinition = { key: this.#definitions.of(tenant, workflowId, name, version, digest), of: row };
    return this.#lastDefinition.key;
  }
}

function asExecution(row: StoredExecution): ExecutionRow {
  return { ...row, parked: row.parked === 1, asleep: row.asleep === 1 };
}
