/** How long a task may take, as far as anyone can say before it ran. */
import type { TaskDefinition } from './definition.ts';

/** What a task is guessed to take when nobody said and no run is known. */
export const GUESSED_TASK_MS = 10_000;

export interface Estimate {
  readonly durationMs: number;
  readonly source: 'guess';
}

/** A guess, never longer than the timeout of the task. */
export function estimate(task: TaskDefinition): Estimate {
  return { durationMs: Math.min(GUESSED_TASK_MS, task.timeoutMs ?? GUESSED_TASK_MS), source: 'guess' };
}
