/** What an engine counts of itself, and of what its operator has limited. */
import type { CapacityLimits } from '@cantata/core';
import type { CapacityView } from './read/reader.ts';

/** How much an engine has in hand. All of them are 0 when nothing is open. */
export interface Gauges {
  /** Entities in memory. An admission stays with its workflow. */
  readonly executions: number;
  readonly attempts: number;
  /** Attempts that wait for an agent to be bound. */
  readonly unbound: number;
  readonly timers: number;
  readonly queued: number;
  readonly parked: number;
  readonly waiters: number;
  readonly inbox: number;
}

/** What the operator has limited, how much of it is taken, and how many executions wait for room. */
export interface Capacity extends CapacityView {
  readonly limits: CapacityLimits;
}
