/** A universe that is over, read once for all invariants: logs decoded, rows, inbox, ledger. */
import {
  type Cause,
  type EventRow,
  type ExecutionEvent,
  type ExecutionRow,
  type ExecutionState,
  type Instant,
  type MessageRow,
  newExecution,
  type ResourceEvent,
  SHARD_COUNT,
  type SnapshotRow,
  type Store,
  type WakeupRow,
} from '@cantata/core';
import { sha256 } from '@cantata/engine';
import type { Deed, Sight } from './ledger.ts';
import type { Narrowness } from './narrow.ts';
import { isOver } from './over.ts';
import type { Process } from './process.ts';
import type { Committed, Universe, Workflow } from './universe.ts';

export interface Logged<Event> {
  readonly sequence: number;
  readonly at: Instant;
  readonly event: Event;
}

/** An execution as the store has it. */
export interface FinishedExecution {
  readonly id: string;
  /** The version it is of in the end. */
  readonly workflow: Workflow;
  /** All versions it was of, in their order: one, if nobody upgraded it. */
  readonly versions: readonly Workflow[];
  readonly row: ExecutionRow;
  readonly log: readonly Logged<ExecutionEvent>[];
  readonly snapshot: SnapshotRow | undefined;
  readonly wakeup: WakeupRow | undefined;
  /** Digests of the values beside its log, as far as they are what they say. */
  readonly blobs: ReadonlySet<string>;
  /** What `cantata why` says of one that is open; empty for one that has ended. */
  readonly causes: readonly Cause[];
}

export interface FinishedResource {
  readonly id: string;
  readonly log: readonly Logged<ResourceEvent>[];
  readonly snapshot: SnapshotRow | undefined;
}

export interface Finished {
  readonly executions: readonly FinishedExecution[];
  readonly resources: readonly FinishedResource[];
  /** The rows of each shard, in the order the store gives them. */
  readonly shards: readonly (readonly EventRow[])[];
  readonly inbox: readonly MessageRow[];
  readonly deeds: readonly Deed[];
  readonly sights: readonly Sight[];
  readonly commits: readonly Committed[];
  readonly accepted: readonly string[];
  readonly told: Universe['told'];
  readonly processes: readonly Process[];
  /** When faults had ended and one process was left. */
  readonly calmSince: Instant;
  /** The one that is left. */
  readonly survivor: Process;
  readonly workflows: readonly Workflow[];
  readonly narrowness: Narrowness;
}

const ALL = 1_000_000;

export async function finish(universe: Universe, survivor: Process): Promise<Finished> {
  const store = await universe.store();
  const shards = await shardsOf(store);
  const logs = new Map<string, EventRow[]>();
  for (const row of shards.flat()) {
    const log = logs.get(row.entity);
    if (log === undefined) logs.set(row.entity, [row]);
    else log.push(row);
  }
  const executions: FinishedExecution[] = [];
  for (const row of await store.executions.list({ limit: ALL })) {
    const id = row.executionId;
    const log = decoded<ExecutionEvent>(logs.get(id) ?? []);
    const versions = versionsOf(log, universe);
    const workflow = versions.at(-1) as Workflow;
    logs.delete(id);
    const causes = isOver(row) ? [] : await survivor.engine.reader.why(id);
    const [wakeup] = await store.wakeups.of([id]);
    const blobs = await soundBlobs(store, id);
    const snapshot = await store.log.snapshot(id);
    executions.push({ id, workflow, versions, row, log, snapshot, wakeup, blobs, causes });
  }
  const resources: FinishedResource[] = [];
  for (const [id, rows] of logs) {
    resources.push({ id, log: decoded<ResourceEvent>(rows), snapshot: await store.log.snapshot(id) });
  }
  return {
    executions,
    resources,
    shards,
    inbox: await store.inbox.read('all', ALL),
    deeds: universe.ledger.deeds,
    sights: universe.ledger.sights,
    commits: universe.commits,
    accepted: universe.accepted,
    told: universe.told,
    processes: universe.processes,
    calmSince: universe.calmSince,
    survivor,
    workflows: universe.workflows,
    narrowness: universe.narrowness,
  };
}

function versionsOf(log: FinishedExecution['log'], universe: Universe): readonly Workflow[] {
  return log.flatMap(({ event }) => {
    if (event.type !== 'workflow.requested' && event.type !== 'workflow.upgraded') return [];
    return universe.workflowOf(event.workflow) ?? [];
  });
}

/** An execution as it was before anybody upgraded it: by one version alone. */
export function asBegun(execution: FinishedExecution): FinishedExecution {
  const [workflow = execution.workflow] = execution.versions;
  if (workflow === execution.workflow) return execution;
  const at = execution.log.findIndex(({ event }) => event.type === 'workflow.upgraded');
  return { ...execution, workflow, versions: [workflow], log: execution.log.slice(0, at) };
}

/** Before its first event, with all plans it needs. */
export function unbegun({ id, versions, workflow }: FinishedExecution): ExecutionState {
  const state = newExecution(id, (versions[0] ?? workflow).plan);
  state.versions = new Map(versions.map(({ version, plan }) => [version.digest, plan]));
  return state;
}

async function soundBlobs(store: Store, id: string): Promise<ReadonlySet<string>> {
  const blobs = await store.blobs.read(await store.blobs.heldBy(id));
  const sound = blobs.filter(({ digest, data }) => digest === `sha256:${sha256(data)}`);
  return new Set(sound.map(({ digest }) => digest));
}

async function shardsOf(store: Store): Promise<readonly (readonly EventRow[])[]> {
  const shards: (readonly EventRow[])[] = [];
  for (let shard = 0; shard < SHARD_COUNT; shard++) shards.push(await store.log.readShard(shard, 0, ALL));
  return shards;
}

function decoded<Event>(rows: readonly EventRow[]): readonly Logged<Event>[] {
  return rows.map(({ sequence, at, type, data }) => ({
    sequence,
    at,
    event: { type, ...(JSON.parse(data) as object) } as Event,
  }));
}
