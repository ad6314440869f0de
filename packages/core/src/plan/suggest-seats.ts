/** Where seats are missing, and where they are too many. */
import { nth } from '../nth.ts';
import type { Plan } from './plan.ts';
import type { Schedule } from './schedule.ts';
import type { IdleSeats, MoreSeats } from './suggestion.ts';
import { isForTeams } from './team.ts';
import { isWorthIt, type Trials, withSeats } from './what-if.ts';

/** Groups that are tried, those first for which most is waited. */
const MAX_GROUPS = 3;
/** Seats that are added at most. */
const MAX_ADDED = 1_000;

/**
 * For each group that work waits for: what one more seat gains, and the fewest seats that gain all there is to gain
 * (within {@link isWorthIt} of it), by bisection. Each step is a schedule of its own; groups are raised one by one.
 */
export function moreSeats(plan: Plan, made: Schedule, trials: Trials): readonly MoreSeats[] {
  const waited = waitedForGroups(plan, made);
  return plan.groups
    .filter(({ index }) => (waited[index] as number) > 0)
    .toSorted((a, b) => (waited[b.index] as number) - (waited[a.index] as number))
    .slice(0, MAX_GROUPS)
    .flatMap(({ index }) => moreSeatsOf(index, plan, made, trials))
    .toSorted((a, b) => b.savedMs - a.savedMs || a.wantedSeats - b.wantedSeats || a.group - b.group);
}

function moreSeatsOf(group: number, plan: Plan, made: Schedule, trials: Trials): readonly MoreSeats[] {
  const { seats, pools } = nth(plan.groups, group);
  const tried = new Map<number, Schedule>();
  /** Undefined when no schedule is left to try. */
  const withCount = (count: number): Schedule | undefined => {
    if (!tried.has(count) && trials.left > 0) tried.set(count, trials.run(withSeats(plan, group, count)));
    return tried.get(count);
  };
  const one = seats.length + 1;
  const items = plan.tasks.reduce((sum, task) => sum + (pools.includes(task.pool) ? task.items : 0), 0);
  let many = Math.min(Math.max(one, items), seats.length + MAX_ADDED);
  const most = withCount(many);
  if (most === undefined || !isWorthIt(made.makespanMs - most.makespanMs, made.makespanMs)) return [];
  // The seats that were busy at once are a good guess. With other groups in its pools it is no more than that.
  const guess = Math.max(one, most.peakSeatsOfGroup[group] as number);
  let few = seats.length;
  let middle = guess < many ? guess : (few + many) >> 1;
  for (; middle > few; middle = (few + many) >> 1) {
    const other = withCount(middle);
    if (other === undefined) break;
    if (isWorthIt(other.makespanMs - most.makespanMs, made.makespanMs)) few = middle;
    else many = middle;
  }
  withCount(one);
  return [...new Set([one, many])].flatMap((wantedSeats): MoreSeats[] => {
    const makespanMs = tried.get(wantedSeats)?.makespanMs ?? made.makespanMs;
    const savedMs = made.makespanMs - makespanMs;
    if (!isWorthIt(savedMs, made.makespanMs)) return [];
    return [{ kind: 'more_seats', group, seats: seats.length, wantedSeats, makespanMs, savedMs }];
  });
}

/** How long ready items waited for a seat of each group, in ms over all items. O(items + tasks + dependencies). */
function waitedForGroups({ tasks, groups, pools }: Plan, { slots }: Schedule): Float64Array {
  const endOf = new Float64Array(tasks.length);
  for (let row = 0; row < slots.task.length; row++) {
    const task = slots.task[row] as number;
    endOf[task] = Math.max(endOf[task] as number, slots.endMs[row] as number);
  }
  const readyAt = tasks.map(({ dependsOn }) =>
    dependsOn.reduce((at, v) => Math.max(at, endOf[v] as number), 0),
  );
  const waited = new Float64Array(groups.length);
  for (let row = 0; row < slots.task.length; row++) {
    const { index, pool } = nth(tasks, slots.task[row] as number);
    const waitMs = (slots.startMs[row] as number) - nth(readyAt, index);
    if (waitMs === 0) continue;
    for (const group of nth(pools, pool).groups) waited[group] = (waited[group] as number) + waitMs;
  }
  return waited;
}

/** Seats of each group beyond the most that are ever busy at once, but those that a team may need. */
export function idleSeats(plan: Plan, { peakSeatsOfGroup }: Schedule): readonly IdleSeats[] {
  const idle = plan.groups.flatMap(({ index: group, seats, definition }): IdleSeats[] => {
    const neededSeats = peakSeatsOfGroup[group] as number;
    const seatsFreed = seats.length - neededSeats;
    if (seatsFreed === 0 || isForTeams(plan.definition, definition.name, neededSeats > 0)) return [];
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
