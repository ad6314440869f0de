/** Finds a cycle to show to a person: the shortest one through the first vertex that lies on any. */
import { type Graph, successors } from './graph.ts';
import { layers } from './layers.ts';

/**
 * A cycle as the vertices along it, the first repeated at the end (`a b c a`), or undefined for an acyclic graph.
 * Kahn's algorithm leaves the vertices on cycles and those behind them; peeling the latter from the other end
 * leaves only vertices from which a breadth-first search closes the shortest way back. O(V + E).
 */
export function findCycle(graph: Graph): readonly number[] | undefined {
  const { order, acyclic } = layers(graph);
  if (acyclic) return undefined;
  const settled = new Uint8Array(graph.size);
  for (const v of order) settled[v] = 1;
  for (let v = 0; v < graph.size; v++) {
    if (settled[v] === 1) continue;
    const cycle = shortestWayBack(graph, v, settled);
    if (cycle !== undefined) return cycle;
    // Behind a cycle, not on one: it can be left out of every later search.
    settled[v] = 1;
  }
  return undefined;
}

function shortestWayBack(graph: Graph, start: number, settled: Uint8Array): readonly number[] | undefined {
  const cameFrom = new Int32Array(graph.size).fill(-1);
  const queue: number[] = [start];
  for (let head = 0; head < queue.length; head++) {
    const v = queue[head] as number;
    for (const w of successors(graph, v)) {
      if (w === start) return pathFrom(cameFrom, start, v);
      if (settled[w] === 1 || cameFrom[w] !== -1) continue;
      cameFrom[w] = v;
      queue.push(w);
    }
  }
  return undefined;
}

function pathFrom(cameFrom: Int32Array, start: number, last: number): readonly number[] {
  const path = [start];
  for (let v = last; v !== start; v = cameFrom[v] as number) path.push(v);
  path.push(start);
  return path.reverse();
}
