/**
 * Transitive reduction: which edges say nothing that the others do not say already. In an acyclic graph the smallest
 * graph of the same reachability is unique, and it is what is left without them (Aho, Garey and Ullman 1972).
 *
 * An edge `u -> w` is redundant if and only if another successor of `u` reaches `w`. That is decided with bit sets of
 * what each vertex reaches, against the order of the layers, for 1,024 targets at a time, so that memory stays bounded
 * (128 bytes a vertex). Only targets of edges that skip a layer are looked at: what leads on to the very next layer can
 * have no detour. O(V + E) where no edge skips one, O(V E / 32) at worst.
 */
import type { Graph } from './graph.ts';
import type { Layers } from './layers.ts';

/** 32-bit words a vertex, and as many columns as they have bits. */
const WORDS = 32;
const COLUMNS = WORDS * 32;

/**
 * The redundant edges of an acyclic graph as indices into `targets`, ascending. Of edges given twice all but the first
 * are redundant.
 */
export function redundantEdges(graph: Graph, sorted: Layers): Uint32Array {
  const redundant = new Uint8Array(graph.targets.length);
  const found = markDoubles(graph, redundant) + markDetours(graph, sorted, redundant);
  const edges = new Uint32Array(found);
  for (let e = 0, next = 0; next < found; e++) {
    if (redundant[e] === 1) edges[next++] = e;
  }
  return edges;
}

/** The graph without its redundant edges; the others keep their order. The graph must be acyclic. */
export function transitiveReduction(graph: Graph, sorted: Layers): Graph {
  const { size, offsets, targets } = graph;
  const redundant = redundantEdges(graph, sorted);
  const kept = new Uint32Array(targets.length - redundant.length);
  const keptOffsets = new Uint32Array(size + 1);
  const indegree = graph.indegree.slice();
  let next = 0;
  let skipped = 0;
  for (let v = 0; v < size; v++) {
    const end = offsets[v + 1] as number;
    for (let e = offsets[v] as number; e < end; e++) {
      const w = targets[e] as number;
      if (e !== redundant[skipped]) {
        kept[next++] = w;
        continue;
      }
      skipped += 1;
      indegree[w] = (indegree[w] as number) - 1;
    }
    keptOffsets[v + 1] = next;
  }
  return { size, offsets: keptOffsets, targets: kept, indegree };
}

/** Marks all but the first of equal edges, and returns how many. */
function markDoubles({ size, offsets, targets }: Graph, redundant: Uint8Array): number {
  const lastSource = new Int32Array(size).fill(-1);
  let found = 0;
  for (let v = 0; v < size; v++) {
    const end = offsets[v + 1] as number;
    for (let e = offsets[v] as number; e < end; e++) {
      const w = targets[e] as number;
      if (lastSource[w] === v) {
        redundant[e] = 1;
        found += 1;
      }
      lastSource[w] = v;
    }
  }
  return found;
}

/** Marks the edges around which another way leads, and returns how many were not marked before. */
function markDetours(graph: Graph, sorted: Layers, redundant: Uint8Array): number {
  const { columns, column, firstSource } = columnsOf(graph, sorted);
  const place = placesIn(sorted);
  let found = 0;
  for (let first = 0; first < columns.length; first += COLUMNS) {
    const block = columns.subarray(first, first + COLUMNS);
    // No vertex from the last target on reaches a target of the block, and none before `from` asks.
    const to = place[block[block.length - 1] as number] as number;
    let from = to;
    for (const w of block) from = Math.min(from, firstSource[w] as number);
    const rows = new Int32Array((to - from) * WORDS);
    found += sweep({ graph, order: sorted.order, place, column, first, from, to, rows, redundant });
  }
  return found;
}

interface Columns {
  /** The targets of edges that skip a layer, in topological order. */
  readonly columns: Uint32Array;
  /** The place of a vertex in `columns`, or -1. */
  readonly column: Int32Array;
  /** Of each such target, the first place in the order that such an edge comes from. */
  readonly firstSource: Uint32Array;
}

function columnsOf({ size, offsets, targets }: Graph, { order, layerOf }: Layers): Columns {
  const firstSource = new Uint32Array(size);
  const column = new Int32Array(size).fill(-1);
  for (let p = order.length - 1; p >= 0; p--) {
    const v = order[p] as number;
    const next = (layerOf[v] as number) + 1;
    const end = offsets[v + 1] as number;
    for (let e = offsets[v] as number; e < end; e++) {
      const w = targets[e] as number;
      if (layerOf[w] === next) continue;
      column[w] = 0;
      firstSource[w] = p;
    }
  }
  const columns = order.filter((w) => column[w] === 0);
  for (let c = 0; c < columns.length; c++) column[columns[c] as number] = c;
  return { columns, column, firstSource };
}

function placesIn({ order, layerOf }: Layers): Uint32Array {
  const place = new Uint32Array(layerOf.length);
  for (let p = 0; p < order.length; p++) place[order[p] as number] = p;
  return place;
}

interface Sweep {
  readonly graph: Graph;
  readonly order: Uint32Array;
  readonly place: Uint32Array;
  readonly column: Int32Array;
  /** The first column of the block. */
  readonly first: number;
  /** The places of the order that have a row: `from <= place < to`. */
  readonly from: number;
  readonly to: number;
  /** Which targets of the block each of them reaches in one step or more: `WORDS` words a place, none at first. */
  readonly rows: Int32Array;
  readonly redundant: Uint8Array;
}

function sweep({ graph, order, place, column, first, from, to, rows, redundant }: Sweep): number {
  const { offsets, targets } = graph;
  let found = 0;
  for (let p = to - 1; p >= from; p--) {
    const v = order[p] as number;
    const begin = offsets[v] as number;
    const end = offsets[v + 1] as number;
    const row = (p - from) * WORDS;
    for (let e = begin; e < end; e++) {
      const q = place[targets[e] as number] as number;
      if (q >= to) continue;
      const other = (q - from) * WORDS;
      for (let k = 0; k < WORDS; k++) rows[row + k] = (rows[row + k] as number) | (rows[other + k] as number);
    }
    // The row holds what the successors reach, not yet the successors themselves.
    for (let e = begin; e < end; e++) {
      const bit = (column[targets[e] as number] as number) - first;
      if (bit < 0 || bit >= COLUMNS) continue;
      const word = row + (bit >>> 5);
      const mask = 1 << (bit & 31);
      const reached = (rows[word] as number) & mask;
      if (reached !== 0 && redundant[e] === 0) {
        redundant[e] = 1;
        found += 1;
      }
      rows[word] = (rows[word] as number) | mask;
    }
  }
  return found;
}
