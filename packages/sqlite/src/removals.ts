/**
 * An execution is removed, and one line stays (S9). The rows of its events stay in the chains of their shard, emptied:
 * what is left of one is its place and its time. Its entity goes by another name from then on, which nobody asks for.
 */
import type { Removal, RemovalFilter, RemovalRow } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { REMOVED } from './events.ts';
import { Keys } from './keys.ts';

export class Removals {
  readonly #connection: Connection;
  readonly #types: Keys;
  readonly #record: Statement<never>;
  readonly #entity: Statement<{ readonly key: number }>;
  readonly #ofEntity: readonly Statement<never>[];
  readonly #empty: Statement<never>;
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
    this.#ofEntity = [
      `update outcomes set at = null, outcome = null
        where id in (select causation from events where entity = ?1)`,
      'delete from wakeups where entity = ?1',
      // Blobs first, while it is known who held them.
      `delete from blobs where key in (select blob from blob_holders where entity = ?1)
          and not exists (select 1 from blob_holders o where o.blob = blobs.key and o.entity <> ?1)`,
      'delete from blob_holders where entity = ?1',
      `update entities set id = 'removed/' || key where key = ?1`,
    ].map((sql) => connection.prepare(sql));
    this.#empty = connection.prepare(
      `update events set type = ?, causation = '', actor = '', traceparent = null, data = '' where entity = ?`,
    );
    this.#ofId = [
      'insert into outcomes (id) select id from inbox where entity = ?1 on conflict (id) do nothing',
      'delete from inbox where entity = ?1',
      `delete from snapshot_parts where snapshot in (select key from snapshots where entity = ?1)`,
      'delete from snapshot_segments where entity = ?1',
      'delete from snapshots where entity = ?1',
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

  remove({ executionId, sequence, at, by, reason }: Removal): Promise<boolean> {
    return this.#connection.write(() => {
      if (this.#record.run(at, by, reason, executionId, sequence).changes === 0) return false;
      const entity = this.#entity.get(executionId)?.key;
      if (entity !== undefined) {
        for (const statement of this.#ofEntity) statement.run(entity);
        this.#empty.run(this.#types.of(REMOVED), entity);
      }
      for (const statement of this.#ofId) statement.run(executionId);
      this.#connection.removed();
      return true;
    });
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
