/** When a running execution is expected to end, and which tasks decide that: a line for people. */
import {
  duration,
  type ExecutionState,
  forecast,
  type Instant,
  type PlanTask,
  type View,
} from '@cantata/core';
import type { Terminal } from '../terminal.ts';
import { cut } from './text.ts';

const MAX_PATH = 7;

export interface Expected {
  readonly finishAt: Instant;
  /** It should have ended by now. */
  readonly isLate: boolean;
  /** `about 40 s left`. */
  readonly left: string;
  /** `b → d`: the tasks that are left on the critical path. */
  readonly path: string;
}

/** Undefined unless it runs. */
export function expectedOf(state: View<ExecutionState>, now: Instant): Expected | undefined {
  const expected = forecast(state, now);
  if (expected === undefined) return undefined;
  const { plan } = state;
  const { finishAt, criticalPath } = expected;
  const isGuess = criticalPath.some((id) => {
    const task = plan.tasks[plan.taskIndex.get(id) as number] as View<PlanTask>;
    return task.estimate.source === 'guess';
  });
  const leftMs = finishAt - now;
  const isLate = leftMs <= 0;
  const left = isLate ? 'takes longer than expected' : leftWords(leftMs, isGuess);
  return { finishAt, isLate, left, path: pathWords(criticalPath) };
}

/** What stands below the tree of a run: no wider than the terminal. */
export function expectedLine(
  state: View<ExecutionState>,
  now: Instant,
  terminal: Terminal,
): string | undefined {
  const expected = expectedOf(state, now);
  if (expected === undefined) return undefined;
  const line = `${expected.left} · critical path: ${expected.path}`;
  return `  ${terminal.paint.dim(cut(line, terminal.columns - 3))}`;
}

function leftWords(ms: number, isGuess: boolean): string {
  const whole = Math.ceil(ms / 1_000) * 1_000;
  return `about ${duration(whole)} left${isGuess ? ' (a guess)' : ''}`;
}

function pathWords(ids: readonly string[]): string {
  if (ids.length <= MAX_PATH) return ids.join(' → ');
  return [...ids.slice(0, 3), `… ${ids.length - 5} more …`, ...ids.slice(-2)].join(' → ');
}
