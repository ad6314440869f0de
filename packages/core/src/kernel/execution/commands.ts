/** Everything an execution can be told. */
import type { Json } from '../../json.ts';
import type { PatternName, RetryPolicyName } from '../../plan/definition.ts';
import type { Directive, TaskError, Usage } from '../../ports/agent.ts';
import type { Timer } from '../law.ts';
import type { ResourceAnswer } from '../resource/claim.ts';
import type { Ceiling } from './ceiling.ts';
import type { CompensationCommand } from './compensation.ts';
import type { AtAttempt, AtItem, CheckpointCause, Parent, WorkflowRef } from './events.ts';
import type { Fork } from './fork.ts';
import type { OperatorCommand } from './operator.ts';

export type ExecutionCommand =
  | StartCommand
  | TurnAnswer
  /** An agent did not start or the process that ran it is gone: nobody will answer for this assignment. */
  | (AtAssignment & { readonly type: 'turn.lost'; readonly reason: string })
  /**
   * It was not given to its agent: the engine knows the circuit breaker of its type not to be closed. `tries`: its time is
   * over, and somebody has to find out.
   */
  | (AtAssignment & { readonly type: 'turn.diverted'; readonly agentType: string; readonly tries?: true })
  | KeepResult
  | { readonly type: 'timer'; readonly timer: Timer }
  | PauseCommand
  | ResumeCommand
  | CancelCommand
  | { readonly type: 'checkpoint'; readonly checkpoint: string; readonly cause: CheckpointCause }
  | ChildCommand
  | ResourceAnswer
  | OperatorCommand
  | SignalCommand
  | PublishCommand
  | AnswerCommand
  | CompensationCommand;

export interface PauseCommand {
  readonly type: 'pause';
  readonly checkpoint: string;
  readonly by: string;
  readonly reason?: string;
}

export interface ResumeCommand {
  readonly type: 'resume';
  readonly by: string;
}

export interface CancelCommand {
  readonly type: 'cancel';
  readonly by: string;
  readonly reason?: string;
}

/** From outside. The same id again is the same signal. */
export interface SignalCommand {
  readonly type: 'signal';
  readonly signal: string;
  readonly data: Json;
  readonly id: string;
  readonly by: string;
}

/** From outside: for every task that needs it. The same id again is the same event. */
export interface PublishCommand {
  readonly type: 'event.publish';
  readonly topic: string;
  readonly data: Json;
  readonly id: string;
  readonly by: string;
}

/** To a task that asks somebody. */
export interface AnswerCommand extends AtItem {
  readonly type: 'human.answer';
  readonly decision: 'approved' | 'rejected';
  /** What the task gives; `{approved: true, by}` unless said or asked otherwise. */
  readonly output?: Json;
  readonly reason?: string;
  readonly id: string;
  readonly by: string;
}

export interface StartCommand {
  readonly type: 'start';
  readonly workflow: WorkflowRef;
  readonly pattern: PatternName;
  readonly input: Json;
  readonly timeoutMs: number;
  readonly compensationTimeoutMs?: number;
  readonly retryPolicy?: RetryPolicyName;
  /** What its busy seats may ask for together. Each has room when it is alone. */
  readonly ceiling?: Ceiling;
  /** Whose execution it is; absent for `default`. */
  readonly tenant?: string;
  /** It goes on where another execution had come to. */
  readonly fork?: Fork;
  readonly parent?: Parent;
}

export interface AtAssignment extends AtAttempt {
  readonly assignment: number;
}

/** In the middle of a turn. The same key again is the same result: the first one counts. */
export interface KeepResult extends AtAssignment {
  readonly type: 'turn.keep';
  readonly key: string;
  readonly value: Json;
}

export type TurnAnswer =
  | (AtAssignment & {
      readonly type: 'turn.completed';
      readonly output: Json;
      readonly usage?: Usage;
      readonly directives?: readonly Directive[];
    })
  | (AtAssignment & { readonly type: 'turn.failed'; readonly error: TaskError });

/** About the child an item waits for. */
export type ChildCommand =
  /** The shell found the version and checked the input. */
  | (AtChild & {
      readonly type: 'child.resolved';
      readonly workflow: WorkflowRef;
      readonly pattern: PatternName;
      readonly limit: number;
      readonly timeoutMs: number;
      readonly input: Json;
    })
  /** There is none, or it cannot work on such an input. */
  | (AtChild & { readonly type: 'child.unresolved'; readonly error: TaskError })
  | (AtChild & { readonly type: 'child.ended'; readonly outcome: ChildOutcome });

export interface AtChild extends AtAttempt {
  readonly execution: string;
}

export type ChildOutcome =
  | { readonly status: 'completed'; readonly output: Json }
  | { readonly status: 'failed'; readonly error: TaskError }
  | { readonly status: 'cancelled'; readonly reason: string };
