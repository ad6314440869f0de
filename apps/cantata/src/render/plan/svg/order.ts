/**
 * The order of the vertices within their columns, so that few lines cross: sweeps by barycentre (Sugiyama, Tagawa and
 * Toda 1981), of which the best order counts.
 */

/** `columns[c]` holds vertices; every link leads from one column to the next. Vertices are dense numbers from 0. */
export interface Columns {
  readonly columns: readonly (readonly number[])[];
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

const SWEEPS = 8;

/** The columns reordered. O(sweeps * (V log V + E log V)). */
export function orderColumns({ columns, before, after }: Columns): readonly (readonly number[])[] {
  const place = new Float64Array(before.length);
  const rank = (column: readonly number[]): void => {
    for (const [at, v] of column.entries()) place[v] = at;
  };
  for (const column of columns) rank(column);
  let best = columns;
  let fewest = crossings(columns, after, place);
  let current = columns;
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const forward = sweep % 2 === 0;
    const neighbours = forward ? before : after;
    const next = [...current];
    for (let i = 0; i < next.length; i++) {
      const c = forward ? i : next.length - 1 - i;
      const column = next[c] as readonly number[];
      const centre = new Map(
        column.map((v) => [v, barycentre(neighbours[v] as readonly number[], place) ?? (place[v] as number)]),
      );
      const sorted = column.toSorted(
        (a, b) =>
          (centre.get(a) as number) - (centre.get(b) as number) ||
          (place[a] as number) - (place[b] as number),
      );
      next[c] = sorted;
      rank(sorted);
    }
    current = next;
    const crossed = crossings(current, after, place);
    if (crossed < fewest) {
      best = current;
      fewest = crossed;
    }
  }
  return best;
}

function barycentre(neighbours: readonly number[], place: Float64Array): number | undefined {
  if (neighbours.length === 0) return undefined;
  let sum = 0;
  for (const v of neighbours) sum += place[v] as number;
  return sum / neighbours.length;
}

/** Pairs of links that cross, all columns together: inversions of the ends, counted in a Fenwick tree. */
export function crossings(
  columns: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
  place: Float64Array,
): number {
  let crossed = 0;
  for (const [c, column] of columns.entries()) {
    const size = columns[c + 1]?.length ?? 0;
    const tree = new Uint32Array(size + 1);
    let seen = 0;
    for (const v of column) {
      const ends = (after[v] as readonly number[]).map((w) => place[w] as number).sort((a, b) => a - b);
      // Links from one vertex never cross each other: they are counted before any of them is added.
      for (const end of ends) crossed += seen - upTo(tree, end);
      for (const end of ends) {
        for (let i = end + 1; i <= size; i += i & -i) tree[i] = (tree[i] as number) + 1;
        seen += 1;
      }
    }
  }
  return crossed;
}

/** How many links end at `end` or before it. */
function upTo(tree: Uint32Array, end: number): number {
  let sum = 0;
  for (let i = end + 1; i > 0; i -= i & -i) sum += tree[i] as number;
  return sum;
}
