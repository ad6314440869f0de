/** Plans as they would be if one thing were other, made from what is there: enough to schedule, not to run. */
import { criticalPathByRank, upwardRanks } from '../graph/critical-path.ts';
import type { Graph } from '../graph/graph.ts';
import { nth } from '../nth.ts';
import { placesInList } from './places.ts';
import type { Seat } from './plan.ts';
import { type Limits, type Schedulable, type Schedule, schedule } from './schedule.ts';

/**
 * With so many seats in a group, more than it has. Parallel tasks keep the number of items they are planned with: more
 * seats do not make more work. O(seats).
 */
export function withSeats(plan: Schedulable, group: number, count: number): Schedulable {
  const added = count - nth(plan.groups, group).seats.length;
  const seats = Array.from(
    { length: added },
    (_, n): Seat => ({ index: plan.seats.length + n, id: `what-if-${n + 1}`, group }),
  );
  return {
    ...scheduled(plan),
    seats: [...plan.seats, ...seats],
    groups: plan.groups.map((each) =>
      each.index === group ? { ...each, seats: [...each.seats, ...seats.map(({ index }) => index)] } : each,
    ),
    pools: plan.pools.map((pool) =>
      pool.groups.includes(group) ? { ...pool, seatCount: pool.seatCount + added } : pool,
    ),
  };
}

/** As if `task` did not depend on `dependency`. O(tasks + dependencies). */
export function withoutDependency(plan: Schedulable, task: number, dependency: number): Schedulable {
  const graph = withoutEdge(plan.graph, dependency, task);
  const durations = Float64Array.from(plan.tasks, ({ estimate }) => estimate.durationMs);
  // The old layers are still an order in which every task comes after all it depends on.
  const ranks = upwardRanks(graph, plan.layers, durations);
  return {
    ...scheduled(plan),
    graph,
    ranks,
    places: placesInList(plan.tasks, ranks),
    criticalPath: criticalPathByRank(graph, plan.layers, ranks),
  };
}

function withoutEdge(graph: Graph, from: number, to: number): Graph {
  const edge = graph.targets.indexOf(to, graph.offsets[from]);
  const indegree = graph.indegree.slice();
  indegree[to] = (indegree[to] as number) - 1;
  return {
    size: graph.size,
    offsets: graph.offsets.map((offset, v) => (v > from ? offset - 1 : offset)),
    targets: graph.targets.filter((_, e) => e !== edge),
    indegree,
  };
}

/** Only what is scheduled: a plan computes more when it is spread. */
function scheduled({
  tasks,
  graph,
  layers,
  ranks,
  places,
  criticalPath,
  seats,
  groups,
  pools,
  seatless,
}: Schedulable): Schedulable {
  return { tasks, graph, layers, ranks, places, criticalPath, seats, groups, pools, seatless };
}

/** Gains below a hundredth of the makespan are noise beside estimates. */
export function isWorthIt(savedMs: number, makespanMs: number): boolean {
  return savedMs > 0 && savedMs * 100 >= makespanMs;
}

/** Schedules of what might be, as many as one may afford. */
export class Trials {
  readonly #limits: Limits;
  #left: number;

  constructor(count: number, limits: Limits) {
    this.#left = count;
    this.#limits = limits;
  }

  get left(): number {
    return this.#left;
  }

  /** There must be one left. */
  run(plan: Schedulable): Schedule {
    this.#left -= 1;
    return schedule(plan, this.#limits);
  }
}
