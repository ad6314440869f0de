/** What happens to an attempt. */
import type { Json } from '../../../json.ts';
import type { TaskError, Usage } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { AtAttempt } from './place.ts';

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
  readonly handled?: 'continue' | 'goto' | 'team';
}

export interface TaskAssigned extends AtAttempt {
  readonly type: 'agent.task_assigned';
  readonly assignment: number;
  readonly seat: string;
}

export interface TaskCompleted extends AtAttempt {
  readonly type: 'task.completed';
  readonly output: Json;
  readonly usage?: Usage;
  /** Of a turn: what its agent asked the pattern for. */
  readonly asks?: Json;
}

/** Of a part of the turn, which no later attempt does again. */
export interface ResultKept extends AtAttempt {
  readonly type: 'agent.result_kept';
  readonly key: string;
  readonly value: Json;
}

export interface TaskRetryScheduled extends AtAttempt {
  readonly type: 'task.retry_scheduled';
  readonly error: TaskError;
  readonly until: Instant;
}
