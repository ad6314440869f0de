/**
 * The compact graph: vertices are numbers, adjacency as compressed sparse rows (CSR) in typed arrays.
 * Everything that walks it is iterative, so a chain of a million tasks does not overflow a stack.
 */
import { assert } from '../errors.ts';

export interface Graph {
  readonly size: number;
  /** Successors of `v` are `targets[offsets[v]] .. targets[offsets[v + 1] - 1]`, in the order they were given. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  /** Number of predecessors of each vertex. */
  readonly indegree: Uint32Array;
}

/**
 * Builds a graph of `size` vertices from edges `sources[i] -> targets[i]`. Edges are kept as given: remove
 * doubles first where they matter. O(V + E) by counting sort. An edge that leads outside the graph is a bug.
 */
export function buildGraph(size: number, sources: ArrayLike<number>, targets: ArrayLike<number>): Graph {
  const offsets = new Uint32Array(size + 1);
  const indegree = new Uint32Array(size);
  const edges = sources.length;
  for (let e = 0; e < edges; e++) {
    const source = sources[e] as number;
    offsets[source + 1] = (offsets[source + 1] as number) + 1;
    const target = targets[e] as number;
    indegree[target] = (indegree[target] as number) + 1;
  }
  // A typed array drops what is written outside it, and then the counts fall short. -1 is counted in front.
  accumulate(offsets);
  let incoming = 0;
  for (let v = 0; v < size; v++) incoming += indegree[v] as number;
  const inside = offsets[0] === 0 && offsets[size] === edges && incoming === edges;
  assert(inside, 'an edge leads outside the graph');
  const next = offsets.slice(0, size);
  const sorted = new Uint32Array(edges);
  for (let e = 0; e < edges; e++) {
    const source = sources[e] as number;
    const at = next[source] as number;
    sorted[at] = targets[e] as number;
    next[source] = at + 1;
  }
  return { size, offsets, targets: sorted, indegree };
}

/** The graph with every edge turned around: its successors are predecessors, in ascending order. O(V + E). */
export function reverse(graph: Graph): Graph {
  const { size, offsets, targets } = graph;
  const reversed = new Uint32Array(size + 1);
  reversed.set(graph.indegree, 1);
  accumulate(reversed);
  const next = reversed.slice(0, size);
  const sources = new Uint32Array(targets.length);
  const outdegree = new Uint32Array(size);
  for (let v = 0; v < size; v++) {
    const end = offsets[v + 1] as number;
    outdegree[v] = end - (offsets[v] as number);
    for (let e = offsets[v] as number; e < end; e++) {
      const w = targets[e] as number;
      const at = next[w] as number;
      sources[at] = v;
      next[w] = at + 1;
    }
  }
  return { size, offsets: reversed, targets: sources, indegree: outdegree };
}

/** Makes counts, each one place behind its vertex, the offsets of the vertices. */
function accumulate(counts: Uint32Array): void {
  for (let v = 1; v < counts.length; v++) {
    counts[v] = (counts[v] as number) + (counts[v - 1] as number);
  }
}

/** The successors of a vertex as a view: no copy is made. */
export function successors(graph: Graph, vertex: number): Uint32Array {
  return graph.targets.subarray(graph.offsets[vertex], graph.offsets[vertex + 1]);
}
