/** What was spawned, as snapshots have it: its pool is a place in the plan, and found again. */
import { seatsFor } from '../../../plan/seats-for.ts';
import type { ExecutionState, Spawned } from '../state.ts';

export function withoutPool({ pool: _, ...rest }: Spawned): Omit<Spawned, 'pool'> {
  return rest;
}

export function withPool({ plan }: ExecutionState, spawned: Omit<Spawned, 'pool'>): Spawned {
  const { person, team } = spawned.turn ?? {};
  const pool = person === undefined && team === undefined ? seatsFor(plan, spawned)?.pool : plan.seatless;
  return { ...spawned, dependents: [...spawned.dependents], pool };
}
