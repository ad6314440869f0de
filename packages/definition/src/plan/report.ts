/** Everything a form of a plan is drawn from, worked out once. Indices are those of the plan. */
import {
  type History,
  type Limits,
  type Plan,
  type Schedule,
  type Suggestion,
  schedule,
  suggest,
  timing,
} from '@cantata/core';
import type { Problem } from '../problem.ts';
import { taskAt } from './words.ts';

export interface PlanReport {
  readonly plan: Plan;
  readonly schedule: Schedule;
  readonly suggestions: readonly Suggestion[];
  readonly limits: Limits;
  /** Milliseconds after the start, by task: as early as its dependencies allow, whatever the seats. */
  readonly earliestStartMs: Float64Array;
  /** Milliseconds by which a task may be late without making the whole late. */
  readonly slackMs: Float64Array;
  /** Tasks without slack. */
  readonly critical: ReadonlySet<number>;
  /** By task, the number of turns that were planned for it. */
  readonly turns: Uint32Array;
  /** What past runs took, by task id. */
  readonly history: History;
  /** What is declared and has no effect in this version. */
  readonly notices: readonly Problem[];
  /** What was asked to be other than the document says. */
  readonly whatIf: readonly SeatChange[];
  /** The expected duration as the document stands, where something was asked to be other. */
  readonly writtenMs: number | undefined;
}

export interface SeatChange {
  readonly group: string;
  readonly from: number;
  readonly to: number;
}

export interface ReportOptions {
  readonly limits: Limits;
  readonly notices: readonly Problem[];
  /** What `plan` was made with; empty unless given. */
  readonly history?: History;
  readonly whatIf?: readonly SeatChange[];
  /** The plan of the document as it stands, where `plan` is of another. */
  readonly written?: Plan;
}

/** Sums of fractions differ by less than anybody waits. */
const NO_SLACK_MS = 0.001;

export function reportOf(
  plan: Plan,
  { limits, notices, history = new Map(), whatIf = [], written }: ReportOptions,
): PlanReport {
  const planned = schedule(plan, limits);
  const durations = Float64Array.from(plan.tasks, ({ estimate }) => estimate.durationMs);
  const { earliestStart, slack } = timing(plan.graph, plan.layers, durations);
  const turns = new Uint32Array(plan.tasks.length);
  for (const task of planned.slots.task) turns[task] = (turns[task] as number) + 1;
  return {
    plan,
    schedule: planned,
    suggestions: suggest(plan, planned),
    limits,
    earliestStartMs: earliestStart,
    slackMs: slack,
    critical: new Set(
      plan.tasks.flatMap(({ index }) => ((slack[index] as number) < NO_SLACK_MS ? [index] : [])),
    ),
    turns,
    history,
    notices,
    whatIf,
    writtenMs: written === undefined ? undefined : schedule(written, limits).makespanMs,
  };
}

/** Whether the whole waits for the way from one task to the next. */
export function isCriticalEdge(
  { plan, critical, earliestStartMs }: PlanReport,
  from: number,
  to: number,
): boolean {
  if (!critical.has(from) || !critical.has(to)) return false;
  const end = (earliestStartMs[from] as number) + taskAt(plan, from).estimate.durationMs;
  return Math.abs(end - (earliestStartMs[to] as number)) < NO_SLACK_MS;
}
