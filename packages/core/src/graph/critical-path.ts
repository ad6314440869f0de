/** The longest path by duration: no schedule of the graph can be shorter (Kelley and Walker 1959). */
import type { Graph } from './graph.ts';
import type { Layers } from './layers.ts';

export interface CriticalPath {
  readonly length: number;
  /** The vertices along it, first to last; empty for an empty graph. */
  readonly vertices: readonly number[];
}

/** `durations[v]` in any unit; the length comes in the same. The graph must be acyclic. O(V + E). */
export function criticalPath(graph: Graph, sorted: Layers, durations: Float64Array): CriticalPath {
  const { offsets, targets } = graph;
  const earliestStart = new Float64Array(graph.size);
  const before = new Int32Array(graph.size).fill(-1);
  let length = 0;
  let last = -1;
  for (const v of sorted.order) {
    const finish = (earliestStart[v] as number) + (durations[v] as number);
    if (last === -1 || finish > length) {
      length = finish;
      last = v;
    }
    const end = offsets[v + 1] as number;
    for (let e = offsets[v] as number; e < end; e++) {
      const w = targets[e] as number;
      if (before[w] === -1 || finish > (earliestStart[w] as number)) {
        earliestStart[w] = finish;
        before[w] = v;
      }
    }
  }
  const vertices: number[] = [];
  for (let v = last; v !== -1; v = before[v] as number) vertices.push(v);
  return { length, vertices: vertices.reverse() };
}
