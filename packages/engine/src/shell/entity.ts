/** An entity in memory: its law's state and what the shell keeps beside it. The only place that tells the laws apart. */
import {
  type Continue,
  DEFAULT_TENANT,
  type Effect,
  type ExecutionCommand,
  type ExecutionEvent,
  type ExecutionRow,
  type ExecutionState,
  encodeExecution,
  encodeResource,
  executionLaw,
  type Instant,
  isCommandOf,
  isEnded,
  isResource,
  type Json,
  type Keep,
  type Message,
  type ResourceCommand,
  type ResourceEvent,
  type ResourceState,
  resourceLaw,
  resourceWeight,
  type Step,
  shardOf,
  step,
  tenantIn,
} from '@cantata/core';

export type Command = ExecutionCommand | ResourceCommand | Continue;
export type Event = ExecutionEvent | ResourceEvent;

interface Resident {
  readonly id: string;
  readonly shard: number;
  /** Sequence of the last snapshot, 0 without one. */
  snapshotAt: number;
  /** Digests of the segments of the last snapshot; of a small state there are none. */
  segments: ReadonlySet<string>;
  /** Below this sequence nobody need ask whether the log outweighs the state. */
  weighAt: number;
  /** Its summary row in the store says something else than its log, and is written with the next commit. */
  isRowStale: boolean;
  /** Its wake-up in the store: undefined for none, null for one without a time, or whose time is not known here. */
  wakeup: Instant | null | undefined;
  /** Events since it came to rest: a step that is cut off leaves something to follow. */
  restless: number;
  /** When it was decided for the last time. */
  touchedAt: Instant;
}
export interface ExecutionEntity extends Resident {
  readonly kind: 'execution';
  readonly tenant: string;
  readonly state: ExecutionState;
}
export interface ResourceEntity extends Resident {
  readonly kind: 'resource';
  /** Undefined for what belongs to a workflow: whoever speaks to it says whose it is. */
  readonly tenant: string | undefined;
  readonly state: ResourceState;
}
export type Entity = ExecutionEntity | ResourceEntity;

const NO_SEGMENTS: ReadonlySet<string> = new Set();

export function executionEntity(
  state: ExecutionState,
  tenant: string = DEFAULT_TENANT,
  snapshotAt = 0,
): ExecutionEntity {
  const id = state.executionId;
  return { kind: 'execution', id, tenant, state, ...residentOf(id, snapshotAt) };
}

export function resourceEntity(state: ResourceState, snapshotAt = 0): ResourceEntity {
  const id = state.resourceId;
  return { kind: 'resource', id, tenant: tenantIn(id), state, ...residentOf(id, snapshotAt) };
}

function residentOf(id: string, snapshotAt: number): Omit<Resident, 'id'> {
  return {
    shard: shardOf(id),
    snapshotAt,
    segments: NO_SEGMENTS,
    weighAt: 0,
    isRowStale: false,
    wakeup: undefined,
    restless: 0,
    touchedAt: 0,
  };
}

/** Decides a command for an entity. A command of the wrong law is a bug of the sender and throws. */
export function decideOn(entity: Entity, command: Command, now: Instant, keep?: Keep): Step<Event> {
  return entity.kind === 'execution'
    ? step(executionLaw, entity.state, command as ExecutionCommand | Continue, now, keep)
    : step(resourceLaw, entity.state, command as ResourceCommand | Continue, now);
}

export function evolveOn(entity: Entity, event: Event, at: Instant): void {
  if (entity.kind === 'execution') executionLaw.evolve(entity.state, event as ExecutionEvent, at);
  else resourceLaw.evolve(entity.state, event as ResourceEvent, at);
}

export function owedBy(entity: Entity): Iterable<Effect> {
  return entity.kind === 'execution' ? executionLaw.owed(entity.state) : resourceLaw.owed(entity.state);
}

export function encodeEntity(entity: Entity): Json {
  return entity.kind === 'execution' ? encodeExecution(entity.state) : encodeResource(entity.state);
}

/** Parts its state consists of: what a snapshot costs. O(tasks). */
export function weightOf(entity: Entity): number {
  if (entity.kind === 'resource') return resourceWeight(entity.state);
  return entity.state.tasks.reduce((sum, task) => sum + 1 + task.items.length, 0);
}

export function hasEnded(entity: Entity): boolean {
  return entity.kind === 'execution' && isEnded(entity.state.status);
}

/** Whose a message is that an entity sends because of an input. */
export function tenantOfMessage(
  { tenant }: Entity,
  { command }: Message,
  cause: { readonly tenant?: string },
): string {
  const asks = command.type === 'pool.request' ? command.request : command;
  const start = asks.type === 'admission.request' ? asks.start : asks;
  return tenant ?? (start.type === 'start' ? start.tenant : undefined) ?? cause.tenant ?? DEFAULT_TENANT;
}

/** What takes a message back that its receiver could not decide: a grant whose execution never began. */
export function undoOf(message: Message): Command | undefined {
  const { type } = message.command;
  return type === 'start' || type === 'retry'
    ? { type: 'admission.release', execution: message.to }
    : undefined;
}

const EXECUTION_COMMANDS: ReadonlySet<string> = new Set<(ExecutionCommand | Continue)['type']>([
  'start',
  'turn.completed',
  'turn.failed',
  'turn.lost',
  'turn.keep',
  'turn.diverted',
  'child.resolved',
  'child.unresolved',
  'child.ended',
  'resource.granted',
  'resource.denied',
  'resource.delivered',
  'items.add',
  'timer',
  'pause',
  'resume',
  'cancel',
  'checkpoint',
  'retry',
  'upgrade',
  'task.cancel',
  'task.complete',
  'task.fail',
  'task.skip',
  'task.reassign',
  'pattern.switch',
  'compensation.retry',
  'compensation.skip',
  'signal',
  'event.publish',
  'human.answer',
  'continue',
]);

/** Whether the law of an entity has a rule for a command that came from outside. */
export function isCommandFor(entityId: string, command: unknown): command is Command {
  const type = (command as { readonly type?: unknown } | null)?.type;
  if (typeof type !== 'string') return false;
  return isResource(entityId) ? isCommandOf(entityId, type) : EXECUTION_COMMANDS.has(type);
}

/** The narrow row that status queries read. O(1). */
export function summaryOf({ id, tenant, state }: ExecutionEntity, asleep = false): ExecutionRow | undefined {
  const { request, status, counters, plan } = state;
  if (request === undefined) return undefined;
  return {
    executionId: id,
    workflowId: request.workflow.id,
    tenant,
    name: request.workflow.name,
    version: request.workflow.version,
    digest: request.workflow.digest,
    status: status.kind,
    phase: plan.phases[state.layer] ?? '',
    tasksTotal: plan.tasks.length,
    tasksCompleted: counters.completedTasks,
    tasksFailed: counters.failedTasks,
    sequence: state.sequence,
    startedAt: request.at,
    completedAt: isEnded(status) && 'at' in status ? status.at : null,
    reason: reasonOf(status),
    parked: false,
    asleep,
  };
}

function reasonOf(status: ExecutionState['status']): string | null {
  if (status.kind === 'failed') return `${status.error.code}: ${status.error.message}`;
  if (status.kind === 'compensation_failed') return status.reason;
  if ('cause' in status) return reasonOf({ at: status.at, ...status.cause });
  if (status.kind === 'cancelled' || status.kind === 'paused') return status.reason ?? null;
  return null;
}
