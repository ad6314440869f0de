/** What would make a plan shorter, cheaper or easier to read; each suggestion says what is gained. Never changes a plan. */
import type { Plan } from './plan.ts';
import type { Schedule } from './schedule.ts';

export type Suggestion = RedundantDependency | NeedlessDependency | MoreSeats | IdleSeats;

/** `task` depends on `dependency` also through others: the entry says nothing and can go. */
export interface RedundantDependency {
  readonly kind: 'redundant_dependency';
  readonly task: number;
  readonly dependency: number;
  /** A task between the two: it depends on `dependency`, and `task` depends on it. */
  readonly through: number;
  /** Entries of `depends_on` that can go: always 1. */
  readonly edgesRemoved: number;
}

/** `task` waits for `dependency` but reads nothing of it, and the wait makes the whole longer. */
export interface NeedlessDependency {
  readonly kind: 'needless_dependency';
  readonly task: number;
  readonly dependency: number;
  /** The makespan without the dependency, and how much shorter that is. */
  readonly makespanMs: number;
  readonly savedMs: number;
}

/** The makespan with more seats in one group. */
export interface MoreSeats {
  readonly kind: 'more_seats';
  readonly group: number;
  /** Seats the group has, and seats it would have. */
  readonly seats: number;
  readonly wantedSeats: number;
  readonly makespanMs: number;
  readonly savedMs: number;
}

/** Seats of a group that the schedule never uses. */
export interface IdleSeats {
  readonly kind: 'idle_seats';
  readonly group: number;
  readonly seats: number;
  /** Seats that are busy at the same moment at most. */
  readonly neededSeats: number;
  readonly seatsFreed: number;
  /** What the freed seats ask for together; 0 where the group declares nothing. */
  readonly cpuMillisFreed: number;
  readonly memoryBytesFreed: number;
}

/** The largest gain first within each kind; kinds in the order of the union. `schedule` is the schedule of the plan. */
export function suggest(plan: Plan, schedule: Schedule): readonly Suggestion[] {
  return idleSeats(plan, schedule);
}

function idleSeats(plan: Plan, schedule: Schedule): readonly IdleSeats[] {
  const idle = plan.groups.flatMap(({ index: group, seats, definition }): IdleSeats[] => {
    const neededSeats = schedule.peakSeatsOfGroup[group] as number;
    const seatsFreed = seats.length - neededSeats;
    if (seatsFreed === 0) return [];
    const { cpuMillis = 0, memoryBytes = 0 } = definition.resources;
    return [
      {
        kind: 'idle_seats',
        group,
        seats: seats.length,
        neededSeats,
        seatsFreed,
        cpuMillisFreed: seatsFreed * cpuMillis,
        memoryBytesFreed: seatsFreed * memoryBytes,
      },
    ];
  });
  return idle.toSorted((a, b) => b.seatsFreed - a.seatsFreed || a.group - b.group);
}
