/**
 * An execution is removed, and one line stays (S9). The rows of its events stay in the chains of their shard, emptied:
 * what is left of one is its place and its time. Its entity goes by another name from then on, which nobody asks for.
 *
 * From the first transaction on it is gone for everybody. What it left behind goes with it where that is little; the rest
 * follows in transactions of a bounded size, so that 100,000 events keep nobody waiting for longer than 500 do. What a
 * process that died has begun, whoever opens the file next brings to its end.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Removal, RemovalFilter, RemovalRow } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { REMOVED } from './events.ts';
import { Keys } from './keys.ts';

/** A few milliseconds each. */
const EVENTS_AT_ONCE = 500;
const BLOBS_AT_ONCE = 16;

/** Of an execution that is removed: what of its events is not emptied yet. */
interface Left {
  readonly entity: number;
  /** The sequence behind which they are. */
  readonly after: number;
}

export class Removals {
  readonly #connection: Connection;
  readonly #types: Keys;
  readonly #record: Statement<never>;
  readonly #entity: Statement<{ readonly key: number }>;
  readonly #begin: Statement<never>;
  readonly #begun: Statement<{ readonly key: number }>;
  readonly #end: Statement<never>;
  readonly #emptyOutcomes: Statement<never>;
  readonly #empty: Statement<never>;
  readonly #release: readonly Statement<never>[];
  readonly #ofId: readonly Statement<never>[];
  readonly #list: Readonly<Record<'all' | 'after' | 'ofSome' | 'ofOne', Statement<RemovalRow>>>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#types = new Keys(connection, 'event_types', 'name');
    this.#record = connection.prepare(
      `insert into removals
         (execution_id, definition, status, sequence, started_at, completed_at, at, by, reason, "offset")
       select x.execution_id, x.definition, s.name, x.sequence, x.started_at, x.completed_at, ?, ?, ?,
              coalesce((select e.id from events e join entities n on n.key = e.entity
                         where n.id = x.execution_id order by e.sequence desc limit 1), 0)
         from executions x join statuses s on s.key = x.status
        where x.execution_id = ? and x.sequence = ?`,
    );
    this.#entity = connection.prepare('select key from entities where id = ?');
    this.#begin = connection.prepare(`update entities set id = 'removed:' || key where key = ?`);
    this.#begun = connection.prepare(`select key from entities where id glob 'removed:*' limit 1`);
    this.#end = connection.prepare(`update entities set id = 'removed/' || key where key = ?`);
    const part = 'entity = ?1 and sequence > ?2 and sequence <= ?2 + ?3';
    this.#emptyOutcomes = connection.prepare(
      `update outcomes set at = null, outcome = null where id in (select causation from events where ${part})`,
    );
    this.#empty = connection.prepare(
      `update events set type = ?4, causation = '', actor = '', traceparent = null, data = '' where ${part}`,
    );
    const held = 'select blob from blob_holders where entity = ?1 order by blob limit ?2';
    this.#release = [
      // First, while it is known who held them.
      `delete from blobs where key in (${held})
          and not exists (select 1 from blob_holders o where o.blob = blobs.key and o.entity <> ?1)`,
      `delete from blob_holders where entity = ?1 and blob in (${held})`,
    ].map((sql) => connection.prepare(sql));
    this.#ofId = [
      'insert into outcomes (id) select id from inbox where entity = ?1 on conflict (id) do nothing',
      'delete from inbox where entity = ?1',
      `delete from snapshot_parts where snapshot in (select key from snapshots where entity = ?1)`,
      'delete from snapshot_segments where entity = ?1',
      'delete from snapshots where entity = ?1',
      'delete from wakeups where entity = (select key from entities where id = ?1)',
      'delete from executions where execution_id = ?1',
    ].map((sql) => connection.prepare(sql));
    const columns = `r.execution_id as executionId, r.sequence, r.at, r.by, r.reason, d.workflow_id as workflowId,
      d.tenant, d.name, d.version, d.digest, r.status, r.started_at as startedAt, r.completed_at as completedAt,
      r."offset"`;
    const select = (from: string, one = '?1 is null'): Statement<RemovalRow> =>
      connection.prepare(
        `select ${columns} from ${from}
          where ${one} and (?2 is null or d.workflow_id = ?2)
            and (?3 is null or d.tenant = ?3) and r."offset" > ?4
          order by r.key desc limit ?5`,
      );
    // Asked with every page of the feed, and nearly always of the end of an index, where nothing is.
    const ofDefinition = 'join definitions d on d.key = r.definition';
    this.#list = {
      all: select(`removals r not indexed ${ofDefinition}`),
      after: select(`removals r indexed by removals_by_offset ${ofDefinition}`),
      ofSome: select(
        'definitions d cross join removals r indexed by removals_by_definition on r.definition = d.key',
      ),
      ofOne: select(`removals r indexed by removals_by_execution ${ofDefinition}`, 'r.execution_id = ?1'),
    };
  }

  async remove({ executionId, sequence, at, by, reason }: Removal): Promise<boolean> {
    const { isRemoved, left } = await this.#connection.write(() => {
      if (this.#record.run(at, by, reason, executionId, sequence).changes === 0) return { isRemoved: false };
      const entity = this.#entity.get(executionId)?.key;
      for (const statement of this.#ofId) statement.run(executionId);
      this.#connection.removed();
      if (entity === undefined) return { isRemoved: true };
      this.#begin.run(entity);
      return { isRemoved: true, left: this.#next({ entity, after: 0 }) };
    });
    await this.#finish(left);
    return isRemoved;
  }

  /** What a process that died has left half done. */
  async finish(): Promise<void> {
    for (;;) {
      const begun = await this.#connection.read(() => this.#begun.get());
      if (begun === undefined) return;
      await this.#finish({ entity: begun.key, after: 0 });
    }
  }

  async #finish(from: Left | undefined): Promise<void> {
    for (let left = from; left !== undefined; ) {
      const now = left;
      await turn();
      left = await this.#connection.write(() => this.#next(now));
    }
  }

  /** Inside a write: as much as is done at once, and where to go on. */
  #next({ entity, after }: Left): Left | undefined {
    this.#emptyOutcomes.run(entity, after, EVENTS_AT_ONCE);
    const emptied = this.#empty.run(entity, after, EVENTS_AT_ONCE, this.#types.of(REMOVED)).changes;
    const released = this.#release.map((statement) => statement.run(entity, BLOBS_AT_ONCE).changes).at(-1);
    if (emptied === EVENTS_AT_ONCE || released === BLOBS_AT_ONCE)
      return { entity, after: after + EVENTS_AT_ONCE };
    this.#end.run(entity);
    return undefined;
  }

  list(filter: RemovalFilter): Promise<readonly RemovalRow[]> {
    const { executionId = null, workflowId = null, tenant = null, afterOffset = -1, limit } = filter;
    return this.#connection.read(() =>
      this.#statementFor(filter).all(executionId, workflowId, tenant, afterOffset, limit),
    );
  }

  #statementFor({ executionId, workflowId, tenant, afterOffset }: RemovalFilter): Statement<RemovalRow> {
    const { all, after, ofSome, ofOne } = this.#list;
    if (executionId !== undefined) return ofOne;
    if (afterOffset === undefined) return all;
    return workflowId === undefined && tenant === undefined ? after : ofSome;
  }
}
