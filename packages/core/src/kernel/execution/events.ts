/**
 * Everything that can happen to an execution: past-tense facts, one union. Stored as they are; ids of workflow and
 * execution, time and actor live in columns. `published.ts` adds what the specification's schemas ask for.
 */
import type { Json } from '../../json.ts';
import type { PatternName, RetryPolicyName } from '../../plan/definition.ts';
import type { SpawnedTask, TaskError, Usage } from '../../ports/agent.ts';
import type { Instant } from '../../ports/clock.ts';
import type { Claim } from '../resource/claim.ts';
import type { CompensationEvent } from './compensation.ts';
import type { Origin } from './fork.ts';

/** Version of the schemas below, written beside every event. */
export const EVENT_SCHEMA = 1;

export type ExecutionEvent =
  | Requested
  | { readonly type: 'workflow.planned'; readonly tasks: number; readonly estimatedMs: number }
  | { readonly type: 'workflow.agents_allocated'; readonly seats: number }
  /** `estimatedMs` as planned; absent in logs of before it was written here. */
  | { readonly type: 'workflow.execution_started'; readonly estimatedMs?: number }
  | Paused
  | { readonly type: 'workflow.resumed'; readonly by: string }
  | CheckpointCreated
  | Cancelling
  | WorkflowReopened
  | WorkflowUpgraded
  | Failing
  | Terminating
  /** `output` where the document says what the result is; else it is what the last tasks gave. */
  | { readonly type: 'workflow.completed'; readonly output?: Json }
  | {
      readonly type: 'workflow.failed';
      readonly error: TaskError;
      readonly task?: string;
      readonly item?: number;
    }
  | { readonly type: 'workflow.cancelled'; readonly reason: string }
  | TaskOpened
  | ItemsAdded
  | TasksSpawned
  | TaskSkipped
  /** Its join asked, and has to wait for more. */
  | { readonly type: 'task.awaited'; readonly task: string }
  | TasksCancelling
  | TaskRepeated
  | {
      readonly type: 'task.loop_ended';
      readonly task: string;
      readonly reason: 'condition' | 'max_iterations' | 'budget';
    }
  | TaskReentered
  /** So many of its items are completed as are wanted: the others are given up. */
  | { readonly type: 'task.enough'; readonly task: string; readonly completed: number }
  | DeadlockDetected
  | BudgetWarned
  | BudgetExceeded
  | TaskOverridden
  | TaskReassigned
  | TaskRerouted
  | TaskAcquiring
  | TaskGranted
  | PermitsAsked
  | PermitsGranted
  /** The time of its permit has come. */
  | (AtItem & { readonly type: 'task.permit_due' })
  | TaskReleased
  | TaskAssigned
  | ChildStarted
  | ChildCancelling
  | ChildEnded
  | TaskWaiting
  | SignalReceived
  | EventPublished
  | TaskListening
  | EventConsumed
  | SignalConsumed
  | HumanRequested
  | HumanAnswered
  | HumanDefaulted
  | TaskCompleted
  | TaskRetryScheduled
  | (AtItem & { readonly type: 'task.retry_due' })
  | (AtAttempt & { readonly type: 'task.timed_out'; readonly afterMs: number })
  | TaskFailed
  /** `confirmed` tells whether the agent answered, or the deadline passed without a word from it. */
  | (AtAttempt & { readonly type: 'task.cancelled'; readonly confirmed: boolean })
  | (AtAttempt & { readonly type: 'agent.lost'; readonly seat: string; readonly reason: string })
  | CompensationEvent;

/** After one of these nothing happens any more, unless somebody reopens it. */
export const LAST_EVENTS: ReadonlySet<string> = new Set<ExecutionEvent['type']>([
  'workflow.completed',
  'workflow.failed',
  'workflow.cancelled',
  'workflow.compensated',
  'workflow.compensation_failed',
]);

export interface AtItem {
  readonly task: string;
  readonly item?: number;
  /** Which entry into the task: loops and `goto` open a new one. Absent in the first. */
  readonly activation?: number;
  /** Set where it is not the work of the item but its undoing. */
  readonly deed?: 'compensate';
}

export interface AtAttempt extends AtItem {
  readonly attempt: number;
}

