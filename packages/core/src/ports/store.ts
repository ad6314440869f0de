/**
 * What remembers. Ten small ports, one adapter each per technology; one conformance suite checks them all.
 *
 * S1 fence      A commit names the epoch of every shard it writes to; if one does not match, nothing is written.
 *               All it writes but new messages must be of a shard it names: events, rows, snapshots, consumed messages.
 *               A commit that writes nothing is how an owner asks whether it still is one.
 * S2 density    In an entity sequences are 1..n, in a shard positions are 1..n, both without gap or double. What is
 *               not the next one is refused.
 * S3 atomicity  A commit happens whole or not at all: events, consumed and new messages, outcomes, snapshots.
 * S4 once       Posting a message id twice keeps one; a consumed message never comes back, unless somebody has the store
 *               forget what was dealt with so long ago that nobody says it any more.
 * S5 lease      One live owner per shard; an epoch grows with every change of owner and never repeats.
 * S6 bound      Of its snapshots an entity keeps the newest of each occasion, as many as `SNAPSHOTS_KEPT` says. What is
 *               more goes in the commit that writes a newer one, never before that one is durable; a segment goes with
 *               the last snapshot that has it.
 * S7 wake-up    An entity has at most one wake-up, and a newer one replaces it. Commits alone write and remove it, under
 *               the fence of its shard. The next one is found by its time, however many there are.
 * S8 blob       A blob comes with the commit of the event that refers to it, is what its digest says, is kept once however
 *               many hold it, and stays as long as one of them.
 * S9 deletion   What is removed is gone whole: row, snapshots, messages, wake-up, what it alone held, and what its events
 *               say. In their shard the events keep their place, so that S2 holds: without entity, actor and data. One
 *               line stays that says what was there and who removed it.
 * R1 request    A key of a tenant belongs to the request that came with it first: whoever comes with it later learns
 *               whether it is the same one, by which id it goes and how it was answered, as long as it is remembered.
 *               Two at the same moment have one id. The first answer stands.
 * F1 feed       Offsets order the events of the whole store as they were committed, those of one commit in its order.
 *               They grow, are not dense, and are never given again. What was read stays: nothing that is committed
 *               later comes at or before an offset that was read, so that a reader goes on behind the last one it saw
 *               and misses nothing but what was removed (S9), which the lines of removals tell.
 *
 * Ids, types and times are columns; payloads are text from a codec and never looked into.
 * Every method rejects with a CantataError whose code begins with `store_`.
 */
import type { Instant } from './clock.ts';

