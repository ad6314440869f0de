/** A definition made ready to run: indices instead of names, the graph, the seats, who may do what. Shared by all runs. */
import { CantataError } from '../errors.ts';
import { type CriticalPath, criticalPathByRank, upwardRanks } from '../graph/critical-path.ts';
import { findCycle } from '../graph/cycle.ts';
import { buildGraph, type Graph } from '../graph/graph.ts';
import { type Layers, layerSizes, layers } from '../graph/layers.ts';
import { edgesFromNames, NameTable } from '../graph/names.ts';
import { nth } from '../nth.ts';
import { Candidates } from './candidates.ts';
import type { AgentGroup, Definition, TaskDefinition } from './definition.ts';
import { type Estimate, estimate, type History } from './estimate.ts';
import { placesInList } from './places.ts';
import { schedule } from './schedule.ts';

export interface Plan {
  readonly definition: Definition;
  /** Index-aligned with `definition.tasks`. */
  readonly tasks: readonly PlanTask[];
  /** A Map, because runs look up the same few texts over and over, whose hashes the engine below us keeps. */
  readonly taskIndex: ReadonlyMap<string, number>;
  readonly graph: Graph;
  readonly layers: Layers;
  /** Number of tasks in each layer. */
  readonly layerSizes: Uint32Array;
  /** What each layer is called as a phase of the run: `2/3 research`. */
  readonly phases: readonly string[];
  readonly seats: readonly Seat[];
  readonly seatIndex: ReadonlyMap<string, number>;
  readonly groups: readonly PlanGroup[];
  readonly pools: readonly Pool[];
  /** By the estimates, the longest way in ms from the start of each task to the end of the workflow. */
  readonly ranks: Float64Array;
  /** The place of each task in the list by which ready work is served. */
  readonly places: Float64Array;
  readonly criticalPath: CriticalPath;
  /** Work in each pool by the estimates, in ms of its seats. */
  readonly workMs: readonly number[];
  /** How long it takes by the estimates with the seats there are; worked out when first asked for. */
  readonly plannedMs: number;
}

export interface PlanTask {
  readonly index: number;
  readonly id: string;
  readonly definition: TaskDefinition;
  /** Indices of the tasks it depends on, in document order. */
  readonly dependsOn: readonly number[];
  readonly pool: number;
  /** Nothing is to be decided before it opens: no condition, no template, one item. */
  readonly isPlain: boolean;
  /** How many items it is planned with: a parallel one with as many as its pool has seats, unless others were given. */
  readonly items: number;
  /** Of one item. */
  readonly estimate: Estimate;
}

export interface PlanGroup {
  readonly index: number;
  readonly definition: AgentGroup;
  /** Indices of its seats. */
  readonly seats: readonly number[];
  /** Pools it belongs to: what a seat of it may be asked to do. */
  readonly pools: readonly number[];
}

/** The logical instance of an agent: `researchers-2`, the specification's `agent_id`. */
export interface Seat {
  readonly index: number;
  readonly id: string;
  readonly group: number;
}

/** A set of groups that can do the same tasks. Ready work queues per pool, so that picking a seat never scans tasks. */
export interface Pool {
  readonly index: number;
  readonly groups: readonly number[];
  readonly seatCount: number;
}

/**
 * Compiles a checked definition. `history` is what past runs took; `items` is how many items parallel tasks are planned
 * with, by task id, where that is not one for each seat. O(tasks + dependencies + seats + groups of all pools).
 * @throws CantataError `definition_invalid` for what a checked definition cannot contain: unknown names or a cycle.
 */
