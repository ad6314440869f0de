/**
 * What durations say of a graph: the longest path, which no schedule can beat, and how much every vertex may be late
 * without making the whole late. The critical path method (Kelley and Walker 1959) with the upward ranks of list
 * scheduling (Topcuoglu, Hariri and Wu 2002).
 *
 * Every function takes an acyclic graph, its layers, and `durations[v]`: not negative, in any unit; what comes back is
 * in the same. Whole numbers give exact answers up to 2^53. O(V + E) time and O(V) memory.
 */
import type { Graph } from './graph.ts';
import type { Layers } from './layers.ts';

export interface CriticalPath {
  readonly length: number;
  /** The vertices along it, from one that waits for nothing to one that nothing waits for; empty for an empty graph. */
  readonly vertices: readonly number[];
}

export interface Timing {
  /** Of the critical path: when the last vertex ends if every vertex starts as early as it can. */
  readonly length: number;
  /** When the longest way to a vertex ends: all its predecessors have. */
  readonly earliestStart: Float64Array;
  /** The upward rank of each vertex. */
  readonly rank: Float64Array;
  /** `length - earliestStart - rank`: by how much a vertex may be late. Zero along the critical path, never negative. */
  readonly slack: Float64Array;
}

/** The longest path by duration. Of several equally long ones, the first by order of vertices and edges. */
export function criticalPath(graph: Graph, sorted: Layers, durations: Float64Array): CriticalPath {
  return criticalPathByRank(graph, sorted, upwardRanks(graph, sorted, durations));
}

/** The same path from ranks that are there already: from the highest rank, always on to the highest that follows. */
export function criticalPathByRank(graph: Graph, sorted: Layers, rank: Float64Array): CriticalPath {
  // No predecessor of a vertex ranks lower, and all stand before it: the first of the highest rank waits for nothing.
  let first = -1;
  for (const v of sorted.order) {
    if (first === -1 || (rank[v] as number) > (rank[first] as number)) first = v;
  }
  return first === -1
    ? { length: 0, vertices: [] }
    : { length: rank[first] as number, vertices: longestWayFrom(graph, rank, first) };
}

/** The longest way from a vertex to an end, itself included: always on to the highest rank that follows. */
export function longestWayFrom(graph: Graph, rank: Float64Array, vertex: number): readonly number[] {
  const { offsets, targets } = graph;
  const vertices: number[] = [];
  for (let next = vertex; next !== -1; ) {
    const v = next;
    vertices.push(v);
    next = -1;
    const end = offsets[v + 1] as number;
    for (let e = offsets[v] as number; e < end; e++) {
      const w = targets[e] as number;
      if (next === -1 || (rank[w] as number) > (rank[next] as number)) next = w;
    }
  }
  return vertices;
}

/**
 * The upward rank of each vertex: its own duration and the longest way from its end to the end of all. A vertex ranks
 * at least as high as whatever depends on it.
 */
export function upwardRanks(graph: Graph, sorted: Layers, durations: Float64Array): Float64Array {
  const { offsets, targets } = graph;
  const { order } = sorted;
  const rank = new Float64Array(graph.size);
  for (let i = order.length - 1; i >= 0; i--) {
    const v = order[i] as number;
    let behind = 0;
    const end = offsets[v + 1] as number;
    for (let e = offsets[v] as number; e < end; e++) {
      const other = rank[targets[e] as number] as number;
      if (other > behind) behind = other;
    }
    rank[v] = (durations[v] as number) + behind;
  }
  return rank;
}

/** Earliest start, upward rank and slack of every vertex. */
export function timing(graph: Graph, sorted: Layers, durations: Float64Array): Timing {
  const { size, offsets, targets } = graph;
  const rank = upwardRanks(graph, sorted, durations);
  const earliestStart = new Float64Array(size);
  const slack = new Float64Array(size);
  let length = 0;
  for (let v = 0; v < size; v++) length = Math.max(length, rank[v] as number);
  for (const v of sorted.order) {
    const start = earliestStart[v] as number;
    // Fractions are added in one order before a vertex and in another behind it, so rounding can go below zero.
    slack[v] = Math.max(0, length - start - (rank[v] as number));
    const finish = start + (durations[v] as number);
    const end = offsets[v + 1] as number;
    for (let e = offsets[v] as number; e < end; e++) {
      const w = targets[e] as number;
      if (finish > (earliestStart[w] as number)) earliestStart[w] = finish;
    }
  }
  return { length, earliestStart, rank, slack };
}
