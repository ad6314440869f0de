/**
 * States written down whole. One per entity and sequence; writing it again replaces it. Writing a newer one removes what
 * is not kept any more (S6): its pages are used again by the next, so that the file does not grow with the run's age.
 */
import { SNAPSHOTS_KEPT, type SnapshotRow } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';

export class Snapshots {
  readonly #put: Statement<never>;
  readonly #prune: Statement<never>;
  readonly #newest: Statement<SnapshotRow>;
  readonly #all: Statement<Omit<SnapshotRow, 'state'>>;

  constructor(connection: Connection) {
    this.#put = connection.prepare(
      `insert into snapshots (entity, sequence, checkpoint_id, occasion, at, checksum, state) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (entity, sequence) do update set
         checkpoint_id = excluded.checkpoint_id, occasion = excluded.occasion, at = excluded.at,
         checksum = excluded.checksum, state = excluded.state`,
    );
    this.#prune = connection.prepare(
      `delete from snapshots where entity = ?1 and occasion = ?2 and sequence not in (
         select sequence from snapshots where entity = ?1 and occasion = ?2 order by sequence desc limit ?3)`,
    );
    const columns = 'entity, sequence, checkpoint_id as checkpointId, occasion, at, checksum';
    this.#newest = connection.prepare(
      `select ${columns}, state from snapshots where entity = ? order by sequence desc limit 1`,
    );
    this.#all = connection.prepare(`select ${columns} from snapshots where entity = ? order by sequence`);
  }

  /** Inside a write: what is removed is gone only if the newer one stays. */
  put(row: SnapshotRow): void {
    const { entity, sequence, checkpointId, occasion, at, checksum, state } = row;
    this.#put.run(entity, sequence, checkpointId, occasion, at, checksum, state);
    this.#prune.run(entity, occasion, SNAPSHOTS_KEPT[occasion]);
  }

  newest(entity: string): SnapshotRow | undefined {
    return this.#newest.get(entity);
  }

  /** In the order of the log. */
  all(entity: string): readonly Omit<SnapshotRow, 'state'>[] {
    return this.#all.all(entity);
  }
}
