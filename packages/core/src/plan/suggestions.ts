/** What would make a plan shorter, cheaper or easier to read; each suggestion says what is gained. Never changes a plan. */
import type { Plan } from './plan.ts';
import type { Schedule } from './schedule.ts';
import { needlessDependencies, redundantDependencies, unreadDependencies } from './suggest-dependencies.ts';
import { idleSeats, moreSeats } from './suggest-seats.ts';
import type { Suggestion } from './suggestion.ts';
import { Trials } from './what-if.ts';

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
