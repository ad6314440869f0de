/** What would make a plan shorter, cheaper or easier to read; each suggestion says what is gained. Never changes a plan. */
import type { Plan } from './plan.ts';
import type { Schedule } from './schedule.ts';
import { needlessDependencies, redundantDependencies, unreadDependencies } from './suggest-dependencies.ts';
import { idleSeats, moreSeats } from './suggest-seats.ts';
import { Trials } from './what-if.ts';

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

/** Schedules that may be tried for one plan, and rows that all of them together may have. */
const MAX_TRIALS = 24;
const MAX_TRIED_ROWS = 300_000;

/**
 * What could be better, the largest gain first within each kind; kinds in the order of the union. Gains stand each for
 * itself: two together may gain more, or no more than one. `made` is the schedule of the plan; what is tried keeps to
 * its limits. Up to {@link MAX_TRIALS} schedules are made, fewer for large plans (two for 100,000 tasks), and graphs
 * of more than 20,000 tasks are not searched for redundant dependencies.
 */
export function suggest(plan: Plan, made: Schedule): readonly Suggestion[] {
  const affordable = Math.floor(MAX_TRIED_ROWS / Math.max(1, made.slots.task.length));
  const trials = new Trials(Math.max(2, Math.min(MAX_TRIALS, affordable)), made.limits);
  const unread = unreadDependencies(plan);
  return [
    ...redundantDependencies(plan, unread),
    ...needlessDependencies(plan, made, unread, trials),
    ...moreSeats(plan, made, trials),
    ...idleSeats(plan, made),
  ];
}