export interface Requested {
  readonly type: 'workflow.requested';
  readonly workflow: WorkflowRef;
  readonly pattern: PatternName;
  readonly input: Json;
  readonly timeoutMs: number;
  /** How long undoing may take; absent in logs of before there was any. */
  readonly compensationTimeoutMs?: number;
  /** For tasks that name none. */
  readonly retryPolicy?: RetryPolicyName;
  /** Whose execution it is; absent for `default`. */
  readonly tenant?: string;
  /** Of a fork. */
  readonly origin?: Origin;
  /** What the task of the origin works on, in place of what the document says. */
  readonly taskInput?: Json;
  /** Where it is a child. */
  readonly parent?: Parent;
}

/** Which version of which workflow: pinned to the run. */
export interface WorkflowRef {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
}

export interface Paused {
  readonly type: 'workflow.paused';
  readonly by: string;
  readonly checkpoint: string;
  readonly reason?: string;
}

export interface CheckpointCreated {
  readonly type: 'workflow.checkpoint_created';
  readonly checkpoint: string;
  readonly cause: CheckpointCause;
  readonly recovery: RecoveryInstructions;
}

export type CheckpointCause = 'pause' | 'interval' | 'interrupt' | 'log_size' | 'takeover';

/** Data, not code: what a recovery from here would do. Lists are cut at 100 entries. */
export interface RecoveryInstructions {
  readonly in_flight: readonly {
    readonly task: string;
    readonly agent_id: string;
    readonly attempt: number;
  }[];
  /** What would be handed out again if the process ended now. */
  readonly redispatch: number;
  readonly ready: number;
  readonly retrying: number;
  readonly resume: string;
}

export interface Cancelling {
  readonly type: 'workflow.cancelling';
  readonly by: string;
  readonly reason: string;
}

/** It had failed or was cancelled, and has its place again. */
export interface WorkflowReopened {
  readonly type: 'workflow.reopened';
  /** They run again: of each what failed or was stopped. What was skipped because of them is asked anew. */
  readonly tasks: readonly string[];
  /** Whether they keep their addresses. */
  readonly key: 'same' | 'new';
  readonly by: string;
  readonly reason: string;
}

/** It goes on by another version of its workflow. What follows is folded with the plan of that one. */
export interface WorkflowUpgraded {
  readonly type: 'workflow.upgraded';
  readonly workflow: WorkflowRef;
  /** They were at work, and begin anew or are gone. */
  readonly stopped: readonly string[];
  readonly by: string;
  readonly reason: string;
}

export interface Failing {
  readonly type: 'workflow.failing';
  readonly error: TaskError;
  readonly task?: string;
  readonly item?: number;
}

/** Nothing would ever happen any more, though tasks are open: a bug, after which the execution fails. */
export interface DeadlockDetected {
  readonly type: 'deadlock.detected';
  readonly explanation: string;
  readonly tasks: readonly string[];
}

export type BudgetLimit = 'turns' | 'tokens' | 'cost' | 'wall_time_ms';

/** Four fifths of a budget are spent: of a task, or of the execution. Once for each. */
export interface BudgetWarned {
  readonly type: 'budget.warned';
  readonly task?: string;
  readonly limit: BudgetLimit;
  readonly of: number;
  readonly spent: number;
}

/** It is all spent: nothing new is handed out. The task or the execution ends with what it has. */
export interface BudgetExceeded extends Omit<BudgetWarned, 'type'> {
  readonly type: 'budget.exceeded';
  /** It ends as failed instead; the failure follows. */
  readonly fails?: true;
}

/** A task ends the execution, whatever else is open. */
export interface Terminating extends AtItem {
  readonly type: 'workflow.terminating';
  readonly as: 'completed' | 'failed';
  /** Where the document says what the result is. */
  readonly output?: Json;
  readonly reason: string;
}

/** What had to be decided before a task could start: its input, and how many items it has. A plain task has no such event. */
export interface TaskOpened {
  readonly type: 'task.opened';
  readonly task: string;
  /** Of a parallel task. */
  readonly items?: number;
  /** Of a task with a template: what it became. */
  readonly input?: Json;
}

/** An open task works on more. */
export interface ItemsAdded {
  readonly type: 'task.items_added';
  readonly task: string;
  /** So many, after the last of those there were. */
  readonly items: number;
  /** The list of what they work on. */
  readonly input: Json;
  /** Who asked: an operator, or a task or item by its label. */
  readonly by: string;
  readonly reason?: string;
}

