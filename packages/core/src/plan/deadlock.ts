/**
 * Waits that can never end, found before anything runs: tasks whose turn cannot come, joins that cannot fire, tasks
 * that wait for each other, locks that are taken in opposite orders. It knows joins and locks and no construct of the
 * language: whoever has a construct says what it waits for.
 *
 * What can happen is the least set closed under "enough of what it waits for can happen" (a Horn closure, found as
 * Dowling and Gallier 1984 do: every wait is counted down once). A cycle is no deadlock by itself: a join of `any` may
 * be fed from outside of it. Locks are safe where all take them in one order (Havender 1968), so a cycle among "taken
 * while holding" is where they are not.
 */
import { noRule } from '../errors.ts';
import { findCycles } from '../graph/cycle.ts';
import { buildGraph, type Graph, successors } from '../graph/graph.ts';
import { nth } from '../nth.ts';
import type { CountedJoin } from './definition.ts';

/** Something that happens when enough of what it waits for has happened. */
export interface Wait {
  /** Of the task. */
  readonly id: string;
  /** Indices of the waits it waits for; unique. */
  readonly inputs: readonly number[];
  readonly join: CountedJoin;
  /** It never happens, whatever else does: its condition is false whatever the values. */
  readonly isImpossible: boolean;
  /** Locks in the order in which they are taken, each kept until the work is done. */
  readonly locks: readonly string[];
}

export type Deadlock =
  /** It can never run, because of `cause`, by way of `input`, which it waits for. Both may be the same. */
  | { readonly kind: 'unreachable'; readonly task: string; readonly input: string; readonly cause: string }
  /** Its join wants more than it has inputs. */
  | {
      readonly kind: 'join_too_large';
      readonly task: string;
      readonly wanted: number;
      readonly inputs: number;
    }
  /** Each waits for the next, and nothing else can set one of them free; the first is repeated at the end. */
  | { readonly kind: 'circular_wait'; readonly tasks: readonly string[] }
  /** `tasks[i]` waits for `locks[i + 1]` while it holds `locks[i]`; the first lock is repeated at the end. */
  | { readonly kind: 'lock_order'; readonly locks: readonly string[]; readonly tasks: readonly string[] };

/**
 * All of them: joins, then circles, then what is unreachable, then locks; each by index. What is impossible by itself is
 * nobody's deadlock, only what waits for it. O(waits + inputs + locks), and a bounded search for short circles.
 */
export function findDeadlocks(waits: readonly Wait[]): readonly Deadlock[] {
  const graph = graphOf(waits);
  const tooLarge = waits.flatMap((wait, v) => (wanted(wait) > wait.inputs.length ? [v] : []));
  const impossible = waits.flatMap(({ isImpossible }, v) => (isImpossible ? [v] : []));
  const verdicts = new Verdicts(waits, graph);
  verdicts.blame([...impossible, ...tooLarge]);
  const circles = findCycles(verdicts.unexplained());
  verdicts.blame(circles.flat());
  const idOf = (v: number): string => nth(waits, v).id;
  return [
    ...tooLarge.map((v): Deadlock => {
      const wait = nth(waits, v);
      return { kind: 'join_too_large', task: wait.id, wanted: wanted(wait), inputs: wait.inputs.length };
    }),
    // Edges lead from what is waited for to who waits.
    ...circles.map((circle): Deadlock => ({ kind: 'circular_wait', tasks: circle.map(idOf).toReversed() })),
    ...waits.flatMap(({ id: task }, v): readonly Deadlock[] => {
      const blame = verdicts.blameOf(v);
      return blame === undefined || blame.input === v
        ? []
        : [{ kind: 'unreachable', task, input: idOf(blame.input), cause: idOf(blame.cause) }];
    }),
    ...lockOrders(waits),
  ];
}

