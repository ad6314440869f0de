/** The log port: one transaction a commit (S3), fenced before anything is written (S1). */
import {
  type Commit,
  type EventRow,
  type LogStore,
  type SnapshotRow,
  type SnapshotSummary,
  shardOf,
} from '@cantata/core';
import type { Blobs } from './blobs.ts';
import type { Connection } from './connection.ts';
import { Events } from './events.ts';
import type { Executions } from './executions.ts';
import type { Inbox } from './inbox.ts';
import { fenced, Shards } from './shards.ts';
import { Snapshots } from './snapshots.ts';
import type { Wakeups } from './wakeups.ts';

/** The other ports, as far as a commit writes to them. */
interface WrittenBeside {
  readonly inbox: Inbox;
  readonly executions: Executions;
  readonly wakeups: Wakeups;
  readonly blobs: Blobs;
}

export class Log implements LogStore {
  readonly #connection: Connection;
  readonly #shards: Shards;
  readonly #events: Events;
  readonly #snapshots: Snapshots;
  readonly #inbox: Inbox;
  readonly #executions: Executions;
  readonly #wakeups: Wakeups;
  readonly #blobs: Blobs;

  constructor(connection: Connection, { inbox, executions, wakeups, blobs }: WrittenBeside) {
    this.#connection = connection;
    this.#shards = new Shards(connection);
    this.#events = new Events(connection, this.#shards);
    this.#snapshots = new Snapshots(connection);
    this.#inbox = inbox;
    this.#executions = executions;
    this.#wakeups = wakeups;
    this.#blobs = blobs;
  }

  commit(commit: Commit): Promise<void> {
    return this.#connection.write(() => {
      const tails = this.#shards.fence(commit.epochs);
      // Removing comes first: on a full disk a commit that only consumes still finds the pages it frees.
      for (const id of commit.consumed) {
        const shard = this.#inbox.consume(id);
        if (shard !== undefined) fenced(tails, shard, `message ${id}`);
      }
      for (const outcome of commit.outcomes) this.#inbox.answer(outcome);
      for (const message of commit.messages) this.#inbox.add(message);
      for (const row of commit.blobs) {
        fenced(tails, shardOf(row.entity), `a blob of ${row.entity}`);
        this.#blobs.put(row);
      }
      this.#events.append(commit.events, tails);
      for (const row of commit.executions) {
        fenced(tails, shardOf(row.executionId), `execution ${row.executionId}`);
        this.#executions.put(row);
      }
      for (const row of commit.snapshots) {
        fenced(tails, shardOf(row.entity), `a snapshot of ${row.entity}`);
        this.#snapshots.put(row);
      }
      for (const entity of commit.woken) {
        fenced(tails, shardOf(entity), `the wake-up of ${entity}`);
        this.#wakeups.remove(entity);
      }
      for (const row of commit.wakeups) {
        fenced(tails, shardOf(row.entity), `the wake-up of ${row.entity}`);
        this.#wakeups.put(row);
      }
    });
  }

  readEntity(entity: string, afterSequence: number, limit: number): Promise<readonly EventRow[]> {
    return this.#connection.read(() => this.#events.ofEntity(entity, afterSequence, limit));
  }

  readShard(shard: number, afterPosition: number, limit: number): Promise<readonly EventRow[]> {
    return this.#connection.read(() => this.#events.ofShard(shard, afterPosition, limit));
  }

  snapshot(entity: string, before?: number): Promise<SnapshotRow | undefined> {
    return this.#connection.read(() => this.#snapshots.newest(entity, before));
  }

  snapshots(entity: string): Promise<readonly SnapshotSummary[]> {
    return this.#connection.read(() => this.#snapshots.all(entity));
  }
}
