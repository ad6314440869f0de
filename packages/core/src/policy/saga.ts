/**
 * In which order what was done is undone: the reverse of how it came about, and at the same time wherever nothing was
 * built on something else.
 *
 * U1 A step is undone after every step that came behind its task in the graph, directly or through others.
 * U2 Of one task, a later activation is undone before an earlier one.
 * U3 What was done after a jump back (a later generation) is undone before anything that was done before it.
 *
 * Kahn's algorithm on the graph turned around: a task is clear when its own steps are undone and every task behind it is
 * clear. O(tasks + dependencies) for each generation that has steps, once; each step costs what it sets free.
 */
import { type Graph, reverse, successors } from '../graph/graph.ts';

export interface UndoStep {
  readonly task: number;
  readonly activation: number;
  readonly generation: number;
}

export class UndoOrder<Step extends UndoStep> {
  readonly #graph: Graph;
  /** Its successors are the tasks before. */
  readonly #before: Graph;
  /** By generation, the newest last. */
  readonly #generations: Step[][];
  /** Steps of the current generation that are not undone. */
  #left = 0;
  /** Of each task: how many of those right behind it are not clear. */
  #behind: Uint32Array = new Uint32Array(0);
  /** Of each task with steps: these by activation, the newest last. */
  #waiting = new Map<number, Step[][]>();
  /** Of each task with steps that may be undone now: how many of them are not. */
  readonly #open = new Map<number, number>();

  /** `graph` must be acyclic; the steps are those that are not undone yet, whichever were before. */
  constructor(graph: Graph, steps: Iterable<Step>) {
    this.#graph = graph;
    this.#before = reverse(graph);
    this.#generations = groups(steps, ({ generation }) => generation);
  }

  /** Whether everything is undone. Before `first` was asked for nothing is known to be. */
  get isDone(): boolean {
    return this.#left === 0 && this.#generations.length === 0;
  }

  /** The steps with which it begins. */
  first(): readonly Step[] {
    const steps = this.#generations.pop();
    if (steps === undefined) return [];
    this.#left = steps.length;
    this.#waiting = new Map();
    for (const own of groups(steps, ({ task }) => task)) {
      const { task } = own[0] as Step;
      this.#waiting.set(
        task,
        groups(own, ({ activation }) => activation),
      );
    }
    const { size, offsets } = this.#graph;
    this.#behind = Uint32Array.from(
      { length: size },
      (_, task) => (offsets[task + 1] as number) - (offsets[task] as number),
    );
    const last: number[] = [];
    for (let task = 0; task < size; task++) if (this.#behind[task] === 0) last.push(task);
    return this.#free(last);
  }

  /** A step is undone. Returns those that may be undone from now on. */
  done({ task }: UndoStep): readonly Step[] {
    this.#left -= 1;
    const open = (this.#open.get(task) as number) - 1;
    this.#open.set(task, open);
    if (open > 0) return [];
    const freed = this.#free([task]);
    return this.#left === 0 ? this.first() : freed;
  }

  /** Nothing stands behind these tasks any more: their newest steps are free, and where they have none, the tasks before. */
  #free(tasks: number[]): readonly Step[] {
    const freed: Step[] = [];
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
      const steps = this.#waiting.get(task)?.pop();
      if (steps !== undefined) {
        this.#open.set(task, steps.length);
        freed.push(...steps);
        continue;
      }
      for (const before of successors(this.#before, task)) {
        const behind = (this.#behind[before] as number) - 1;
        this.#behind[before] = behind;
        if (behind === 0) tasks.push(before);
      }
    }
    return freed;
  }
}

/** In the ascending order of a number that each has. */
function groups<Step>(steps: Iterable<Step>, of: (step: Step) => number): Step[][] {
  const found = new Map<number, Step[]>();
  for (const step of steps) {
    const group = found.get(of(step));
    if (group === undefined) found.set(of(step), [step]);
    else group.push(step);
  }
  return [...found.entries()].toSorted(([a], [b]) => a - b).map(([, group]) => group);
}