/** How many of its inputs must happen. */
function wanted({ join, inputs }: Wait): number {
  switch (join.kind) {
    case 'all':
      return inputs.length;
    case 'any':
      return 1;
    case 'at_least':
      return join.count;
    default:
      throw noRule('join', join);
  }
}

/** An edge from each wait to all that wait for it. */
function graphOf(waits: readonly Wait[]): Graph {
  return buildGraph(
    waits.length,
    waits.flatMap(({ inputs }) => inputs),
    waits.flatMap(({ inputs }, v) => inputs.map(() => v)),
  );
}

interface Blame {
  readonly input: number;
  readonly cause: number;
}

/** What can happen, and of what cannot, why. */
class Verdicts {
  readonly #graph: Graph;
  readonly #happens: Uint8Array;
  /** By wait that cannot happen: which input it lacks, and what that goes back to. Itself for where it begins. */
  readonly #blames = new Map<number, Blame>();

  constructor(waits: readonly Wait[], graph: Graph) {
    this.#graph = graph;
    this.#happens = new Uint8Array(waits.length);
    const missing = Int32Array.from(waits, wanted);
    const open = waits.flatMap((_, v) => ((missing[v] as number) <= 0 ? [v] : []));
    for (const v of open) {
      if (nth(waits, v).isImpossible) continue;
      this.#happens[v] = 1;
      for (const next of successors(graph, v)) {
        missing[next] = (missing[next] as number) - 1;
        if (missing[next] === 0) open.push(next);
      }
    }
  }

  blameOf(wait: number): Blame | undefined {
    return this.#blames.get(wait);
  }

  /** Each cause is blamed for what cannot happen behind it and has no other blame yet; the nearest comes first. */
  blame(causes: readonly number[]): void {
    for (const cause of causes) this.#blames.set(cause, { input: cause, cause });
    const reached = new Set(causes);
    for (const v of reached) {
      const { cause } = this.#blames.get(v) as Blame;
      for (const next of successors(this.#graph, v)) {
        if (this.#happens[next] === 1 || this.#blames.has(next)) continue;
        this.#blames.set(next, { input: v, cause });
        reached.add(next);
      }
    }
  }

  /** The graph of what cannot happen and has no blame: what waits for itself, and what waits for that. */
  unexplained(): Graph {
    const sources: number[] = [];
    const targets: number[] = [];
    const isOpen = (v: number): boolean => this.#happens[v] === 0 && !this.#blames.has(v);
    for (let v = 0; v < this.#graph.size; v++) {
      if (!isOpen(v)) continue;
      for (const next of successors(this.#graph, v)) {
        if (!isOpen(next)) continue;
        sources.push(v);
        targets.push(next);
      }
    }
    return buildGraph(this.#graph.size, sources, targets);
  }
}

/** An edge from each lock to the one that is taken next while it is held; a cycle of them is a deadlock in waiting. */
function lockOrders(waits: readonly Wait[]): readonly Deadlock[] {
  const index = new Map<string, number>();
  for (const { locks } of waits) for (const lock of locks) if (!index.has(lock)) index.set(lock, index.size);
  const names = [...index.keys()];
  /** Who takes the second while it holds the first, by `first,second`. */
  const takers = new Map<string, string>();
  for (const { id, locks } of waits) {
    for (const [n, lock] of locks.entries()) {
      const pair = `${index.get(locks[n - 1] ?? '')},${index.get(lock)}`;
      if (n > 0 && !takers.has(pair)) takers.set(pair, id);
    }
  }
  const pairs = [...takers.keys()].map((pair) => pair.split(',').map(Number) as [number, number]);
  const graph = buildGraph(
    names.length,
    pairs.map(([held]) => held),
    pairs.map(([, wantedNext]) => wantedNext),
  );
  return findCycles(graph).map(
    (cycle): Deadlock => ({
      kind: 'lock_order',
      locks: cycle.map((lock) => nth(names, lock)),
      tasks: cycle.slice(1).map((lock, n) => takers.get(`${cycle[n]},${lock}`) as string),
    }),
  );
}