/** `takesOutputs`: it works on what those give that it depends on. */
export type TaskToSpawn = Omit<SpawnedTask, 'input'> & { readonly takesOutputs?: true };

/** An agent asked with its answer for more tasks. They are items of its own task, after those there are. */
export interface TasksSpawned extends AtItem {
  readonly type: 'task.spawned';
  readonly tasks: readonly TaskToSpawn[];
  /** The list of what they work on; null for one that works on what others give. */
  readonly inputs: Json;
}

export interface TaskSkipped {
  readonly type: 'task.skipped';
  readonly task: string;
  /** The dependency whose end made it impossible; absent if its own condition is false. */
  readonly dependency?: string;
  /** On which it waited for an event in vain. */
  readonly topic?: string;
}

/** The next round of a loop, opened as `task.opened` opens the first. */
export interface TaskRepeated extends Omit<TaskOpened, 'type'> {
  readonly type: 'task.repeated';
  readonly activation: number;
}

/** It begins again, and all that comes after it; what of that is at work is told to stop and does not count any more. */
export interface TaskReentered {
  readonly type: 'task.reentered';
  readonly task: string;
  /** The task whose failure led here. */
  readonly from: string;
}

/** What waits is cancelled at once; agents at work are told to stop and have a grace. */
export interface TasksCancelling {
  readonly type: 'task.cancelling';
  readonly tasks: readonly string[];
  /** Only this item, of the one task that is named then. */
  readonly item?: number;
  readonly by: string;
  readonly reason: string;
}

/** An operator has said how a task or an item ends; its agents are told to stop and are not waited for. */
export type TaskOverridden =
  | (ByHand & { readonly as: 'completed'; readonly output: Json })
  /** `task.failed` stands beside it, and says what follows. */
  | (ByHand & { readonly as: 'failed' })
  | (ByHand & { readonly as: 'skipped' });

interface ByHand extends AtItem {
  readonly type: 'task.overridden';
  readonly by: string;
  readonly reason: string;
}

/** To a group, or to one seat of it. What is in flight is handed out again. */
export interface TaskReassigned extends AtItem {
  readonly type: 'task.reassigned';
  readonly to: string;
  readonly by: string;
  readonly reason: string;
}

/** Agents of a type fail, and are not asked: the same attempt goes to another group. */
export interface TaskRerouted extends AtAttempt {
  readonly type: 'task.rerouted';
  readonly agentType: string;
  /** Groups. */
  readonly from: string;
  readonly to: string;
}

/** For good. Attempt 0 is a task that could not be opened. */
export interface TaskFailed extends AtAttempt {
  readonly type: 'task.failed';
  readonly error: TaskError;
  /** How the workflow goes on; absent if it does not. */
  readonly handled?: 'continue' | 'goto';
}

export interface TaskAssigned extends AtAttempt {
  readonly type: 'agent.task_assigned';
  readonly assignment: number;
  readonly seat: string;
}

/**
 * Resources are asked for one after the other, in the order of their ids: nobody then waits in a circle. A circuit breaker
 * comes last and by itself: its attempt was handed out, and leaves its seat.
 */
export interface TaskAcquiring extends AtAttempt {
  readonly type: 'task.acquiring';
  readonly resources: readonly NeededResource[];
}

export type NeededResource =
  | { readonly resource: string; readonly count: number; readonly capacity: number }
  | NeededRate
  /** A circuit breaker, and the group that serves the attempt it lets through. */
  | { readonly resource: string; readonly group: string };

export interface NeededRate {
  readonly resource: string;
  readonly limit: number;
  readonly perMs: number;
}

export interface TaskGranted extends AtItem {
  readonly type: 'task.granted';
  readonly resource: string;
  /** Of a rate, in logs of before permits came in blocks: when the attempt may begin, where that is not at once. */
  readonly notBefore?: Instant;
}

/** A block of permits for the items that need one now. `claim` has the number of the block. */
export interface PermitsAsked extends NeededRate {
  readonly type: 'task.permits_asked';
  readonly claim: Claim;
  readonly permits: number;
}

/** To each of these items one permit of the block. What is left of it goes back. */
export interface PermitsGranted {
  readonly type: 'task.permits_granted';
  readonly resource: string;
  readonly claim: Claim;
  readonly permits: readonly Permit[];
}

export interface Permit extends AtItem {
  /** When the attempt may begin, where that is not at once. */
  readonly notBefore?: Instant;
}

