/** A definition made ready to run: indices instead of names, the graph, the seats, who may do what. Shared by all runs. */
import { assert, CantataError } from '../errors.ts';
import { type CriticalPath, criticalPathByRank, upwardRanks } from '../graph/critical-path.ts';
import { findCycle } from '../graph/cycle.ts';
import { buildGraph, type Graph } from '../graph/graph.ts';
import { type Layers, layerSizes, layers } from '../graph/layers.ts';
import { edgesFromNames, NameTable } from '../graph/names.ts';
import { nth } from '../nth.ts';
import { Candidates } from './candidates.ts';
import {
  type AgentGroup,
  type Compensate,
  canUndo,
  type Definition,
  type DependencyEnd,
  isSeated,
  type Join,
  type OnFailure,
  rollsBack,
  type SignalDefinition,
  type TaskDefinition,
  type Who,
} from './definition.ts';
import { type Estimate, estimate, type History } from './estimate.ts';
import { placesInList } from './places.ts';
import { schedule } from './schedule.ts';
import { PlanTeams } from './team.ts';

export interface Plan {
  readonly definition: Definition;
  /** Index-aligned with `definition.tasks`. */
  readonly tasks: readonly PlanTask[];
  /** A Map, because runs look up the same few texts over and over, whose hashes the engine below us keeps. */
  readonly taskIndex: ReadonlyMap<string, number>;
  readonly graph: Graph;
  /** For each edge of `graph`, by its place in `targets`: the ends (`ENDS`) that meet it. Undefined if all want completion. */
  readonly metBy: Uint8Array | undefined;
  readonly layers: Layers;
  /** Number of tasks in each layer. */
  readonly layerSizes: Uint32Array;
  /** What each layer is called as a phase of the run: `2/3 research`. */
  readonly phases: readonly string[];
  readonly seats: readonly Seat[];
  readonly seatIndex: ReadonlyMap<string, number>;
  readonly groups: readonly PlanGroup[];
  /** By name. */
  readonly groupIndex: ReadonlyMap<string, number>;
  readonly pools: readonly Pool[];
  /** The pool of the tasks that need no seat, and of people; undefined where there are none of them. */
  readonly seatless: number | undefined;
  readonly signals: ReadonlyMap<string, SignalDefinition>;
  /** By name of a signal: the tasks that wait for it. */
  readonly waitersOf: ReadonlyMap<string, readonly number[]>;
  /** By topic: the tasks that need an event of it. */
  readonly listenersOf: ReadonlyMap<string, readonly number[]>;
  /** By name of a choice: the tasks that share it. */
  readonly choices: ReadonlyMap<string, readonly number[]>;
  readonly teams: PlanTeams;
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
  /** Undefined where all dependencies must be met. */
  readonly join: Exclude<Join, { readonly kind: 'all' }> | undefined;
  /** What follows when it failed for good. */
  readonly onFailure: OnFailure;
  /** How what it did is undone; undefined where it cannot be. */
  readonly compensation: PlanCompensation | undefined;
  /** How many items it is planned with: a parallel one with as many as its list or else its pool has, unless told otherwise. */
  readonly items: number;
  /** Of one item. */
  readonly estimate: Estimate;
}