export interface Store {
  readonly workflows: WorkflowStore;
  readonly leases: LeaseStore;
  readonly log: LogStore;
  readonly inbox: InboxStore;
  readonly executions: ExecutionIndex;
  readonly wakeups: WakeupStore;
  readonly blobs: BlobStore;
  readonly requests: RequestStore;
  readonly patterns: PatternStore;
  readonly feed: FeedStore;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- workflows

export interface WorkflowVersion {
  readonly workflowId: string;
  readonly tenant: string;
  readonly name: string;
  readonly version: string;
  readonly pattern: string;
  /** SHA-256 of the canonical document, in hex. */
  readonly digest: string;
  /** The document as JSON text. */
  readonly document: string;
  readonly createdAt: Instant;
}

export interface WorkflowStore {
  /**
   * Stores a version, or finds the one with the same tenant, name and version. A new version of a known name gets
   * that name's workflow id whatever id was offered. Returns the row that stands in the store afterwards;
   * the caller compares digests.
   * @throws CantataError `store_data_refused` where a new name offers the workflow id of another one.
   */
  put(version: WorkflowVersion): Promise<WorkflowVersion>;
  /** A version, or the newest when none is named. */
  find(tenant: string, nameOrId: string, version?: string): Promise<WorkflowVersion | undefined>;
  byDigest(digest: string): Promise<WorkflowVersion | undefined>;
  /** By name; the versions of a name from the oldest to the newest. */
  list(tenant: string): Promise<readonly WorkflowVersion[]>;
  /** The newest version of each workflow behind a name, by name; at most `limit`. O(limit) beside their versions. */
  newest(tenant: string, after: string, limit: number): Promise<readonly WorkflowVersion[]>;
  /** All versions of one workflow, by its id, the newest first. O(those). */
  versions(tenant: string, workflowId: string): Promise<readonly WorkflowVersion[]>;
}

// ---------------------------------------------------------------- leases

export interface Owner {
  /** Unique per engine process start. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

export interface ShardClaim {
  readonly shard: number;
  readonly epoch: number;
  /** The last position written, 0 for an empty shard. */
  readonly position: number;
}

export interface Lease {
  readonly owner: Owner;
  readonly expiresAt: Instant;
  readonly shards: number;
}

export interface LeaseStore {
  /**
   * Claims every shard that is free, expired, already ours, or whose owner's id is in `dead` (owners that are
   * known to be gone, so that a restart on the same machine does not wait for a lease to run out).
   * Raises the epoch of every shard whose owner changes. Returns all shards the owner now holds.
   */
  claim(
    owner: Owner,
    now: Instant,
    leaseMs: number,
    dead?: readonly string[],
  ): Promise<readonly ShardClaim[]>;
  /** Prolongs all shards of the owner; false when it holds none any more. */
  renew(ownerId: string, now: Instant, leaseMs: number): Promise<boolean>;
  release(ownerId: string): Promise<void>;
  /** The owners that hold shards, live or expired. */
  holders(): Promise<readonly Lease[]>;
}

// ---------------------------------------------------------------- log

export interface EventRow {
  readonly entity: string;
  /** Dense in the entity, from 1. */
  readonly sequence: number;
  readonly shard: number;
  /** Dense in the shard, from 1. */
  readonly position: number;
  readonly at: Instant;
  readonly type: string;
  /** Version of the event's schema. */
  readonly schema: number;
  /** What caused it: a command id, a message id, or the sequence of an earlier event of the same entity. */
  readonly causation: string;
  readonly actor: string;
  readonly traceparent: string | null;
  readonly data: string;
}

/** Whether the engine wrote a snapshot for its own speed, or somebody asked for it and may come back to it. */
export type SnapshotOccasion = 'routine' | 'asked';

/** How many snapshots of an entity are kept (S6). The log has everything, so none is needed to read it. */
export const SNAPSHOTS_KEPT: Readonly<Record<SnapshotOccasion, number>> = { routine: 1, asked: 10 };

export interface SnapshotRow {
  readonly entity: string;
  /** The state after this sequence. */
  readonly sequence: number;
  readonly checkpointId: string;
  readonly occasion: SnapshotOccasion;
  readonly at: Instant;
  /** SHA-256 of `state`, in hex. */
  readonly checksum: string;
  readonly state: string;
  /** Parts of a large state, which `state` names by their digests: so the checksum is one of the whole. */
  readonly segments: readonly SnapshotSegment[];
}

/** A snapshot without what it holds. */
export type SnapshotSummary = Omit<SnapshotRow, 'state' | 'segments'>;

export interface SnapshotSegment {
  /** Of `data`: SHA-256, in hex. */
  readonly digest: string;
  /** Null for one that a snapshot of this entity that is kept has, too: it is not written again. Never null when read. */
  readonly data: string | null;
}

export interface MessageRow {
  /** Unique: a command's UUID, or `<sender>:<sequence>.<n>` for a message between entities. */
  readonly id: string;
  readonly tenant: string;
  readonly entity: string;
  readonly shard: number;
  readonly at: Instant;
  readonly type: string;
  readonly causation: string;
  readonly actor: string;
  readonly traceparent: string | null;
  /** Whether somebody will ask for the outcome. */
  readonly replies: boolean;
  readonly data: string;
}

export interface OutcomeRow {
  /** The message id (or the caller's idempotency key) it answers. */
  readonly id: string;
  readonly at: Instant;
  readonly outcome: string;
}

/** What status queries read: narrow, one row an execution, replaced once per commit. */
export interface ExecutionRow {
  readonly executionId: string;
  readonly workflowId: string;
  readonly tenant: string;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly status: string;
  readonly phase: string;
  readonly tasksTotal: number;
  readonly tasksCompleted: number;
  readonly tasksFailed: number;
  /** Sequence of the newest event this row reflects. */
  readonly sequence: number;
  readonly startedAt: Instant;
  readonly completedAt: Instant | null;
  /** One line: why it failed, was cancelled or is parked. */
  readonly reason: string | null;
  /** It stands still. Beside a status that is an end: it was written off, its log ends before. */
  readonly parked: boolean;
  /** It is in nobody's memory: its wake-up says when it is to be read again (S7). */
  readonly asleep: boolean;
}

/** What an entity that sleeps waits for. */
export interface WakeupRow {
  readonly entity: string;
  readonly shard: number;
  /** When it is to be read again; null where only a message wakes it. */
  readonly at: Instant | null;
}

/** A value that is too large for the log, and who holds it. */
export interface BlobRow {
  readonly entity: string;
  /** Of `data`: `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** The value as its codec wrote it; null for one that is in the store already. */
  readonly data: string | null;
}

export interface Commit {
  readonly epochs: readonly { readonly shard: number; readonly epoch: number }[];
  readonly events: readonly EventRow[];
  /** New messages for entities whose shard is elsewhere, or that did not fit into this commit. */
  readonly messages: readonly MessageRow[];
  /** Ids of inbox rows this commit deals with; they are removed. */
  readonly consumed: readonly string[];
  readonly outcomes: readonly OutcomeRow[];
  readonly executions: readonly ExecutionRow[];
  readonly snapshots: readonly SnapshotRow[];
  /** Wake-ups of entities that leave memory with this commit, or that nobody would find after a crash. */
  readonly wakeups: readonly WakeupRow[];
  /** Entities whose wake-up is over. None needs to have one. */
  readonly woken: readonly string[];
  /** What events of this commit refer to. One that is there already gets one holder more. */
  readonly blobs: readonly BlobRow[];
}

export interface LogStore {
  /**
   * @throws CantataError with nothing written: `store_fenced` when an epoch does not match; `store_data_refused`,
   * which no second try changes, for what contradicts the log or itself: a gap or a double in sequences or positions, a
   * shard that does not exist, is not the entity's, or is written to without being named, a blob that is held or a
   * segment that is named but not there.
   */
  commit(commit: Commit): Promise<void>;
  /** Events of one entity after a sequence, in order, at most `limit`. */
  readEntity(entity: string, afterSequence: number, limit: number): Promise<readonly EventRow[]>;
  /** Events of one shard after a position, in order, at most `limit`. */
  readShard(shard: number, afterPosition: number, limit: number): Promise<readonly EventRow[]>;
  /** The newest snapshot of an entity, or the newest one of before a sequence. */
  snapshot(entity: string, before?: number): Promise<SnapshotRow | undefined>;
  /** In the order of their sequences, the oldest first. One for each sequence: the same again replaces it. */
  snapshots(entity: string): Promise<readonly SnapshotSummary[]>;
}

// ---------------------------------------------------------------- inbox

export interface InboxStore {
  /**
   * Adds messages; ids that are there already, were consumed or have an outcome are left alone. Any process may.
   * @throws CantataError `store_data_refused` for a shard that is not the entity's; then none was added.
   */
  post(messages: readonly MessageRow[]): Promise<void>;
  /** Unconsumed messages of these shards, oldest first. `'all'` is every shard. */
  read(shards: readonly number[] | 'all', limit: number): Promise<readonly MessageRow[]>;
  /** Unconsumed messages of one entity, oldest first. */
  of(entity: string): Promise<readonly MessageRow[]>;
  outcome(id: string): Promise<OutcomeRow | undefined>;
  /**
   * Forgets ids that were dealt with before an instant, with their outcomes: the oldest first, at most `limit`. How many
   * those were. What is unconsumed stays, and so do ids that were dealt with before they were posted. O(limit).
   */
  prune(before: Instant, limit: number): Promise<number>;
}

// ---------------------------------------------------------------- executions

export interface ExecutionFilter {
  readonly tenant?: string;
  readonly workflowId?: string;
  readonly statuses?: readonly string[];
  readonly asleep?: boolean;
  /** Executions before this id (ids grow with time): the cursor of the page before. */
  readonly before?: string;
  readonly limit: number;
}

export interface ExecutionIndex {
  get(executionId: string): Promise<ExecutionRow | undefined>;
  /** Newest first: by id, downwards. */
  list(filter: ExecutionFilter): Promise<readonly ExecutionRow[]>;
  /**
   * What has ended before an instant, the earliest end first, equal ones in an order that stays; at most `limit`, beginning
   * behind `after`, which need not be there any more. O(limit).
   */
  expired(before: Instant, limit: number, after?: Ended): Promise<readonly ExecutionRow[]>;
  /**
   * Removes everything of an execution (S9) whose row is still at this sequence and not open. Any process may: nobody
   * writes to what has ended. False where there is no such row.
   */
  remove(removal: Removal): Promise<boolean>;
  /**
   * Newest first: by the time of their removal, downwards. Of after an offset: O(those there are), and where a tenant or a
   * workflow is named its definitions.
   */
  removals(filter: RemovalFilter): Promise<readonly RemovalRow[]>;
}

/** The place of an execution in the order in which they ended. */
export type Ended = Pick<ExecutionRow, 'completedAt' | 'executionId'>;

export interface RemovalFilter {
  readonly tenant?: string;
  readonly workflowId?: string;
  readonly executionId?: string;
  /** Only of executions that had events after this offset (F1). */
  readonly afterOffset?: number;
  readonly limit: number;
}

export interface Removal {
  readonly executionId: string;
  /** Of the row that the decision to remove it is about. */
  readonly sequence: number;
  readonly at: Instant;
  readonly by: string;
  readonly reason: string | null;
}

/** What stays of an execution that was removed. */
export type RemovalRow = Removal &
  Pick<
    ExecutionRow,
    'workflowId' | 'tenant' | 'name' | 'version' | 'digest' | 'status' | 'startedAt' | 'completedAt'
  > & {
    /** The highest offset (F1) of its events; 0 where it had none. */
    readonly offset: number;
  };

// ---------------------------------------------------------------- wake-ups

export interface WakeupStore {
  /**
   * The next ones that have a time, the earliest first, equal ones in an order that stays; at most `limit`, beginning
   * behind `after`, which need not exist any more. `'all'` is every shard. O(limit) for `'all'`.
   */
  next(
    shards: readonly number[] | 'all',
    limit: number,
    after?: { readonly at: Instant; readonly entity: string },
  ): Promise<readonly WakeupRow[]>;
  /** The wake-ups of these entities, with a time or without, in no order. Who has none is missing. */
  of(entities: readonly string[]): Promise<readonly WakeupRow[]>;
}

// ---------------------------------------------------------------- blobs

export interface BlobStore {
  /** Those of them that are there, each once, in no order. */
  read(digests: readonly string[]): Promise<readonly StoredBlob[]>;
  /** Digests of what an entity holds, in no order. */
  heldBy(entity: string): Promise<readonly string[]>;
}

export interface StoredBlob {
  readonly digest: string;
  readonly data: string;
}

// ---------------------------------------------------------------- requests

/** A request of somebody who may repeat it, and be it because its answer was lost. */
export interface RequestClaim {
  readonly tenant: string;
  /** What the caller knows it by: its idempotency key. */
  readonly key: string;
  /** Of all that is asked for: SHA-256, in hex. */
  readonly digest: string;
  /** A UUIDv7 that what is done goes by, should this be the first time. */
  readonly id: string;
  readonly at: Instant;
}

export type ClaimedRequest =
  | { readonly kind: 'new'; readonly id: string }
  /** Without an answer while it is being dealt with, or when who did it is gone: to be done again, under its id. */
  | { readonly kind: 'again'; readonly id: string; readonly answer?: RequestAnswer }
  /** The key is another request's. */
  | { readonly kind: 'other' };

export interface RequestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RequestStore {
  claim(request: RequestClaim): Promise<ClaimedRequest>;
  /** Keeps the answer to the request of an id; of one that was forgotten, nothing. */
  settle(id: string, answer: RequestAnswer): Promise<void>;
  /** Forgets the request of an id that has no answer: nothing came of it, and its key is for whoever comes with it next. */
  release(id: string): Promise<void>;
  /** Forgets requests that were claimed before an instant, answered or not: the oldest first, at most `limit`. How many. O(limit). */
  prune(before: Instant, limit: number): Promise<number>;
}

// ---------------------------------------------------------------- patterns

/** A declarative pattern that was registered. A workflow that names it has it in its own document from then on. */
export interface PatternVersion {
  readonly tenant: string;
  readonly name: string;
  readonly version: string;
  /** SHA-256 of the canonical document, in hex. */
  readonly digest: string;
  /** The document as JSON text. */
  readonly document: string;
  readonly createdAt: Instant;
}

export interface PatternStore {
  /** Stores a version, or finds the one that stands under its name and version; the caller compares digests. */
  put(version: PatternVersion): Promise<PatternVersion>;
  /** A version, or the newest when none is named. */
  find(tenant: string, name: string, version?: string): Promise<PatternVersion | undefined>;
  /** By name; the versions of a name from the oldest to the newest. */
  list(tenant: string): Promise<readonly PatternVersion[]>;
}

// ---------------------------------------------------------------- feed

export interface FeedRow extends EventRow {
  /** Its place among all events of the store (F1), from 1. */
  readonly offset: number;
}

export interface FeedStore {
  /** The offset of the newest event; 0 for none. O(1). */
  end(): Promise<number>;
  /**
   * Events after an offset, in the order of their offsets, at most `limit`; of one entity, where one is named. What was
   * removed (S9) is left out. O(limit) beside what was removed; O(log of its length + limit) for one entity.
   */
  read(after: number, limit: number, entity?: string): Promise<readonly FeedRow[]>;
  /** When the first event after an offset was written, be it removed meanwhile; undefined where there is none. O(1). */
  timeAfter(offset: number): Promise<Instant | undefined>;
}
