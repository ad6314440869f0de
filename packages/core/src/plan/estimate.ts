/** How long a task may take, as far as anyone can say before it ran. */
import type { TaskDefinition, WaitTask } from './definition.ts';

/** What a task is guessed to take when nobody said and no run is known. */
export const GUESSED_TASK_MS = 10_000;

export interface Estimate {
  /** Of one item, from the moment a seat begins. */
  readonly durationMs: number;
  /** In the unit in which agents report their cost; absent if nobody knows. */
  readonly cost?: number;
  /** Where the duration comes from. */
  readonly source: 'declared' | 'history' | 'guess';
}

/** What past runs of the workflow took, by task id. */
export type History = ReadonlyMap<string, TaskHistory>;

export interface TaskHistory {
  /** Median over the items that completed. */
  readonly medianMs: number;
  readonly medianCost?: number;
  /** Number of items it was taken from. */
  readonly samples: number;
}

/** What the document declares, else the median of past runs, else a guess that is never longer than the timeout. */
export function estimate(task: TaskDefinition, history?: TaskHistory): Estimate {
  const cost = task.estimate?.cost ?? history?.medianCost;
  return { ...durationOf(task, history), ...(cost === undefined ? {} : { cost }) };
}

function isTimed(task: TaskDefinition): task is WaitTask & { readonly wait: { readonly kind: 'for' } } {
  return task.kind === 'wait' && task.wait.kind === 'for';
}

function durationOf(task: TaskDefinition, history: TaskHistory | undefined): Estimate {
  const declared = task.estimate?.durationMs ?? (isTimed(task) ? task.wait.forMs : undefined);
  if (declared !== undefined) return { durationMs: declared, source: 'declared' };
  if (history !== undefined) return { durationMs: history.medianMs, source: 'history' };
  return { durationMs: Math.min(GUESSED_TASK_MS, task.timeoutMs ?? GUESSED_TASK_MS), source: 'guess' };
}
