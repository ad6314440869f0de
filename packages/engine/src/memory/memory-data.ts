/** What a memory store remembers: the tables of the port as plain maps. Several stores may share it, as processes share a file. */
import {
  type EventRow,
  type ExecutionRow,
  type Instant,
  type MessageRow,
  type OutcomeRow,
  type Owner,
  type PatternVersion,
  type RemovalRow,
  type RequestAnswer,
  type RequestClaim,
  SHARD_COUNT,
  type SnapshotRow,
  type WakeupRow,
  type WorkflowVersion,
} from '@cantata/core';

export interface MemoryShard {
  epoch: number;
  /** Id of the owner; undefined when free. */
  owner: string | undefined;
  /** The event at position n is at n - 1. */
  readonly events: EventRow[];
}

export interface MemoryData {
  /** In the order of their arrival. */
  readonly workflows: WorkflowVersion[];
  /** In the order of their arrival. */
  readonly patterns: PatternVersion[];
  readonly owners: Map<string, { readonly owner: Owner; expiresAt: Instant }>;
  readonly shards: readonly MemoryShard[];
  /** By entity; the event with sequence n is at n - 1. */
  readonly entities: Map<string, EventRow[]>;
  /** Events in the order of their commits: the one with offset n is at n - 1. */
  readonly feed: EventRow[];
  /** By entity; the offset of the event with sequence n is at n - 1. */
  readonly offsets: Map<string, number[]>;
  /** By entity, then by sequence. */
  readonly snapshots: Map<string, Map<number, SnapshotRow>>;
  /** By id, in the order of their arrival. */
  readonly inbox: Map<string, MessageRow>;
  /** Ids that do not come back (S4), with the times of their messages where those were there. */
  readonly consumed: Map<string, Instant | undefined>;
  readonly outcomes: Map<string, OutcomeRow>;
  readonly executions: Map<string, ExecutionRow>;
  /** By tenant and key, in JSON. */
  readonly requests: Map<string, RequestClaim & { answer?: RequestAnswer }>;
  /** By entity. */
  readonly wakeups: Map<string, WakeupRow>;
  /** In the order of their removal. */
  readonly removals: RemovalRow[];
  /** By digest. */
  readonly blobs: Map<string, { readonly data: string; readonly holders: Set<string> }>;
}

export function createMemoryData(): MemoryData {
  return {
    workflows: [],
    patterns: [],
    owners: new Map(),
    shards: Array.from({ length: SHARD_COUNT }, () => ({ epoch: 0, owner: undefined, events: [] })),
    entities: new Map(),
    feed: [],
    offsets: new Map(),
    snapshots: new Map(),
    inbox: new Map(),
    consumed: new Map(),
    outcomes: new Map(),
    executions: new Map(),
    requests: new Map(),
    wakeups: new Map(),
    removals: [],
    blobs: new Map(),
  };
}
