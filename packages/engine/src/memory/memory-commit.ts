/** A commit on plain maps: everything is checked before anything is written, which makes it whole or nothing (S3). */
import {
  type BlobRow,
  CantataError,
  type Commit,
  type MessageRow,
  SNAPSHOTS_KEPT,
  type SnapshotOccasion,
  type SnapshotRow,
  type SnapshotSegment,
  shardOf,
  type WakeupRow,
} from '@cantata/core';
import type { MemoryData } from './memory-data.ts';

export function commitTo(data: MemoryData, commit: Commit): void {
  checkFence(data, commit);
  checkDensity(data, commit);
  checkMessages(commit.messages);
  checkWakeups(commit.wakeups);
  checkBlobs(data, commit.blobs);
  checkSegments(data, commit.snapshots);

  for (const id of commit.consumed) {
    data.consumed.set(id, data.inbox.get(id)?.at ?? data.consumed.get(id));
    data.inbox.delete(id);
  }
  for (const outcome of commit.outcomes) {
    if (!data.outcomes.has(outcome.id)) data.outcomes.set(outcome.id, { ...outcome });
  }
  postTo(data, commit.messages);
  for (const event of commit.events) {
    const row = { ...event };
    data.shards[event.shard]?.events.push(row);
    entryOf(data.entities, event.entity, () => []).push(row);
    entryOf(data.offsets, event.entity, () => []).push(data.feed.push(row));
  }
  for (const row of commit.executions) data.executions.set(row.executionId, { ...row });
  for (const row of commit.snapshots) {
    const kept = entryOf(data.snapshots, row.entity, () => new Map<number, SnapshotRow>());
    kept.set(row.sequence, { ...row, segments: row.segments.map((segment) => whole(segment, kept)) });
    prune(kept, row.occasion);
  }
  for (const { digest, data: value, entity } of commit.blobs) {
    const known = data.blobs.get(digest);
    if (known === undefined) data.blobs.set(digest, { data: value as string, holders: new Set([entity]) });
    else known.holders.add(entity);
  }
  for (const entity of commit.woken) data.wakeups.delete(entity);
  for (const row of commit.wakeups) data.wakeups.set(row.entity, { ...row });
}

/** A segment that was named alone, with what it was when it was written. */
function whole(
  segment: SnapshotSegment,
  kept: ReadonlyMap<number, Pick<SnapshotRow, 'segments'>>,
): SnapshotSegment {
  if (segment.data !== null) return { ...segment };
  const known = [...kept.values()].flatMap(({ segments }) => segments);
  return { ...(known.find(({ digest }) => digest === segment.digest) as SnapshotSegment) };
}

function checkSegments(data: MemoryData, snapshots: readonly SnapshotRow[]): void {
  for (const { entity, segments } of snapshots) {
    const kept = [...(data.snapshots.get(entity)?.values() ?? [])];
    const known = new Set(kept.flatMap((row) => row.segments.map(({ digest }) => digest)));
    for (const { digest, data: written } of segments) {
      if (written === null && !known.has(digest))
        throw refused(`No snapshot of ${entity} has the segment ${digest}.`);
    }
  }
}

/** S6: the oldest beyond what is kept of an occasion. */
function prune(rows: Map<number, SnapshotRow>, occasion: SnapshotOccasion): void {
  const sequences = [...rows.values()]
    .filter((row) => row.occasion === occasion)
    .map(({ sequence }) => sequence);
  sequences.sort((a, b) => b - a);
  for (const sequence of sequences.slice(SNAPSHOTS_KEPT[occasion])) rows.delete(sequence);
}

/** S1: every named epoch is the shard's, and every shard written to is named. */
function checkFence(data: MemoryData, commit: Commit): void {
  const named = new Set<number>();
  for (const { shard, epoch } of commit.epochs) {
    const actual = data.shards[shard]?.epoch;
    if (actual === undefined) throw refused(`There is no shard ${shard}.`);
    if (actual !== epoch) {
      throw new CantataError(
        'store_fenced',
        `Shard ${shard} is at epoch ${actual}, the commit carries ${epoch}.`,
      );
    }
    named.add(shard);
  }
  const written = [
    ...commit.events.map(({ entity }) => entity),
    ...commit.executions.map(({ executionId }) => executionId),
    ...commit.snapshots.map(({ entity }) => entity),
    ...commit.consumed.flatMap((id) => data.inbox.get(id)?.entity ?? []),
    ...commit.wakeups.map(({ entity }) => entity),
    ...commit.woken,
    ...commit.blobs.map(({ entity }) => entity),
  ];
  for (const entity of written) {
    if (!named.has(shardOf(entity)))
      throw refused(`The commit writes to ${entity} without naming its shard.`);
  }
}

/** S2: each sequence and each position is the next one. */
function checkDensity(data: MemoryData, { events }: Commit): void {
  const sequences = new Map<string, number>();
  const positions = new Map<number, number>();
  for (const { entity, sequence, shard, position } of events) {
    if (shard !== shardOf(entity)) throw refused(`${entity} is not of shard ${shard}.`);
    const nextSequence = (sequences.get(entity) ?? data.entities.get(entity)?.length ?? 0) + 1;
    if (sequence !== nextSequence) throw refused(`${entity} expects event ${nextSequence}, not ${sequence}.`);
    sequences.set(entity, sequence);
    const nextPosition = (positions.get(shard) ?? data.shards[shard]?.events.length ?? 0) + 1;
    if (position !== nextPosition)
      throw refused(`Shard ${shard} expects position ${nextPosition}, not ${position}.`);
    positions.set(shard, position);
  }
}

export function checkMessages(messages: readonly MessageRow[]): void {
  for (const { id, entity, shard } of messages) {
    if (shard !== shardOf(entity))
      throw refused(`${entity} is not of shard ${shard}, as message ${id} says.`);
  }
}

/** S8: what is held must be there. */
function checkBlobs(data: MemoryData, blobs: readonly BlobRow[]): void {
  const known = new Set<string>();
  for (const { digest, data: value, entity } of blobs) {
    if (value !== null) known.add(digest);
    else if (!known.has(digest) && !data.blobs.has(digest)) {
      throw refused(`${entity} cannot hold the blob ${digest}: it is not there.`);
    }
  }
}

function checkWakeups(wakeups: readonly WakeupRow[]): void {
  for (const { entity, shard } of wakeups) {
    if (shard !== shardOf(entity)) throw refused(`${entity} is not of shard ${shard}, as its wake-up says.`);
  }
}

/** S4: an id that waits, was dealt with or was answered is left alone. */
export function postTo(data: MemoryData, messages: readonly MessageRow[]): void {
  for (const message of messages) {
    const { id } = message;
    if (data.inbox.has(id) || data.consumed.has(id) || data.outcomes.has(id)) continue;
    data.inbox.set(id, { ...message });
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}

export function refused(message: string): CantataError {
  return new CantataError('store_data_refused', message);
}
