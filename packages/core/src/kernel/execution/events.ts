/**
 * Everything that can happen to an execution: past-tense facts, one union. Stored as they are; ids of workflow and
 * execution, time and actor live in columns. `published.ts` adds what the specification's schemas ask for.
 */
import type { Json } from '../../json.ts';
import type { TaskError } from '../../ports/agent.ts';
import type { CompensationEvent } from './compensation.ts';
import type {
  ResultKept,
  TaskAssigned,
  TaskCompleted,
  TaskFailed,
  TaskRerouted,
  TaskRetryScheduled,
} from './events/attempt.ts';
import type { ChildCancelling, ChildEnded, ChildStarted } from './events/child.ts';
import type { AtAttempt, AtItem } from './events/place.ts';
import type {
  PermitsAsked,
  PermitsGranted,
  TaskAcquiring,
  TaskGranted,
  TaskReleased,
} from './events/shared.ts';
import type {
  ItemsAdded,
  TaskOpened,
  TaskOverridden,
  TaskReassigned,
  TaskReentered,
  TaskRepeated,
  TaskSkipped,
  TasksCancelling,
  TasksSpawned,
} from './events/task.ts';
import type {
  EventConsumed,
  EventPublished,
  HumanAnswered,
  HumanDefaulted,
  HumanRequested,
  SignalConsumed,
  SignalReceived,
  TaskListening,
  TaskWaiting,
} from './events/waiting.ts';
import type {
  BudgetExceeded,
  BudgetWarned,
  Cancelling,
  CheckpointCreated,
  DeadlockDetected,
  Failing,
  Paused,
  Requested,
  Terminating,
  WorkflowReopened,
  WorkflowUpgraded,
} from './events/workflow.ts';
import type { TeamEvent } from './team.ts';

export * from './events/attempt.ts';
export * from './events/child.ts';
export * from './events/place.ts';
export * from './events/shared.ts';
export * from './events/task.ts';
export * from './events/waiting.ts';
export * from './events/workflow.ts';

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
  | ResultKept
  | TaskRetryScheduled
  | (AtItem & { readonly type: 'task.retry_due' })
  | (AtAttempt & { readonly type: 'task.timed_out'; readonly afterMs: number })
  | TaskFailed
  /** `confirmed` tells whether the agent answered, or the deadline passed without a word from it. */
  | (AtAttempt & { readonly type: 'task.cancelled'; readonly confirmed: boolean })
  | (AtAttempt & { readonly type: 'agent.lost'; readonly seat: string; readonly reason: string })
  | CompensationEvent
  | TeamEvent;

/** After one of these nothing happens any more, unless somebody reopens it. */
export const LAST_EVENTS: ReadonlySet<string> = new Set<ExecutionEvent['type']>([
  'workflow.completed',
  'workflow.failed',
  'workflow.cancelled',
  'workflow.compensated',
  'workflow.compensation_failed',
]);
