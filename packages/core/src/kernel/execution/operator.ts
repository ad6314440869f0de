/** What an operator may do to an execution and its tasks by hand, with a name and a reason. */
import type { Json, JsonObject } from '../../json.ts';
import type { AtItem, WorkflowRef } from './events.ts';

export type OperatorCommand =
  | RetryExecution
  | UpgradeExecution
  | CancelTasks
  | AddItemsToTask
  | CompleteTask
  | FailTask
  | SkipTask
  | ReassignTask
  | SwitchPattern;

/** The same without who: an engine knows that. */
export type Operation = OperatorCommand extends infer Command
  ? Command extends OperatorCommand
    ? Omit<Command, 'by'>
    : never
  : never;

interface ByHand {
  readonly by: string;
  readonly reason?: string;
}

export interface CancelTasks extends AtItem, ByHand {
  readonly type: 'task.cancel';
  /** A region is the task and everything after it that nothing outside leads to. */
  readonly extent: 'task' | 'region';
}

/** Elements for a task with `for_each`, as its list gives them. */
export interface AddItemsToTask extends ByHand {
  readonly type: 'items.add';
  readonly task: string;
  readonly items: readonly Json[];
}

/** Of an execution that has failed or was cancelled. */
export interface RetryExecution extends ByHand {
  readonly type: 'retry';
  /** Run again besides what failed or was stopped: tasks whose failure was handled, or that were cancelled or skipped. */
  readonly tasks: readonly string[];
  /** Whether what runs again does so under its old address, or as another activation with a new idempotency key. */
  readonly key: 'same' | 'new';
  /** Set by the execution itself when it asks for its place: a refusal names it. */
  readonly workflow?: WorkflowRef;
}

/** To another version of its workflow, whose plan the shell has put at hand. */
export interface UpgradeExecution extends ByHand {
  readonly type: 'upgrade';
  readonly workflow: WorkflowRef;
  /** Whether tasks that are at work and were changed or removed are stopped, or the upgrade is refused for them. */
  readonly running: 'refuse' | 'stop';
}

/** Of a parallel task as a whole, `output` is the list of what its items gave. */
export interface CompleteTask extends AtItem, ByHand {
  readonly type: 'task.complete';
  readonly output: Json;
}

export interface FailTask extends AtItem, ByHand {
  readonly type: 'task.fail';
}

export interface SkipTask extends ByHand {
  readonly type: 'task.skip';
  readonly task: string;
}

/** Of a team at work on a task, or led by one of its items. */
export interface SwitchPattern extends AtItem, ByHand {
  readonly type: 'pattern.switch';
  readonly to: string;
  readonly options?: JsonObject;
}

export interface ReassignTask extends AtItem, ByHand {
  readonly type: 'task.reassign';
  /** An agent group, or one of its seats. */
  readonly to: string;
}
