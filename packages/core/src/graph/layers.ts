/** Topological layers by Kahn's algorithm (Kahn 1962): layer 0 depends on nothing, layer n on layer n - 1. */
import type { Graph } from './graph.ts';

export interface Layers {
  /** Vertices in topological order, layer by layer; shorter than the graph when it has a cycle. */
  readonly order: Uint32Array;
  /** The layer of each vertex: the length of the longest path that leads to it. */
  readonly layerOf: Uint32Array;
  readonly count: number;
  readonly acyclic: boolean;
}

/** O(V + E). */
export function layers(graph: Graph): Layers {
  const { size, offsets, targets } = graph;
  const waiting = graph.indegree.slice();
  const layerOf = new Uint32Array(size);
  const order = new Uint32Array(size);
  let found = 0;
  for (let v = 0; v < size; v++) {
    if (waiting[v] === 0) order[found++] = v;
  }
  let count = 0;
  for (let head = 0; head < found; head++) {
    const v = order[head] as number;
    const layer = layerOf[v] as number;
    if (layer >= count) count = layer + 1;
    const end = offsets[v + 1] as number;
    for (let e = offsets[v] as number; e < end; e++) {
      const w = targets[e] as number;
      layerOf[w] = layer + 1;
      const left = (waiting[w] as number) - 1;
      waiting[w] = left;
      if (left === 0) order[found++] = w;
    }
  }
  return { order: order.subarray(0, found), layerOf, count, acyclic: found === size };
}
