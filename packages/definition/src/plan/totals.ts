/** What a plan takes in all, for programs: the same figures wherever one is told. */
import type { Plan, Schedule } from '@cantata/core';
import { sources } from './words.ts';

export interface PlanTotals {
  readonly duration_ms: number;
  /** No run can be shorter. */
  readonly critical_path_ms: number;
  readonly work_ms: number;
  /** Calls of agents. */
  readonly turns: number;
  readonly peak_parallelism: number;
  /** Thousandths of a core that busy seats ask for at the same time, at most. */
  readonly peak_cpu_millis: number;
  readonly peak_memory_bytes: number;
  /** In the unit in which agents report it; null where nobody knows. */
  readonly cost: number | null;
  /** How many tasks were estimated from what. */
  readonly estimates: { readonly declared: number; readonly history: number; readonly guess: number };
}

export function totalsOf(plan: Plan, schedule: Schedule): PlanTotals {
  return {
    duration_ms: schedule.makespanMs,
    critical_path_ms: schedule.criticalPathMs,
    work_ms: schedule.workMs,
    turns: schedule.turns,
    peak_parallelism: schedule.peakParallelism,
    peak_cpu_millis: schedule.peakCpuMillis,
    peak_memory_bytes: schedule.peakMemoryBytes,
    cost: schedule.cost ?? null,
    estimates: { ...sources(plan) },
  };
}
