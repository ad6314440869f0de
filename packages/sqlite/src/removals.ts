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
  readonly #list: Statement<RemovalRow>;
  readonly #listAfter: Statement<RemovalRow>;

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
    this.#list = connection.prepare(
      `select ${columns} from removals r join definitions d on d.key = r.definition
        where (?1 is null or d.tenant = ?1) order by r.key desc limit ?2`,
    );
    // Asked with every page of the feed, and nearly always of the end of the index, where nothing is.
    this.#listAfter = connection.prepare(
      `select ${columns} from removals r indexed by removals_by_offset
         join definitions d on d.key = r.definition
        where r."offset" > ?3 and (?1 is null or d.tenant = ?1) order by r.key desc limit ?2`,
    );
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

  list({ tenant, afterOffset, limit }: RemovalFilter): Promise<readonly RemovalRow[]> {
    return this.#connection.read(() =>
      afterOffset === undefined
        ? this.#list.all(tenant ?? null, limit)
        : this.#listAfter.all(tenant ?? null, limit, afterOffset),
    );
  }
}
