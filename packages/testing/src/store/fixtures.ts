/** Rows to write, and a writer that numbers them as an engine does. */
import {
  type BlobRow,
  type Commit,
  type EventRow,
  type ExecutionRow,
  type MessageRow,
  type Owner,
  type SnapshotRow,
  type Store,
  type StoredBlob,
  shardOf,
  uuidv7,
  type WakeupRow,
  type WorkflowVersion,
} from '@cantata/core';

/** One store to test. `cleanup` closes it and removes what it left. */
export interface OpenStore {
  readonly store: Store;
  /** Another store over the same data, as of another process; the first one stays as it is. */
  readonly reopen: () => Promise<Store>;
  readonly cleanup: () => Promise<void>;
}
export type StoreOpener = () => Promise<OpenStore>;

/** A test on a store of its own. */
export function onStore(open: StoreOpener, test: (opened: OpenStore) => Promise<void>): () => Promise<void> {
  return async () => {
    const opened = await open();
    try {
      await test(opened);
    } finally {
      await opened.cleanup();
    }
  };
}

export const NOW = 1_764_000_000_000;
export const LEASE_MS = 10_000;

let made = 0;
/** A new UUIDv7, greater than those before. */
export function newId(): string {
  made += 1;
  return uuidv7(NOW + made, new Uint8Array(10).fill(made & 0xff));
}

/** New ids of entities that fall into one shard. */
export function neighbours(count: number): readonly string[] {
  const ids = [newId()];
  const shard = shardOf(ids[0] as string);
  while (ids.length < count) {
    const id = newId();
    if (shardOf(id) === shard) ids.push(id);
  }
  return ids;
}

/** A new id of an entity in another shard than `id`. */
export function strangerTo(id: string): string {
  for (;;) {
    const other = newId();
    if (shardOf(other) !== shardOf(id)) return other;
  }
}

export function owner(id: string): Owner {
  return { id, host: 'host', pid: 4711 };
}

export function message(entity: string, changes: Partial<MessageRow> = {}): MessageRow {
  return {
    id: newId(),
    tenant: 'default',
    entity,
    shard: shardOf(entity),
    at: NOW,
    type: 'signal',
    causation: 'test',
    actor: 'tester',
    traceparent: null,
    replies: false,
    data: '{}',
    ...changes,
  };
}

export function execution(executionId: string, changes: Partial<ExecutionRow> = {}): ExecutionRow {
  return {
    executionId,
    workflowId: '0190a000-0000-7000-8000-000000000001',
    tenant: 'default',
    name: 'research',
    version: '1.0.0',
    digest: 'd'.repeat(64),
    status: 'running',
    phase: '1/3 decompose',
    tasksTotal: 5,
    tasksCompleted: 0,
    tasksFailed: 0,
    sequence: 1,
    startedAt: NOW,
    completedAt: null,
    reason: null,
    parked: false,
    asleep: false,
    ...changes,
  };
}

export function snapshot(entity: string, sequence: number, changes: Partial<SnapshotRow> = {}): SnapshotRow {
  const state = `{"sequence":${sequence}}`;
  return {
    entity,
    sequence,
    checkpointId: newId(),
    occasion: 'asked',
    at: NOW + sequence,
    checksum: 'c'.repeat(64),
    state,
    segments: [],
    ...changes,
  };
}

export function wakeup(entity: string, at: number | null): WakeupRow {
  return { entity, shard: shardOf(entity), at };
}

export function blob(entity: string, value: string): BlobRow & StoredBlob {
  return { entity, digest: `sha256:${value}`, data: JSON.stringify(value) };
}

export function workflow(changes: Partial<WorkflowVersion> = {}): WorkflowVersion {
  return {
    workflowId: newId(),
    tenant: 'default',
    name: 'research',
    version: '1.0.0',
    pattern: 'supervisor',
    digest: 'd'.repeat(64),
    document: '{"name":"research"}',
    createdAt: NOW,
    ...changes,
  };
}

export function commitOf(changes: Partial<Commit>): Commit {
  return {
    epochs: [],
    events: [],
    messages: [],
    consumed: [],
    outcomes: [],
    executions: [],
    snapshots: [],
    wakeups: [],
    woken: [],
    blobs: [],
    ...changes,
  };
}

/** Owns all shards and numbers what it writes: an engine without a law. */
export class Writer {
  readonly #store: Store;
  readonly #epochs: ReadonlyMap<number, number>;
  readonly #positions: Map<number, number>;
  readonly #sequences = new Map<string, number>();

  private constructor(store: Store, claims: Awaited<ReturnType<Store['leases']['claim']>>) {
    this.#store = store;
    this.#epochs = new Map(claims.map(({ shard, epoch }) => [shard, epoch]));
    this.#positions = new Map(claims.map(({ shard, position }) => [shard, position]));
  }

  static async claim(store: Store, ownerId = 'writer', now = NOW): Promise<Writer> {
    return new Writer(store, await store.leases.claim(owner(ownerId), now, LEASE_MS));
  }

  epoch(entity: string): { readonly shard: number; readonly epoch: number } {
    const shard = shardOf(entity);
    return { shard, epoch: this.#epochs.get(shard) ?? 0 };
  }

  /** The next events of an entity. They count as written: only ask for what will be committed. */
  events(entity: string, count: number, changes: Partial<EventRow> = {}): readonly EventRow[] {
    return Array.from({ length: count }, () => this.#next(entity, changes));
  }

  #next(entity: string, changes: Partial<EventRow>): EventRow {
    const shard = shardOf(entity);
    const sequence = (this.#sequences.get(entity) ?? 0) + 1;
    const position = (this.#positions.get(shard) ?? 0) + 1;
    this.#sequences.set(entity, sequence);
    this.#positions.set(shard, position);
    return {
      entity,
      sequence,
      shard,
      position,
      at: NOW + sequence,
      type: 'task.completed',
      schema: 1,
      causation: String(sequence - 1),
      actor: 'engine',
      traceparent: null,
      data: `{"n":${sequence}}`,
      ...changes,
    };
  }

  /** Commits with the epochs of every shard that is written to. */
  async commit(changes: Partial<Commit>, alsoTouching: readonly string[] = []): Promise<void> {
    await this.#store.log.commit(this.complete(changes, alsoTouching));
  }

  complete(changes: Partial<Commit>, alsoTouching: readonly string[] = []): Commit {
    const entities = [
      ...(changes.events ?? []).map(({ entity }) => entity),
      ...(changes.executions ?? []).map(({ executionId }) => executionId),
      ...(changes.snapshots ?? []).map(({ entity }) => entity),
      ...(changes.wakeups ?? []).map(({ entity }) => entity),
      ...(changes.woken ?? []),
      ...(changes.blobs ?? []).map(({ entity }) => entity),
      ...alsoTouching,
    ];
    const epochs = new Map(entities.map((entity) => [shardOf(entity), this.epoch(entity)]));
    return commitOf({ epochs: [...epochs.values()], ...changes });
  }
}

/** Everything of a shard, page by page. */
export async function readWholeShard(
  store: Store,
  shard: number,
  page = 1_000,
): Promise<readonly EventRow[]> {
  const rows: EventRow[] = [];
  for (;;) {
    const next = await store.log.readShard(shard, rows.at(-1)?.position ?? 0, page);
    rows.push(...next);
    if (next.length < page) return rows;
  }
}

/** What an error of a store must look like. */
export function storeError(code: string): { readonly name: string; readonly code: string } {
  return { name: 'CantataError', code };
}
