/**
 * Who does what when, by the estimates: a list schedule under the seats there are, and under limits on cpu and memory
 * if given (Graham 1966; the order of the list as in HEFT, Topcuoglu, Hariri and Wu 2002).
 *
 * Time jumps from one end of work to the next. Whenever seats are free, the ready task that comes first in the list
 * gets one: higher `priority` first, then the higher upward rank (the longest way to the end of the workflow), then
 * document order. No seat stays free while a ready task could use it within the limits, so on P equal seats and
 * without limits the makespan is at most W/P + C(1 - 1/P), with C the critical path and W all the work (Graham 1969).
 *
 * Tasks that need no seat take their time and nothing else.
 *
 * S1 A task starts when all tasks it depends on have ended, not before.
 * S2 A seat does one item at a time.
 * S3 What the busy seats ask for is within the limits at every moment.
 * S4 Equal plans and limits give equal schedules.
 */
import type { Plan } from './plan.ts';
import { Simulation } from './simulation.ts';

/** What all busy seats together may ask for; what is not given is not limited. */
export interface Limits {
  readonly cpuMillis?: number;
  readonly memoryBytes?: number;
  /** Seats busy at the same moment. */
  readonly seats?: number;
}

/** What a schedule is made from: a plan, or what a plan would be if something in it were other. */
export type Schedulable = Pick<
  Plan,
  | 'tasks'
  | 'graph'
  | 'layers'
  | 'ranks'
  | 'places'
  | 'criticalPath'
  | 'seats'
  | 'groups'
  | 'pools'
  | 'seatless'
>;

export interface Schedule {
  readonly slots: Slots;
  /** What it was made under. */
  readonly limits: Limits;
  /** From the first start to the last end. */
  readonly makespanMs: number;
  /** Items that need a seat: calls of agents. */
  readonly turns: number;
  /** All durations of what needs a seat added up: what one seat would take. */
  readonly workMs: number;
  /** No schedule can be shorter, with however many seats. */
  readonly criticalPathMs: number;
  /** Seats busy at the same moment at most. */
  readonly peakParallelism: number;
  /** What the busy seats ask for at the same moment at most. Groups that declare nothing count as nothing. */
  readonly peakCpuMillis: number;
  readonly peakMemoryBytes: number;
  /** Of all items of the tasks whose cost is known, in the unit in which agents report it; absent if none is. */
  readonly cost: number | undefined;
  /** Number of tasks whose cost is known. */
  readonly tasksWithCost: number;
  /** By seat index. */
  readonly busyMsOfSeat: Float64Array;
  /** Seats of each group busy at the same moment at most, by group index. */
  readonly peakSeatsOfGroup: Uint32Array;
  /** Number of tasks whose duration is a guess. */
  readonly guessed: number;
  /** Items of parallel tasks left out to keep a schedule within {@link MAX_ITEMS}; 0 but for enormous plans. */
  readonly itemsLeftOut: number;
}

/** One row per item of work in order of start; the arrays are index-aligned. */
export interface Slots {
  /** Index of the task. */
  readonly task: Uint32Array;
  /** Number of the item, -1 for a task that is not parallel. */
  readonly item: Int32Array;
  /** Index of the seat, -1 for a task that needs none. */
  readonly seat: Int32Array;
  /** Since the start of the execution. */
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
}

/** Rows of a schedule at most. Where parallel tasks would have more items, each is given an equal share. */
export const MAX_ITEMS = 300_000;

/**
 * Schedules a plan. A parallel task is taken to have as many items as its pool has seats: what it really has is known
 * only when its input is. O((tasks + dependencies + items) log tasks), and for each item the groups of its pool and the
 * pools of its group; limits that some groups fit and others do not add the number of pools that wait.
 * @throws CantataError `limits_too_low` when a task does not fit the limits even if it runs alone.
 */
export function schedule(plan: Schedulable, limits: Limits = {}): Schedule {
  const items = itemCounts(plan);
  const run = new Simulation(plan, limits, items.counts, plan.places);
  run.toTheEnd();
  let workMs = 0;
  let turns = 0;
  let cost = 0;
  let tasksWithCost = 0;
  let guessed = 0;
  for (const { index, pool, estimate } of plan.tasks) {
    const count = items.counts[index] as number;
    if (pool !== plan.seatless) {
      workMs += estimate.durationMs * count;
      turns += count;
    }
    if (estimate.source === 'guess') guessed += 1;
    if (estimate.cost === undefined) continue;
    cost += estimate.cost * count;
    tasksWithCost += 1;
  }
  return {
    slots: run.slots,
    limits,
    makespanMs: run.now,
    turns,
    workMs,
    criticalPathMs: plan.criticalPath.length,
    peakParallelism: run.usage.peak.seats,
    peakCpuMillis: run.usage.peak.cpuMillis,
    peakMemoryBytes: run.usage.peak.memoryBytes,
    cost: tasksWithCost === 0 ? undefined : cost,
    tasksWithCost,
    busyMsOfSeat: run.busyMsOfSeat,
    peakSeatsOfGroup: run.peakSeatsOfGroup,
    guessed,
    itemsLeftOut: items.leftOut,
  };
}

function itemCounts({ tasks }: Schedulable): { readonly counts: Uint32Array; readonly leftOut: number } {
  const wanted = Uint32Array.from(tasks, ({ items }) => items);
  const total = wanted.reduce((sum, count) => sum + count, 0);
  if (total <= MAX_ITEMS) return { counts: wanted, leftOut: 0 };
  const parallel = tasks.filter(({ definition }) => definition.parallel).length;
  const share = Math.max(1, Math.floor((MAX_ITEMS - tasks.length + parallel) / parallel));
  const counts = wanted.map((count) => Math.min(count, share));
  return { counts, leftOut: total - counts.reduce((sum, count) => sum + count, 0) };
}