/** What items held or had asked for goes back: they are over, or begin again. */
export interface TaskReleased {
  readonly type: 'task.released';
  readonly claims: readonly HeldClaim[];
}

export interface HeldClaim {
  readonly resource: string;
  readonly claim: Claim;
  /** Of a breaker: what came of the attempt it let through, where something did. */
  readonly succeeded?: boolean;
  /** Of a permit that was not used: its time. */
  readonly at?: Instant;
}

/** It needs no seat, and is over when what it waits for has come, or its time. */
export interface TaskWaiting extends AtAttempt {
  readonly type: 'task.waiting';
  readonly on: WaitsOn;
  /** Absent if it does not end by itself. */
  readonly until?: Instant;
}

export type WaitsOn =
  | { readonly kind: 'timer' }
  | WaitsOnChild
  /** `key`: the resource under whose key it may come, too. */
  | { readonly kind: 'signal'; readonly signal: string; readonly key?: string }
  | { readonly kind: 'approval'; readonly prompt: string; readonly of?: string };

/** Accepted: consumed in the same step, or kept until somebody waits for it. */
export interface SignalReceived {
  readonly type: 'signal.received';
  readonly signal: string;
  /** Given by the sender: the same id again is the same signal. */
  readonly id: string;
  readonly data: Json;
  readonly by: string;
}

/** By the item that waited longest. Its completion follows in the same step. */
export interface SignalConsumed extends AtAttempt {
  readonly type: 'signal.consumed';
  readonly signal: string;
  readonly id: string;
}

/** By an agent or from outside. Kept for the tasks that may still need it. */
export interface EventPublished {
  readonly type: 'event.published';
  readonly topic: string;
  readonly id: string;
  readonly data: Json;
  readonly by: string;
}

/** A task needs an event, and none has come yet that it wants. */
export interface TaskListening {
  readonly type: 'task.listening';
  readonly task: string;
  readonly topic: string;
  readonly until?: Instant;
}

/** Each of these tasks has the event it needed, and opens. */
export interface EventConsumed {
  readonly type: 'event.consumed';
  readonly tasks: readonly string[];
  readonly topic: string;
  readonly id: string;
}

/** Somebody is asked: like `task.waiting`, for people. */
export interface HumanRequested extends AtAttempt {
  readonly type: 'human.requested';
  readonly prompt: string;
  readonly of?: string;
  readonly until?: Instant;
}

/** The end of the task follows in the same step. */
export interface HumanAnswered extends AtAttempt {
  readonly type: 'human.answered';
  readonly decision: 'approved' | 'rejected';
  readonly id: string;
  readonly by: string;
  readonly reason?: string;
}

/** Nobody answered in time, and the document says what the answer is then. */
export interface HumanDefaulted extends AtAttempt {
  readonly type: 'human.defaulted';
  readonly afterMs: number;
}

/** An execution of its own, of which the item is the parent. Its id is known before it is asked for. */
export interface WaitsOnChild {
  readonly kind: 'child';
  readonly execution: string;
  readonly workflow: string;
  /** The newest unless given. */
  readonly version?: string;
}

/** Which version it is, was found out, and its admission is asked. */
export interface ChildStarted extends AtAttempt {
  readonly type: 'task.child_started';
  readonly execution: string;
  readonly workflow: WorkflowRef;
}

/** Nobody waits for it any more: it is told to stop. */
export interface ChildCancelling extends AtItem {
  readonly type: 'task.child_cancelling';
  readonly execution: string;
  readonly reason: string;
}

/** What becomes of the item is in the next event. */
export interface ChildEnded extends AtAttempt {
  readonly type: 'task.child_ended';
  readonly execution: string;
  readonly status: 'completed' | 'failed' | 'cancelled';
}

/** Of an execution that is a child: the item that waits for it. */
export interface Parent extends AtAttempt {
  readonly execution: string;
  /** How many executions it is inside of. */
  readonly depth: number;
  /** Workflows of the executions it is inside of, the outermost first. */
  readonly lineage: readonly string[];
}

export interface TaskCompleted extends AtAttempt {
  readonly type: 'task.completed';
  readonly output: Json;
  readonly usage?: Usage;
}

export interface TaskRetryScheduled extends AtAttempt {
  readonly type: 'task.retry_scheduled';
  readonly error: TaskError;
  readonly until: Instant;
}