export interface PlanCompensation {
  readonly pool: number;
  readonly definition: Compensate;
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
  /** None of the one pool of all tasks that need no seat. */
  readonly groups: readonly number[];
  /** Infinity where no seat is needed. */
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
  const awaited = failuresAwaited(definition.tasks);
  const failing = rollsBack(definition) ? COMPENSATES : FAILS;
  const undoes = canUndo(definition);
  const tasks = definition.tasks.map((task, index): PlanTask => {
    const pool = pools.poolOf(task);
    return {
      index,
      id: task.id,
      definition: task,
      // An edge for every entry, in the order of the entries.
      dependsOn: task.dependsOn.map(() => sources[edges++] as number),
      pool,
      isPlain: isPlain(task),
      join: task.join === undefined || task.join.kind === 'all' ? undefined : task.join,
      onFailure: task.onFailure ?? (awaited.has(task.id) ? CONTINUES : failing),
      compensation: undoes ? pools.compensationOf(task) : undefined,
      items: task.parallel ? (items?.get(task.id) ?? plannedItems(task, nth(pools.pools, pool))) : 1,
      estimate: estimate(task, history?.get(task.id)),
    };
  });
  if (definition.team !== undefined || definition.tasks.some(({ kind }) => kind === 'team'))
    pools.forPeople();
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
    metBy: edgeEnds(tasks, graph),
    layers: sorted,
    layerSizes: layerSizes(sorted),
    phases: phasesOf(tasks, sorted),
    seats,
    seatIndex: new Map(seats.map((seat) => [seat.id, seat.index])),
    groups,
    groupIndex: new Map(groups.map(({ definition, index }) => [definition.name, index])),
    pools: pools.pools,
    seatless: pools.seatless,
    signals: new Map(definition.signals?.map((signal) => [signal.name, signal])),
    waitersOf: tasksBy(tasks, signalOf),
    listenersOf: tasksBy(tasks, ({ definition }) => definition.on?.topic),
    choices: tasksBy(tasks, ({ definition }) => definition.choice),
    teams: new PlanTeams(definition),
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

const FAILS: OnFailure = { kind: 'fail' };
const COMPENSATES: OnFailure = { kind: 'compensate' };
const CONTINUES: OnFailure = { kind: 'continue' };

function isPlain({ parallel, when, input, on, cancelRemaining = false }: TaskDefinition): boolean {
  return !parallel && when === undefined && input === undefined && on === undefined && !cancelRemaining;
}

/** Of a list that is in the document it is known how many there will be; else one for each seat, if there are seats. */
function plannedItems({ forEach }: TaskDefinition, { seatCount }: Pool): number {
  if (Array.isArray(forEach?.source)) return Math.max(1, forEach.source.length);
  return Number.isFinite(seatCount) ? seatCount : 1;
}

function signalOf({ definition }: PlanTask): string | undefined {
  if (definition.kind !== 'wait' || definition.wait.kind !== 'signal') return undefined;
  return definition.wait.signal;
}

/** Indices of the tasks that have such a name, by the name. */
function tasksBy(
  tasks: readonly PlanTask[],
  nameOf: (task: PlanTask) => string | undefined,
): ReadonlyMap<string, readonly number[]> {
  const byName = new Map<string, number[]>();
  for (const task of tasks) {
    const name = nameOf(task);
    if (name === undefined) continue;
    const listed = byName.get(name);
    if (listed === undefined) byName.set(name, [task.index]);
    else listed.push(task.index);
  }
  return byName;
}

/** Tasks whose failure another one waits for: they do not take the workflow with them. */
function failuresAwaited(tasks: readonly TaskDefinition[]): ReadonlySet<string> {
  const awaited = new Set<string>();
  for (const { metBy = {} } of tasks)
    for (const [id, end] of Object.entries(metBy)) if (end !== 'skipped') awaited.add(id);
  return awaited;
}

/** What meets an edge, as bits: of the ends of its source. */
export const ENDS = { completed: 1, failed: 2, skipped: 4, cancelled: 8 } as const;
const MET_BY: Readonly<Record<DependencyEnd, number>> = {
  completed: ENDS.completed,
  failed: ENDS.failed,
  skipped: ENDS.skipped,
  any: ENDS.completed | ENDS.failed | ENDS.skipped | ENDS.cancelled,
};

/** O(edges out of the tasks that are waited for in another way than usual). */
function edgeEnds(tasks: readonly PlanTask[], { offsets, targets }: Graph): Uint8Array | undefined {
  let ends: Uint8Array | undefined;
  for (const { index, dependsOn, definition } of tasks) {
    for (const [id, end] of Object.entries(definition.metBy ?? {})) {
      ends ??= new Uint8Array(targets.length).fill(ENDS.completed);
      const source = dependsOn[definition.dependsOn.indexOf(id)];
      assert(source !== undefined, `${definition.id} says how ${id} must end and does not depend on it`);
      const edge = targets.indexOf(index, offsets[source]);
      ends[edge] = MET_BY[end];
    }
  }
  return ends;
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

  /** People whom a team asks take their turns without a seat. */
  forPeople(): void {
    this.#intern([], Number.POSITIVE_INFINITY);
  }

  /** The pool of what needs no seat, if there is any. */
  get seatless(): number | undefined {
    return this.#byGroups.get('');
  }

  poolOf(task: TaskDefinition): number {
    return isSeated(task) ? this.#poolFor(task.who, task.id) : this.#intern([], Number.POSITIVE_INFINITY);
  }

  compensationOf(task: TaskDefinition): PlanCompensation | undefined {
    const definition = isSeated(task) ? task.compensate : undefined;
    return definition && { pool: this.#poolFor(definition.who, task.id), definition };
  }

  #poolFor(who: Who, task: string): number {
    const kind = JSON.stringify(who.kind === 'group' ? who.group : who.capabilities);
    let pool = this.#byTaskKind.get(kind);
    if (pool === undefined) {
      const groups = this.#candidates.of({ who });
      if (groups.length === 0) {
        throw new CantataError('definition_invalid', `no agent group can do the task ${task}`);
      }
      pool = this.#intern(
        groups,
        groups.reduce((sum, group) => sum + nth(this.#agents, group).count, 0),
      );
      this.#byTaskKind.set(kind, pool);
    }
    return pool;
  }

  #intern(groups: readonly number[], seatCount: number): number {
    const key = groups.join(',');
    const existing = this.#byGroups.get(key);
    if (existing !== undefined) return existing;
    const index = this.pools.length;
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
