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

/** How many vertices each layer has. O(V). */
export function layerSizes(sorted: Layers): Uint32Array {
  const sizes = new Uint32Array(sorted.count);
  for (const v of sorted.order) {
    const layer = sorted.layerOf[v] as number;
    sizes[layer] = (sizes[layer] as number) + 1;
  }
  return sizes;
}

/** The vertices of the layer that has most of them, the first of several, as a view into the order. O(V). */
export function largestLayer(sorted: Layers): Uint32Array {
  let start = 0;
  let largest = sorted.order.subarray(0, 0);
  for (const size of layerSizes(sorted)) {
    if (size > largest.length) largest = sorted.order.subarray(start, start + size);
    start += size;
  }
  return largest;
}