export function createPlan(
  definition: Definition,
  history?: History,
  items?: ReadonlyMap<string, number>,
): Plan {
  const { sources, targets, unknown } = edgesFromNames(
    new NameTable(definition.tasks.map((task) => task.id)),
    definition.tasks.map((task) => task.dependsOn),
  );
  const [stranger] = unknown;
  if (stranger !== undefined)
    throw new CantataError('definition_invalid', `there is no task ${stranger.name}`);
  let edges = 0;
  const pools = new PoolBuilder(definition.agents);
  const tasks = definition.tasks.map((task, index): PlanTask => {
    const pool = pools.poolOf(task);
    return {
      index,
      id: task.id,
      definition: task,
      // An edge for every entry, in the order of the entries.
      dependsOn: task.dependsOn.map(() => sources[edges++] as number),
      pool,
      isPlain: !task.parallel && task.when === undefined && task.input === undefined,
      items: task.parallel ? (items?.get(task.id) ?? nth(pools.pools, pool).seatCount) : 1,
      estimate: estimate(task, history?.get(task.id)),
    };
  });
  const graph = buildGraph(tasks.length, sources, targets);
  const sorted = layers(graph);
  const cycle = sorted.acyclic ? undefined : findCycle(graph);
  if (cycle !== undefined) {
    const path = cycle.map((v) => nth(tasks, v).id).join(' -> ');
    throw new CantataError('definition_invalid', `the tasks depend on each other in a circle: ${path}`);
  }
  const ranks = upwardRanks(
    graph,
    sorted,
    Float64Array.from(tasks, (task) => task.estimate.durationMs),
  );
  const path = criticalPathByRank(graph, sorted, ranks);
  let plannedMs: number | undefined;
  const { seats, groups } = seatsOf(definition.agents, pools.pools);
  return {
    definition,
    tasks,
    taskIndex: new Map(tasks.map(({ id, index }) => [id, index])),
    graph,
    layers: sorted,
    layerSizes: layerSizes(sorted),
    phases: phasesOf(tasks, sorted),
    seats,
    seatIndex: new Map(seats.map((seat) => [seat.id, seat.index])),
    groups,
    pools: pools.pools,
    ranks,
    places: placesInList(tasks, ranks),
    criticalPath: path,
    workMs: workOf(tasks, pools.pools),
    get plannedMs() {
      plannedMs ??= schedule(this).makespanMs;
      return plannedMs;
    },
  };
}

function workOf(tasks: readonly PlanTask[], pools: readonly Pool[]): readonly number[] {
  const work = new Array<number>(pools.length).fill(0);
  for (const { pool, items, estimate } of tasks) {
    work[pool] = (work[pool] as number) + items * estimate.durationMs;
  }
  return work;
}

class PoolBuilder {
  readonly pools: Pool[] = [];
  readonly #byGroups = new Map<string, number>();
  readonly #byTaskKind = new Map<string, number>();
  readonly #agents: readonly AgentGroup[];
  readonly #candidates: Candidates;

  constructor(agents: readonly AgentGroup[]) {
    this.#agents = agents;
    this.#candidates = new Candidates(agents);
  }

  poolOf(task: TaskDefinition): number {
    const { who } = task;
    const kind = JSON.stringify(who.kind === 'group' ? who.group : who.capabilities);
    let pool = this.#byTaskKind.get(kind);
    if (pool === undefined) {
      pool = this.#intern(this.#candidates.of(task), task);
      this.#byTaskKind.set(kind, pool);
    }
    return pool;
  }

  #intern(groups: readonly number[], task: TaskDefinition): number {
    if (groups.length === 0) {
      throw new CantataError('definition_invalid', `no agent group can do the task ${task.id}`);
    }
    const key = groups.join(',');
    const existing = this.#byGroups.get(key);
    if (existing !== undefined) return existing;
    const index = this.pools.length;
    const seatCount = groups.reduce((sum, group) => sum + nth(this.#agents, group).count, 0);
    this.pools.push({ index, groups, seatCount });
    this.#byGroups.set(key, index);
    return index;
  }
}

function seatsOf(
  agents: readonly AgentGroup[],
  pools: readonly Pool[],
): { readonly seats: readonly Seat[]; readonly groups: readonly PlanGroup[] } {
  const seats: Seat[] = [];
  const taken = new Set<string>();
  const poolsOf = agents.map((): number[] => []);
  for (const pool of pools) for (const group of pool.groups) nth(poolsOf, group).push(pool.index);
  const groups = agents.map((definition, index): PlanGroup => {
    const own: number[] = [];
    for (let n = 1; n <= definition.count; n++) {
      const seat = seats.length;
      // A group of one is its own seat: people say "the supervisor", not "supervisor-1".
      const id = definition.count === 1 ? definition.name : `${definition.name}-${n}`;
      // Events name seats: a group `a` of two and a group `a-2` cannot live together.
      if (taken.has(id)) throw new CantataError('definition_invalid', `two agents would be called ${id}`);
      taken.add(id);
      seats.push({ index: seat, id, group: index });
      own.push(seat);
    }
    return { index, definition, seats: own, pools: nth(poolsOf, index) };
  });
  return { seats, groups };
}

const MAX_NAMES_IN_PHASE = 3;

function phasesOf(tasks: readonly PlanTask[], sorted: Layers): readonly string[] {
  const names = Array.from({ length: sorted.count }, (): string[] => []);
  const more = new Uint32Array(sorted.count);
  for (const task of tasks) {
    const layer = sorted.layerOf[task.index] as number;
    const listed = nth(names, layer);
    if (listed.length < MAX_NAMES_IN_PHASE) listed.push(task.id);
    else more[layer] = (more[layer] as number) + 1;
  }
  return names.map((listed, layer) => {
    const rest = more[layer] === 0 ? '' : ` and ${more[layer]} more`;
    return `${layer + 1}/${sorted.count} ${listed.join(', ')}${rest}`;
  });
}
