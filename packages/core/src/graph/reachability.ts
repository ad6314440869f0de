/** Who depends on whom, through any number of others: all of one vertex, or one pair after the other from an index. */
import { type Graph, reverse } from './graph.ts';
import type { Layers } from './layers.ts';

/** What can be reached from a vertex by one edge or more, in ascending order. O(V + E). */
export function descendants(graph: Graph, vertex: number): Uint32Array {
  const { size, offsets, targets } = graph;
  const reached = new Uint8Array(size);
  const waiting = new Uint32Array(size + 1);
  waiting[0] = vertex;
  let found = 0;
  for (let next = 0; next <= found; next++) {
    const v = waiting[next] as number;
    const end = offsets[v + 1] as number;
    for (let e = offsets[v] as number; e < end; e++) {
      const w = targets[e] as number;
      if (reached[w] === 1) continue;
      reached[w] = 1;
      waiting[++found] = w;
    }
  }
  return waiting.subarray(1, found + 1).sort();
}

/** What a vertex can be reached from. O(V + E); for many vertices reverse the graph once and ask for descendants. */
export function ancestors(graph: Graph, vertex: number): Uint32Array {
  return descendants(reverse(graph), vertex);
}

/**
 * Answers whether one vertex of an acyclic graph reaches another, at best without looking at the graph. Two searches
 * in depth, one through the edges in order and one in opposite order, give every vertex an interval that covers the
 * intervals of all it reaches, so that a pair whose intervals do not nest has no way (GRAIL: Yildirim, Chaoji and Zaki
 * 2010), and a subtree of the search, in which there is one. What neither settles is searched for, and the same tests
 * cut the search. Building: O(V + E), 28 bytes a vertex. A question: O(1) for most pairs, O(V + E) at worst.
 */
export class Reachability {
  readonly #graph: Graph;
  readonly #layerOf: Uint32Array;
  readonly #forward: Labels;
  readonly #backward: Labels;
  /** The question a vertex was last searched for: nothing is cleared between two. */
  readonly #askedBy: Uint32Array;
  #question = 0;

  constructor(graph: Graph, sorted: Layers) {
    this.#graph = graph;
    this.#layerOf = sorted.layerOf;
    this.#forward = labels(graph, 'in order');
    this.#backward = labels(graph, 'in opposite order');
    this.#askedBy = new Uint32Array(graph.size);
  }

  /** Whether a way of one edge or more leads from one vertex to the other. */
  reaches(from: number, to: number): boolean {
    const known = this.#known(from, to);
    if (known !== 'maybe') return known === 'yes';
    const { offsets, targets } = this.#graph;
    this.#question += 1;
    const waiting = [from];
    for (let v = waiting.pop(); v !== undefined; v = waiting.pop()) {
      const end = offsets[v + 1] as number;
      for (let e = offsets[v] as number; e < end; e++) {
        const w = targets[e] as number;
        if (w === to) return true;
        if (this.#askedBy[w] === this.#question) continue;
        this.#askedBy[w] = this.#question;
        const further = this.#known(w, to);
        if (further === 'yes') return true;
        if (further === 'maybe') waiting.push(w);
      }
    }
    return false;
  }

  #known(from: number, to: number): 'yes' | 'no' | 'maybe' {
    if ((this.#layerOf[from] as number) >= (this.#layerOf[to] as number)) return 'no';
    const forward = compare(this.#forward, from, to);
    return forward === 'maybe' ? compare(this.#backward, from, to) : forward;
  }
}

/** Of one search in depth: ranks in the order in which vertices are left, so that whatever is reached ranks lower. */
interface Labels {
  readonly rank: Uint32Array;
  /** The lowest rank in the subtree of the search: the subtree has all ranks from there. */
  readonly lowestInTree: Uint32Array;
  /** The lowest rank of all that is reached. */
  readonly lowest: Uint32Array;
}

function compare({ rank, lowestInTree, lowest }: Labels, from: number, to: number): 'yes' | 'no' | 'maybe' {
  const target = rank[to] as number;
  if (target > (rank[from] as number) || (lowest[to] as number) < (lowest[from] as number)) return 'no';
  return target >= (lowestInTree[from] as number) ? 'yes' : 'maybe';
}

function labels({ size, offsets, targets }: Graph, order: 'in order' | 'in opposite order'): Labels {
  const rank = new Uint32Array(size);
  const lowestInTree = new Uint32Array(size);
  const lowest = new Uint32Array(size);
  const edgesDone = new Uint32Array(size);
  const path = new Uint32Array(size);
  let left = 0;
  for (let i = 0; i < size; i++) {
    const root = order === 'in order' ? i : size - 1 - i;
    if (lowest[root] !== 0) continue;
    let depth = 0;
    let entering = root;
    for (;;) {
      if (entering !== -1) {
        path[depth++] = entering;
        lowestInTree[entering] = left + 1;
        lowest[entering] = left + 1;
        entering = -1;
      }
      const v = path[depth - 1] as number;
      const begin = offsets[v] as number;
      const end = offsets[v + 1] as number;
      const done = edgesDone[v] as number;
      if (begin + done < end) {
        const w = targets[order === 'in order' ? begin + done : end - 1 - done] as number;
        // Looked at again on the way back, when what it reaches is known.
        if (lowest[w] === 0) {
          entering = w;
        } else {
          edgesDone[v] = done + 1;
          lowest[v] = Math.min(lowest[v] as number, lowest[w] as number);
        }
        continue;
      }
      left += 1;
      rank[v] = left;
      depth -= 1;
      if (depth === 0) break;
    }
  }
  return { rank, lowestInTree, lowest };
}
