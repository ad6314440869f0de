/** Every knob of the engine with its default and unit. The composition root fills in what the operator set. */
import { type CapacityLimits, COMPENSATION_TIMEOUT_MS, STALLED_AFTER_MS } from '@cantata/core';

export interface EngineSettings {
  /**
   * How much may run at once in the whole store: executions, and what their agents ask for. What is not given is not
   * limited, and nobody who limits nothing pays for it. Holds for what starts while this engine owns the shards.
   * MAX_CONCURRENT_WORKFLOWS.
   */
  readonly capacity: CapacityLimits;
  /** How long a start that may wait for room does. AGENT_ALLOCATION_TIMEOUT_SECONDS. */
  readonly allocationTimeoutMs: number;
  /** Longest time an execution may take unless its start says otherwise. WORKFLOW_TIMEOUT_HOURS. */
  readonly workflowTimeoutMs: number;
  /** How long undoing what an execution did may take. SAGA_COMPENSATION_TIMEOUT_SECONDS. */
  readonly compensationTimeoutMs: number;
  /** How long an agent may be at work before `why` warns of it. STALL_TIMEOUT_MINUTES. */
  readonly stallTimeoutMs: number;
  /** How often the state of a running execution is written down whole. CHECKPOINT_INTERVAL_MINUTES. */
  readonly checkpointIntervalMs: number;
  /** How many failures in a row open a circuit whose document does not say. CIRCUIT_BREAKER_FAILURE_THRESHOLD. */
  readonly breakerThreshold: number;
  /** How long a dead engine blocks the shards it owned, at the longest. */
  readonly leaseMs: number;
  /** How often commands of other processes are looked for. */
  readonly inboxPollMs: number;
  /** How often events are looked for that nobody told of, as long as somebody follows them. */
  readonly feedPollMs: number;
  /** How long a request that may come twice is known, and so is what became of it. */
  readonly requestRetentionMs: number;
  /** How far back a stream of events can be resumed. EVENT_RETENTION_HOURS. */
  readonly streamRetentionMs: number;
  /** How long what has ended is kept; for ever unless given. EXECUTION_RETENTION_DAYS. */
  readonly executionRetentionMs?: number;
  /** How often the reconciler proves that every open execution has a wake-up. */
  readonly reconcileMs: number;
  /** Largest output of an agent and largest input of a workflow, in bytes of JSON. */
  readonly maxValueBytes: number;
  readonly maxValueDepth: number;
  /** Values too large for the log that stay at hand after they were used, in characters of JSON. */
  readonly maxRecentValues: number;
  /** Bound of the events one commit carries. */
  readonly maxBatchEvents: number;
  /** Size of the payloads beyond which a commit takes no further command, in characters of JSON. */
  readonly maxBatchBytes: number;
  /** Events of an entity that goes on and on by itself, beyond which it is parked. Nothing that comes to an end needs so many. */
  readonly maxEventsWithoutRest: number;
  /** Bound of commands waiting to be decided; beyond it callers are told `engine_busy`. */
  readonly maxQueuedInputs: number;
  /** Most rows of the inbox in hand at once, those of parked entities aside; the others wait in the store. */
  readonly maxInboxRows: number;
  /** Most entities in memory. Beyond it, who only waits leaves at once. */
  readonly maxResidents: number;
  /** Who only waits leaves memory after so long without a word. */
  readonly sleepAfterIdleMs: number;
  /** Nobody leaves memory for less. */
  readonly leastSleepMs: number;
  /** How long before it is due a sleeper is read again. */
  readonly wakeAheadMs: number;
  /** A log longer than this since its last snapshot gets one. */
  readonly snapshotAfterEvents: number;
  /** How often a commit is tried, the first time included, before its executions are parked. */
  readonly commitAttempts: number;
  /**
   * Whether open executions found at start are carried on, or only those that are asked for, be it only for their end. What was in hand when the
   * shards were lost is carried on in either case when they come back.
   */
  readonly recover: 'all' | 'on_demand';
  /** Whether work that is ready is handed out here. Else it waits for an engine that stays. */
  readonly handsOut: boolean;
}

export const DEFAULT_SETTINGS = {
  capacity: {},
  allocationTimeoutMs: 300_000,
  workflowTimeoutMs: 24 * 3_600_000,
  compensationTimeoutMs: COMPENSATION_TIMEOUT_MS,
  stallTimeoutMs: STALLED_AFTER_MS,
  checkpointIntervalMs: 5 * 60_000,
  breakerThreshold: 5,
  leaseMs: 10_000,
  inboxPollMs: 200,
  feedPollMs: 500,
  requestRetentionMs: 24 * 3_600_000,
  streamRetentionMs: 168 * 3_600_000,
  reconcileMs: 5_000,
  maxValueBytes: 1_048_576,
  maxValueDepth: 64,
  maxRecentValues: 32 * 1_048_576,
  maxBatchEvents: 2_000,
  maxBatchBytes: 16 * 1_048_576,
  maxEventsWithoutRest: 3_000_000,
  maxQueuedInputs: 100_000,
  maxInboxRows: 1_000,
  maxResidents: 10_000,
  sleepAfterIdleMs: 60_000,
  leastSleepMs: 60_000,
  wakeAheadMs: 5_000,
  snapshotAfterEvents: 10_000,
  commitAttempts: 5,
  recover: 'all',
  handsOut: true,
} as const satisfies EngineSettings;
