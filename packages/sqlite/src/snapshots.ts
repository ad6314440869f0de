/**
 * States written down whole. One per entity and sequence; writing it again replaces it. Writing a newer one removes what
 * is not kept any more (S6): its pages are used again by the next, so that the file does not grow with the run's age.
 */
import { SNAPSHOTS_KEPT, type SnapshotRow, type SnapshotSegment, type SnapshotSummary } from '@cantata/core';
import type { Connection, Statement } from './connection.ts';
import { refused } from './errors.ts';

interface Keyed {
  readonly key: number;
}
type Stored = Omit<SnapshotRow, 'segments'> & Keyed;

export class Snapshots {
  readonly #put: Statement<Keyed>;
  readonly #prune: Statement<Keyed>;
  readonly #newest: Statement<Stored>;
  readonly #all: Statement<SnapshotSummary>;
  readonly #findSegment: Statement<Keyed>;
  readonly #addSegment: Statement<Keyed>;
  readonly #addPart: Statement<never>;
  readonly #takeApart: Statement<never>;
  readonly #pruneSegments: Statement<never>;
  readonly #parts: Statement<SnapshotSegment>;

  constructor(connection: Connection) {
    this.#put = connection.prepare(
      `insert into snapshots (entity, sequence, checkpoint_id, occasion, at, checksum, state) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (entity, sequence) do update set
         checkpoint_id = excluded.checkpoint_id, occasion = excluded.occasion, at = excluded.at,
         checksum = excluded.checksum, state = excluded.state
       returning key`,
    );
    this.#prune = connection.prepare(
      `delete from snapshots where entity = ?1 and occasion = ?2 and sequence not in (
         select sequence from snapshots where entity = ?1 and occasion = ?2 order by sequence desc limit ?3)
       returning key`,
    );
    const columns = 'entity, sequence, checkpoint_id as checkpointId, occasion, at, checksum';
    this.#newest = connection.prepare(
      `select key, ${columns}, state from snapshots where entity = ?1 and (?2 is null or sequence < ?2)
        order by sequence desc limit 1`,
    );
    this.#all = connection.prepare(`select ${columns} from snapshots where entity = ? order by sequence`);
    this.#findSegment = connection.prepare(
      'select key from snapshot_segments where entity = ? and digest = ?',
    );
    this.#addSegment = connection.prepare(
      // What is given anew takes the place of what may be damaged.
      `insert into snapshot_segments (entity, digest, data) values (?, ?, ?)
       on conflict (entity, digest) do update set data = excluded.data returning key`,
    );
    this.#addPart = connection.prepare(
      'insert into snapshot_parts (snapshot, place, segment) values (?, ?, ?)',
    );
    this.#takeApart = connection.prepare('delete from snapshot_parts where snapshot = ?');
    this.#pruneSegments = connection.prepare(
      `delete from snapshot_segments where entity = ?1 and key not in (
         select p.segment from snapshots s join snapshot_parts p on p.snapshot = s.key where s.entity = ?1)`,
    );
    this.#parts = connection.prepare(
      `select s.digest, s.data from snapshot_parts p join snapshot_segments s on s.key = p.segment
        where p.snapshot = ? order by p.place`,
    );
  }

  /** Inside a write: what is removed is gone only if the newer one stays. */
  put(row: SnapshotRow): void {
    const { entity, sequence, checkpointId, occasion, at, checksum, state, segments } = row;
    const { key } = this.#put.get(entity, sequence, checkpointId, occasion, at, checksum, state) as Keyed;
    const gone = this.#prune.all(entity, occasion, SNAPSHOTS_KEPT[occasion]);
    let apart = Number(this.#takeApart.run(key).changes);
    segments.forEach((segment, place) => this.#addPart.run(key, place, this.#segmentOf(entity, segment)));
    for (const old of gone) apart += Number(this.#takeApart.run(old.key).changes);
    if (apart > 0) this.#pruneSegments.run(entity);
  }

  newest(entity: string, before?: number): SnapshotRow | undefined {
    const stored = this.#newest.get(entity, before ?? null);
    if (stored === undefined) return undefined;
    const { key, ...row } = stored;
    return { ...row, segments: this.#parts.all(key) };
  }

  /** In the order of the log. */
  all(entity: string): readonly SnapshotSummary[] {
    return this.#all.all(entity);
  }

  #segmentOf(entity: string, { digest, data }: SnapshotSegment): number {
    const found =
      data === null ? this.#findSegment.get(entity, digest) : this.#addSegment.get(entity, digest, data);
    if (found === undefined) throw refused(`No snapshot of ${entity} has the segment ${digest}.`);
    return found.key;
  }
}
