/**
 * The compact graph: ids interned once, adjacency as compressed sparse rows (CSR) in typed arrays.
 * Everything that walks it is iterative, so a chain of a million tasks does not overflow a stack.
 */

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
 * doubles first where they matter. O(V + E) by counting sort.
 */
export function buildGraph(size: number, sources: readonly number[], targets: readonly number[]): Graph {
  const offsets = new Uint32Array(size + 1);
  const indegree = new Uint32Array(size);
  for (let e = 0; e < sources.length; e++) {
    const source = sources[e] as number;
    offsets[source + 1] = (offsets[source + 1] as number) + 1;
    const target = targets[e] as number;
    indegree[target] = (indegree[target] as number) + 1;
  }
  for (let v = 0; v < size; v++) {
    offsets[v + 1] = (offsets[v + 1] as number) + (offsets[v] as number);
  }
  const next = offsets.slice(0, size);
  const sorted = new Uint32Array(sources.length);
  for (let e = 0; e < sources.length; e++) {
    const source = sources[e] as number;
    const at = next[source] as number;
    sorted[at] = targets[e] as number;
    next[source] = at + 1;
  }
  return { size, offsets, targets: sorted, indegree };
}

/** The successors of a vertex as a view: no copy is made. */
export function successors(graph: Graph, vertex: number): Uint32Array {
  return graph.targets.subarray(graph.offsets[vertex], graph.offsets[vertex + 1]);
}
