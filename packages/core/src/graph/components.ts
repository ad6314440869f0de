/** Strongly connected components: vertices that reach each other, and so lie on cycles together (Tarjan 1972). */
import type { Graph } from './graph.ts';

export interface Components {
  readonly count: number;
  /** The component of each vertex. Components are numbered so that edges between them lead to lower numbers only. */
  readonly componentOf: Uint32Array;
}

/** O(V + E), with the path of the search on the heap instead of the stack. */
export function components(graph: Graph): Components {
  const { size, offsets, targets } = graph;
  const componentOf = new Uint32Array(size);
  /** When each vertex was met, from 1; the earliest vertex it is known to reach among those still open. */
  const met = new Uint32Array(size);
  const low = new Uint32Array(size);
  const nextEdge = offsets.slice(0, size);
  const path = new Uint32Array(size);
  const open = new Uint32Array(size);
  const isOpen = new Uint8Array(size);
  let pathLength = 0;
  let openCount = 0;
  let visited = 0;
  let count = 0;
  for (let root = 0; root < size; root++) {
    if (met[root] !== 0) continue;
    let entering = root;
    for (;;) {
      if (entering !== -1) {
        visited += 1;
        met[entering] = visited;
        low[entering] = visited;
        path[pathLength++] = entering;
        open[openCount++] = entering;
        isOpen[entering] = 1;
        entering = -1;
      }
      const v = path[pathLength - 1] as number;
      const e = nextEdge[v] as number;
      if (e < (offsets[v + 1] as number)) {
        nextEdge[v] = e + 1;
        const w = targets[e] as number;
        if (met[w] === 0) entering = w;
        else if (isOpen[w] === 1) low[v] = Math.min(low[v] as number, met[w] as number);
        continue;
      }
      if (low[v] === met[v]) {
        let member = -1;
        while (member !== v) {
          member = open[--openCount] as number;
          isOpen[member] = 0;
          componentOf[member] = count;
        }
        count += 1;
      }
      pathLength -= 1;
      if (pathLength === 0) break;
      const parent = path[pathLength - 1] as number;
      low[parent] = Math.min(low[parent] as number, low[v] as number);
    }
  }
  return { count, componentOf };
}
