/** What would make a plan better. Tasks and groups are indices of the plan; times are milliseconds. */
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
