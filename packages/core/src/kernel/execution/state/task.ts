/** A task of an execution: where it stands, and what that means to others. */
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { Plan } from '../../../plan/plan.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import type { TeamRun } from '../team.ts';
import type { Item } from './item.ts';

export interface Task {
  readonly index: number;
  /** Which entry into it, from 1. */
  activation: number;
  /** Dependencies that are not settled. */
  waiting: number;
  status: TaskStatus;
  // Absent in most tasks, of which there are many in memory.
  /** Dependencies that were met, where not all must be. */
  met?: number | undefined;
  /** The dependency whose end made it impossible: it will be skipped. */
  skippedBy?: number | undefined;
  /** It has failed, and the workflow goes on. */
  isHandled?: boolean | undefined;
  /** The activation in which its loop began, if not the first. */
  loopedFrom?: number | undefined;
  /** Items that are completed, where some are enough. */
  done?: number | undefined;
  /** How often its failure led back to an earlier task. */
  gotos?: number | undefined;
  /** An operator has said how it ends. */
  overridden?: Overridden | undefined;
  /** It had begun when the execution was upgraded: its join is not asked again. */
  isKept?: boolean | undefined;
  /** The group or seat an operator gave it to. */
  reassigned?: string | undefined;
  /** The data of the event it came with, and the sequence of that event; the next entry needs a later one. */
  event?: Json | undefined;
  heard?: number | undefined;
  /** Until when it waits for an event at the longest. */
  listensUntil?: Instant | undefined;
  /** Where agents share it: how far they are, or came. */
  team?: TeamRun | undefined;
  /** Where it has a budget: what is spent. */
  spent?: Spent | undefined;
  /** Why it ends before it is done, though it does not fail. */
  stopReason?: string | undefined;
  /** What its template became; undefined without one. */
  input?: Json | undefined;
  /** Where items came later: the list of what those from this place on work on, by rising places. */
  added?: { readonly from: number; readonly input: Json }[] | undefined;
  /** Why it could not be opened. */
  error?: TaskError | undefined;
  /** One for a plain task, any number for a parallel one; empty until the task is open. */
  items: Item[];
  openItems: number;
  /** How many of its items are held back, and which is the next one of them; absent where all are served at once. */
  held?: number | undefined;
  nextHeld?: number | undefined;
  openedAt: Instant | undefined;
  endedAt: Instant | undefined;
}

export interface Spent {
  turns: number;
  tokens: number;
  cost: number;
  /** It was said that four fifths are. */
  isWarned?: boolean;
}

export interface Overridden {
  readonly as: 'completed' | 'failed' | 'skipped';
  readonly by: string;
  readonly reason: string;
  /** Of a parallel task that was completed as a whole. */
  readonly output?: Json;
}

export type TaskStatus =
  | 'pending'
  /** A dependency has ended, and its join is to be asked. */
  | 'joining'
  /** Its join has fired or cannot fire any more, and something is to be decided before it is open. */
  | 'opening'
  /** It needs an event. */
  | 'listening'
  | 'open'
  /** A round of its loop is completed, and whether another follows is to be decided. */
  | 'looping'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled';

/** How it settles. */
export type TaskEnd = 'completed' | 'failed' | 'skipped' | 'cancelled';

export function newTask(plan: Plan, index: number): Task {
  const waiting = plan.graph.indegree[index] as number;
  return {
    index,
    activation: 1,
    waiting,
    status: 'pending',
    items: [],
    openItems: 0,
    openedAt: undefined,
    endedAt: undefined,
  };
}

/** Nothing is to come of it any more, and nothing waits for it. */
export function isSettled({ status, isHandled }: Pick<View<Task>, 'status' | 'isHandled'>): boolean {
  if (status === 'failed') return isHandled === true;
  return status === 'completed' || status === 'skipped' || status === 'cancelled';
}

/** Items that are not over; before it is open, as many as it is planned with. */
export function itemsLeft(plan: Plan, task: Task): number {
  const isBegun =
    task.status !== 'pending' &&
    task.status !== 'joining' &&
    task.status !== 'opening' &&
    task.status !== 'listening';
  return isBegun ? task.openItems : nth(plan.tasks, task.index).items;
}

/** Whether what all attempts at it may take together counts. */
export function isTimed({ status }: Pick<View<Task>, 'status'>): boolean {
  return status === 'open';
}

/** Something is to be decided about it: it stands in `undecided`. */
export function isUndecided({ status }: { readonly status: TaskStatus }): boolean {
  return status === 'joining' || status === 'opening' || status === 'looping';
}
