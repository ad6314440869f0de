/** Cycles to show to a person: of every knot of vertices that wait for each other, a shortest one. */
import { components } from './components.ts';
import { type Graph, reverse } from './graph.ts';
import { ShortestWays } from './shortest-ways.ts';

/** Edges that are looked at in the search for something shorter: about a tenth of a second. */
const EFFORT = 10_000_000;

/** The vertices along a cycle, from its lowest one, which is repeated at the end: `a b c a`. */
export type Cycle = readonly number[];

/** The shortest of `findCycles`, or undefined for an acyclic graph. */
export function findCycle(graph: Graph, effort: number = EFFORT): Cycle | undefined {
  let shortest: Cycle | undefined;
  for (const cycle of findCycles(graph, effort)) {
    if (shortest === undefined || cycle.length < shortest.length) shortest = cycle;
  }
  return shortest;
}

/**
 * One cycle of every strongly connected component that has any, by lowest vertex of the component: a shortest one as
 * long as the search, breadth first from one vertex after the other, looks at no more than `effort` edges; that is
 * enough for any component of vertices times edges below it. Behind that, the shortest of those found so far, and one
 * search for each component is always made. O(V + E + effort).
 */
export function findCycles(graph: Graph, effort: number = EFFORT): readonly Cycle[] {
  const { members, begins } = knots(graph);
  if (begins.length === 1) return [];
  const search = new Search(graph, effort);
  const cycles: Cycle[] = [];
  for (let k = 0; k + 1 < begins.length; k++) {
    cycles.push(search.shortestIn(members.subarray(begins[k], begins[k + 1])));
  }
  return cycles;
}

interface Knots {
  /** The vertices of one component behind those of the other, each in ascending order. */
  readonly members: Uint32Array;
  /** Where each component begins, and at the end where the last one ends. */
  readonly begins: readonly number[];
}

/** The components that have cycles: those of several vertices, and vertices with an edge to themselves. */
function knots(graph: Graph): Knots {
  const { size, offsets, targets } = graph;
  const { count, componentOf } = components(graph);
  const sizes = new Uint32Array(count);
  const isKnot = new Uint8Array(count);
  for (let v = 0; v < size; v++) {
    const c = componentOf[v] as number;
    sizes[c] = (sizes[c] as number) + 1;
    if (sizes[c] === 2 || targets.subarray(offsets[v], offsets[v + 1]).includes(v)) isKnot[c] = 1;
  }
  const next = new Int32Array(count).fill(-1);
  const members = new Uint32Array(size);
  const begins: number[] = [0];
  let end = 0;
  for (let v = 0; v < size; v++) {
    const c = componentOf[v] as number;
    if (isKnot[c] === 0) continue;
    if (next[c] === -1) {
      next[c] = end;
      end += sizes[c] as number;
      begins.push(end);
    }
    const at = next[c] as number;
    members[at] = v;
    next[c] = at + 1;
  }
  return { members, begins };
}

/**
 * Looks for the shortest cycle of one component after the other. A vertex whose cycles are known is taken out, and with
 * it all that lie on no cycle without it, so that a ring is done after one search.
 */
class Search {
  readonly #graph: Graph;
  readonly #reversed: Graph;
  readonly #ways: ShortestWays;
  #effort: number;
  /** Of vertices not taken out: how many neighbours not taken out they have. */
  readonly #before: Uint32Array;
  readonly #behind: Uint32Array;

  constructor(graph: Graph, effort: number) {
    this.#graph = graph;
    this.#reversed = reverse(graph);
    this.#ways = new ShortestWays(graph, 0);
    this.#ways.closed.fill(1);
    this.#effort = effort;
    this.#before = new Uint32Array(graph.size);
    this.#behind = new Uint32Array(graph.size);
  }

  shortestIn(members: Uint32Array): Cycle {
    const { closed } = this.#ways;
    for (const v of members) closed[v] = 0;
    for (const v of members) {
      this.#before[v] = this.#openAmong(this.#reversed, v);
      this.#behind[v] = this.#openAmong(this.#graph, v);
    }
    // The component is strongly connected: from its first vertex there is a way back.
    const first = this.#cycleThrough(members[0] as number, members.length, Number.MAX_SAFE_INTEGER);
    let shortest = first as Cycle;
    for (let i = 0; i < members.length && shortest.length > 2; i++) {
      const v = members[i] as number;
      if (closed[v] === 1) continue;
      if (i > 0) shortest = this.#cycleThrough(v, shortest.length - 2, this.#effort) ?? shortest;
      this.#takeOut(v);
    }
    for (const v of members) closed[v] = 1;
    return shortest;
  }

  #openAmong({ offsets, targets }: Graph, v: number): number {
    let open = 0;
    for (let e = offsets[v] as number; e < (offsets[v + 1] as number); e++) {
      if (this.#ways.closed[targets[e] as number] === 0) open += 1;
    }
    return open;
  }

  #cycleThrough(v: number, longest: number, effort: number): Cycle | undefined {
    this.#ways.effort = effort;
    const cycle = this.#ways.find(v, v, longest);
    this.#effort -= effort - this.#ways.effort;
    return cycle;
  }

  #takeOut(first: number): void {
    const { closed } = this.#ways;
    closed[first] = 1;
    const out = [first];
    for (let v = out.pop(); v !== undefined; v = out.pop()) {
      this.#release(this.#graph, this.#before, v, out);
      this.#release(this.#reversed, this.#behind, v, out);
    }
  }

  /** Tells the neighbours of a vertex that it is gone; those that lose the last one follow. */
  #release({ offsets, targets }: Graph, left: Uint32Array, v: number, out: number[]): void {
    for (let e = offsets[v] as number; e < (offsets[v + 1] as number); e++) {
      const w = targets[e] as number;
      if (this.#ways.closed[w] === 1) continue;
      left[w] = (left[w] as number) - 1;
      if (left[w] !== 0) continue;
      this.#ways.closed[w] = 1;
      out.push(w);
    }
  }
}
