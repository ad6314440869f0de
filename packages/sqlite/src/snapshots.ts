/** States written down whole. One per entity and sequence; writing it again replaces it. */
import type { SnapshotRow } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';

export class Snapshots {
  readonly #put: Statement<never>;
  readonly #newest: Statement<SnapshotRow>;
  readonly #all: Statement<Omit<SnapshotRow, 'state'>>;

  constructor(connection: Connection) {
    this.#put = connection.prepare(
      `insert into snapshots (entity, sequence, checkpoint_id, at, checksum, state) values (?, ?, ?, ?, ?, ?)
       on conflict (entity, sequence) do update set
         checkpoint_id = excluded.checkpoint_id, at = excluded.at, checksum = excluded.checksum, state = excluded.state`,
    );
    const columns = 'entity, sequence, checkpoint_id as checkpointId, at, checksum';
    this.#newest = connection.prepare(
      `select ${columns}, state from snapshots where entity = ? order by sequence desc limit 1`,
    );
    this.#all = connection.prepare(`select ${columns} from snapshots where entity = ? order by sequence`);
  }

  put(row: SnapshotRow): void {
    this.#put.run(row.entity, row.sequence, row.checkpointId, row.at, row.checksum, row.state);
  }

  newest(entity: string): SnapshotRow | undefined {
    return this.#newest.get(entity);
  }

  /** In the order of the log. */
  all(entity: string): readonly Omit<SnapshotRow, 'state'>[] {
    return this.#all.all(entity);
  }
}
