/** The undoing of steps: what can happen, what can be asked for, and what is kept of it. */
import type { Json } from '../../json.ts';
import type { UndoOrder, UndoStep } from '../../policy/saga.ts';
import type { TaskError, Usage } from '../../ports/agent.ts';
import type { Queue } from '../queue.ts';
import type { AtItem } from './events.ts';
import type { Item } from './state.ts';

export type CompensationEvent =
  | CompensationRegistered
  | Compensating
  | TaskCompensating
  | TaskCompensated
  | TaskCompensationFailed
  | TaskCompensationSkipped
  | CompensationResumed
  /** Everything that was to be undone is undone, or was skipped by an operator. */
  | { readonly type: 'workflow.compensated' }
  /** Nothing goes on until an operator says so. */
  | { readonly type: 'workflow.compensation_failed'; readonly reason: string };

/** Written before the step is handed out, in the same commit: from now on it may have had an effect. */
export interface CompensationRegistered extends AtItem {
  readonly type: 'task.compensation_registered';
}

/** The execution has failed or was cancelled, every agent has stopped, and what was done begins to be undone. */
export interface Compensating {
  readonly type: 'workflow.compensating';
  readonly steps: number;
  readonly timeoutMs: number;
}

export interface AtStep extends AtItem {
  readonly deed: 'compensate';
}

/** The time of a step has come. */
export interface TaskCompensating extends AtStep {
  readonly type: 'task.compensating';
  /** What its agent is handed. */
  readonly input: Json;
  /** Nobody knows whether the step had its effect. */
  readonly unknown?: true;
}

export interface TaskCompensated extends AtStep {
  readonly type: 'task.compensated';
  readonly attempt: number;
  readonly output: Json;
  readonly usage?: Usage;
}

/** For good. Attempt 0 is a step whose agent could not be told what to undo. */
export interface TaskCompensationFailed extends AtStep {
  readonly type: 'task.compensation_failed';
  readonly attempt: number;
  readonly error: TaskError;
}

export interface TaskCompensationSkipped extends AtStep {
  readonly type: 'task.compensation_skipped';
  readonly by: string;
  readonly reason: string;
  /** How long what is left may take, where everything stood still for it. */
  readonly timeoutMs: number;
}

/** Steps whose undoing had failed are undone once more; what waits behind them goes on. */
export interface CompensationResumed {
  readonly type: 'workflow.compensation_resumed';
  readonly by: string;
  readonly steps: readonly AtStep[];
  readonly timeoutMs: number;
}

/** What an operator may ask where undoing has failed for good. */
export type CompensationCommand =
  /** Once more: this step, or all that failed. */
  | { readonly type: 'compensation.retry'; readonly by: string; readonly step?: StepRef }
  /** The step stays as it is, or was undone by hand. */
  | {
      readonly type: 'compensation.skip';
      readonly by: string;
      readonly reason: string;
      readonly step: StepRef;
    };

/** A step that was registered to be undone. */
export interface StepRef {
  readonly task: string;
  readonly item?: number;
  /** Which one of a task that was entered more than once; the last that failed unless given. */
  readonly activation?: number;
}

/** How long undoing may take where its start says nothing. SAGA_COMPENSATION_TIMEOUT_SECONDS. */
export const COMPENSATION_TIMEOUT_MS = 600_000;

/** A step that may have had an effect, and what became of undoing it. */
export interface Compensation extends UndoStep {
  readonly item: number | undefined;
  /** What the template of its task had become by then; undefined without one. */
  readonly input: Json | undefined;
  /** What it gave; undefined unless it is known to have completed. */
  output: Json | undefined;
  /** Sequence of its end, by which the last is undone first where seats are few; 0 while it has none. */
  endedAt: number;
  status: CompensationStatus;
  /** What its agent is handed; undefined before its time has come. */
  given: Json | undefined;
  /** Why it failed for good. */
  error: TaskError | undefined;
  /** The work of undoing it; undefined before its time has come. */
  turn: Item | undefined;
}

export type CompensationStatus =
  /** Nothing is to be undone, or later steps come first. */
  | 'registered'
  /** Its time has come, and what its agent is handed is to be worked out. */
  | 'due'
  | 'running'
  | 'failed'
  | 'compensated'
  | 'skipped';

export interface Undoing {
  readonly order: UndoOrder<Compensation>;
  readonly due: Queue<Compensation>;
  /** How many steps are neither undone nor skipped. */
  left: number;
}

/** Where a step stands among all that were registered. */
export function stepKey({
  task,
  item,
  activation = 1,
}: { readonly [Key in 'task' | 'item' | 'activation']?: AtItem[Key] | undefined }): string {
  return `${item ?? ''}#${activation} ${task}`;
}
