/** Finds a cycle to show to a person: the shortest one through the first vertex that lies on any. */
import { nth } from '../nth.ts';
import { type Graph, successors } from './graph.ts';

/** A cycle as the vertices along it, the first repeated at the end (`a b c a`), or undefined for an acyclic graph. O(V + E). */
export function findCycle(graph: Graph): readonly number[] | undefined {
  const first = onCycles(graph).indexOf(1);
  return first === -1 ? undefined : shortestWayBack(graph, first);
}

/**
 * Marks the vertices that lie on a cycle: those of a strongly connected component of several vertices, and those with
 * an edge to themselves. Tarjan 1972, with the path on the heap instead of the stack.
 */
function onCycles(graph: Graph): Uint8Array {
  const { size, offsets, targets } = graph;
  const marked = new Uint8Array(size);
  const order = new Uint32Array(size);
  const low = new Uint32Array(size);
  const edge = offsets.slice(0, size);
  const path: number[] = [];
  const open: number[] = [];
  const isOpen = new Uint8Array(size);
  let visited = 0;
  const visit = (v: number): void => {
    visited += 1;
    order[v] = visited;
    low[v] = visited;
    path.push(v);
    open.push(v);
    isOpen[v] = 1;
  };
  for (let root = 0; root < size; root++) {
    if (order[root] === 0) visit(root);
    while (path.length > 0) {
      const v = nth(path, path.length - 1);
      const e = edge[v] as number;
      if (e < (offsets[v + 1] as number)) {
        edge[v] = e + 1;
        const w = targets[e] as number;
        if (w === v) marked[v] = 1;
        if (order[w] === 0) visit(w);
        else if (isOpen[w] === 1) low[v] = Math.min(low[v] as number, order[w] as number);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[v] as number);
      if (low[v] === order[v]) closeComponent(v, open, isOpen, marked);
    }
  }
  return marked;
}

/** Takes the component whose first vertex is `root` off the open ones. */
function closeComponent(root: number, open: number[], isOpen: Uint8Array, marked: Uint8Array): void {
  const component = open.splice(open.lastIndexOf(root));
  for (const v of component) {
    isOpen[v] = 0;
    if (component.length > 1) marked[v] = 1;
  }
}

/** Breadth first from a vertex that lies on a cycle, so the way back is found before the queue runs out. */
function shortestWayBack(graph: Graph, start: number): readonly number[] {
  const cameFrom = new Int32Array(graph.size).fill(-1);
  const queue: number[] = [start];
  for (let head = 0; ; head++) {
    const v = nth(queue, head);
    for (const w of successors(graph, v)) {
      if (w === start) return pathFrom(cameFrom, start, v);
      if (cameFrom[w] !== -1) continue;
      cameFrom[w] = v;
      queue.push(w);
    }
  }
}

function pathFrom(cameFrom: Int32Array, start: number, last: number): readonly number[] {
  const path = [start];
  for (let v = last; v !== start; v = cameFrom[v] as number) path.push(v);
  path.push(start);
  return path.reverse();
}
