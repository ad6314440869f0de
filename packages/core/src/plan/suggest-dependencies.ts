/**
 * Entries of `depends_on` that could go. Only those are looked at of which it is known that no data is lost: a task
 * without an `input` template is given the outputs of all it depends on, so each of them may matter. Of a task with a
 * template, a dependency that neither it nor `when` reads only says in which order things happen.
 */
import { timing } from '../graph/critical-path.ts';
import { successors } from '../graph/graph.ts';
import { redundantEdges } from '../graph/reduction.ts';
import { nth } from '../nth.ts';
import type { Plan } from './plan.ts';
import type { Schedule } from './schedule.ts';
import type { NeedlessDependency, RedundantDependency } from './suggestion.ts';
import { isWorthIt, type Trials, withoutDependency } from './what-if.ts';

/** Larger graphs are not reduced: at worst that costs tasks times dependencies. */
const MAX_REDUCED_TASKS = 20_000;
const MAX_REDUNDANT = 100;
const MAX_NEEDLESS = 20;

/** One entry of `depends_on`. */
interface Entry {
  readonly task: number;
  readonly dependency: number;
}

/** O(tasks + dependencies + reads). */
export function unreadDependencies({ tasks }: Plan): readonly Entry[] {
  return tasks.flatMap(({ index: task, dependsOn, definition: { input, when } }) => {
    if (input === undefined) return [];
    const read = new Set([...input.reads.tasks, ...(when?.reads.tasks ?? [])]);
    return dependsOn
      .filter((dependency) => !read.has(nth(tasks, dependency).id))
      .map((dependency) => ({ task, dependency }));
  });
}

/** Those that the others imply: the edges outside the transitive reduction. The first {@link MAX_REDUNDANT}. */
export function redundantDependencies(plan: Plan, unread: readonly Entry[]): readonly RedundantDependency[] {
  const { graph, layers } = plan;
  if (unread.length === 0 || graph.size > MAX_REDUCED_TASKS) return [];
  const redundant = new Set<number>();
  let source = 0;
  for (const edge of redundantEdges(graph, layers)) {
    while ((graph.offsets[source + 1] as number) <= edge) source += 1;
    redundant.add(source * graph.size + (graph.targets[edge] as number));
  }
  return unread
    .filter(({ task, dependency }) => redundant.has(dependency * graph.size + task))
    .slice(0, MAX_REDUNDANT)
    .map((entry) => ({
      kind: 'redundant_dependency',
      ...entry,
      through: detour(plan, entry),
      edgesRemoved: 1,
    }));
}

/** Another dependency of the task that comes after this one; there is one. O(tasks + dependencies). */
function detour({ graph, tasks, layers }: Plan, { task, dependency }: Entry): number {
  const others = new Set(nth(tasks, task).dependsOn);
  others.delete(dependency);
  const reached = new Set([dependency]);
  let through = dependency;
  for (through of reached) {
    if (others.has(through)) break;
    for (const next of successors(graph, through)) {
      if ((layers.layerOf[next] as number) < (layers.layerOf[task] as number)) reached.add(next);
    }
  }
  return through;
}

/**
 * Those without which the whole would be over sooner: waits on the critical path, the most promising tried in a
 * schedule of their own. What a task that may be skipped decides is more than an order; those are left alone.
 */
export function needlessDependencies(
  plan: Plan,
  { makespanMs }: Schedule,
  unread: readonly Entry[],
  trials: Trials,
): readonly NeedlessDependency[] {
  const isSkippable = skippable(plan);
  const promise = promiseOf(plan);
  return unread
    .map((entry) => ({ entry, promisedMs: isSkippable[entry.dependency] === 1 ? 0 : promise(entry) }))
    .filter(({ promisedMs }) => isWorthIt(promisedMs, makespanMs))
    .toSorted((a, b) => b.promisedMs - a.promisedMs)
    .slice(0, Math.min(MAX_NEEDLESS, Math.ceil(trials.left / 2)))
    .flatMap(({ entry }): NeedlessDependency[] => {
      const other = trials.run(withoutDependency(plan, entry.task, entry.dependency));
      const savedMs = makespanMs - other.makespanMs;
      if (!isWorthIt(savedMs, makespanMs)) return [];
      return [{ kind: 'needless_dependency', ...entry, makespanMs: other.makespanMs, savedMs }];
    })
    .toSorted((a, b) => b.savedMs - a.savedMs || a.task - b.task);
}

/** Tasks with a condition, and all that would be skipped with them. */
function skippable({ tasks, graph, layers }: Plan): Uint8Array {
  const isSkippable = Uint8Array.from(tasks, ({ definition }) => (definition.when === undefined ? 0 : 1));
  for (const v of layers.order) {
    if (isSkippable[v] === 0) continue;
    for (const next of successors(graph, v)) isSkippable[next] = 1;
  }
  return isSkippable;
}

/**
 * How much shorter the way through a dependency becomes at most when it goes: the critical path, less the longest way
 * that still leads out of the one task or into the other. 0 for what is not on the critical path.
 */
function promiseOf({ tasks, graph, layers }: Plan): (entry: Entry) => number {
  const durations = Float64Array.from(tasks, ({ estimate }) => estimate.durationMs);
  const { length, earliestStart, rank } = timing(graph, layers, durations);
  const endOf = (v: number): number => (earliestStart[v] as number) + (durations[v] as number);
  const before = new LargestTwo(graph.size);
  const behind = new LargestTwo(graph.size);
  for (const { index: task, dependsOn } of tasks) {
    for (const dependency of dependsOn) {
      before.offer(task, dependency, endOf(dependency));
      behind.offer(dependency, task, rank[task] as number);
    }
  }
  return ({ task, dependency }) => {
    const [own, follows] = [endOf(dependency), rank[task] as number];
    if (own + follows < length) return 0;
    return (
      length - Math.max(before.besides(task, dependency) + follows, own + behind.besides(dependency, task))
    );
  };
}

/** The largest of what is offered for a vertex, from whom, and the largest from anybody else. */
class LargestTwo {
  readonly #first: Float64Array;
  readonly #from: Uint32Array;
  readonly #second: Float64Array;

  constructor(size: number) {
    this.#first = new Float64Array(size);
    this.#from = new Uint32Array(size);
    this.#second = new Float64Array(size);
  }

  offer(vertex: number, from: number, value: number): void {
    const first = this.#first[vertex] as number;
    if (value > first) {
      this.#second[vertex] = first;
      this.#first[vertex] = value;
      this.#from[vertex] = from;
    } else if (value > (this.#second[vertex] as number)) {
      this.#second[vertex] = value;
    }
  }

  /** 0 where nobody else offered anything. */
  besides(vertex: number, from: number): number {
    return (this.#from[vertex] === from ? this.#second[vertex] : this.#first[vertex]) as number;
  }
}
