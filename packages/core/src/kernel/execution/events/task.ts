/** What happens to a task, or to several. */
import type { Json } from '../../../json.ts';
import type { SpawnedTask } from '../../../ports/agent.ts';
import type { AtItem } from './place.ts';

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
