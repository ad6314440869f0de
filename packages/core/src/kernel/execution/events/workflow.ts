/** What happens to an execution as a whole. */

import type { Json } from '../../../json.ts';
import type { PatternName, RetryPolicyName } from '../../../plan/definition.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Ceiling } from '../ceiling.ts';
import type { Origin } from '../fork.ts';
import type { Parent } from './child.ts';
import type { AtItem } from './place.ts';

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
  /** What its busy seats may ask for together; absent where nothing is limited. */
  readonly ceiling?: Ceiling;
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

export type CheckpointCause = 'pause' | 'interval' | 'interrupt' | 'log_size' | 'takeover' | 'request';

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

/**
 * Tasks would wait for ever. Nothing is at work or waited for: a bug, after which the execution fails. Or a task waits in
 * a circle, across executions, for what it keeps from being given back: it fails.
 */
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
  /** A team had it; what it ends with follows. */
  readonly ofTeam?: true;
}

/** A task ends the execution, whatever else is open. */
export interface Terminating extends AtItem {
  readonly type: 'workflow.terminating';
  readonly as: 'completed' | 'failed';
  /** Where the document says what the result is. */
  readonly output?: Json;
  readonly reason: string;
}
