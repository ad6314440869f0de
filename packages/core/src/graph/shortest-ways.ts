/** Shortest ways by number of edges, breadth first, for many questions on one graph at a bounded cost for all of them. */
import type { Graph } from './graph.ts';

export class ShortestWays {
  /** Vertices set to 1 are not entered. */
  readonly closed: Uint8Array;
  /** Edges that may still be looked at; a search that runs out of them finds nothing. */
  effort: number;
  readonly #graph: Graph;
  /** The search that reached a vertex last: nothing is cleared between two searches. */
  readonly #reachedBy: Uint32Array;
  readonly #cameFrom: Uint32Array;
  readonly #queue: Uint32Array;
  #search = 0;

  constructor(graph: Graph, effort: number) {
    this.#graph = graph;
    this.effort = effort;
    this.closed = new Uint8Array(graph.size);
    this.#reachedBy = new Uint32Array(graph.size);
    this.#cameFrom = new Uint32Array(graph.size);
    this.#queue = new Uint32Array(graph.size);
  }

  /**
   * The vertices along a shortest way of one to `longest` edges, both ends included; from a vertex to itself that is a
   * shortest cycle. Undefined where no such way is found.
   */
  find(from: number, to: number, longest: number): readonly number[] | undefined {
    const { offsets, targets } = this.#graph;
    const queue = this.#queue;
    this.#search += 1;
    queue[0] = from;
    this.#reachedBy[from] = this.#search;
    let queued = 1;
    let edges = 0;
    let levelEnd = 0;
    for (let head = 0; head < queued; head++) {
      if (head === levelEnd) {
        edges += 1;
        if (edges > longest) return undefined;
        levelEnd = queued;
      }
      const v = queue[head] as number;
      const begin = offsets[v] as number;
      const end = offsets[v + 1] as number;
      this.effort -= end - begin;
      if (this.effort < 0) return undefined;
      for (let e = begin; e < end; e++) {
        const w = targets[e] as number;
        if (w === to) return this.#wayBack(from, v, to);
        if (this.closed[w] === 1 || this.#reachedBy[w] === this.#search) continue;
        this.#reachedBy[w] = this.#search;
        this.#cameFrom[w] = v;
        queue[queued++] = w;
      }
    }
    return undefined;
  }

  #wayBack(from: number, last: number, to: number): readonly number[] {
    const way = [to];
    let v = last;
    for (; v !== from; v = this.#cameFrom[v] as number) way.push(v);
    way.push(from);
    return way.reverse();
  }
}
