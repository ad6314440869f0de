import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crossings, orderColumns } from './order.ts';

interface Links {
  readonly columns: readonly (readonly number[])[];
  readonly before: number[][];
  readonly after: number[][];
}

/** Columns of `sizes` vertices, numbered one after the other. */
function linked(sizes: readonly number[], links: readonly (readonly [number, number])[]): Links {
  let next = 0;
  const columns = sizes.map((size) => Array.from({ length: size }, () => next++));
  const before: number[][] = Array.from({ length: next }, () => []);
  const after: number[][] = Array.from({ length: next }, () => []);
  for (const [from, to] of links) {
    after[from]?.push(to);
    before[to]?.push(from);
  }
  return { columns, before, after };
}

function places(columns: readonly (readonly number[])[]): Float64Array {
  const place = new Float64Array(columns.flat().length);
  for (const column of columns) for (const [at, v] of column.entries()) place[v] = at;
  return place;
}

/** Every pair of links between the same two columns, looked at. */
function bruteForce({ columns, after }: Links, place: Float64Array): number {
  return columns.reduce((sum, column) => {
    const ends = column.flatMap((v) =>
      (after[v] ?? []).map((w) => [place[v] as number, place[w] as number] as const),
    );
    return sum + ends.flatMap((a) => ends.filter((b) => a[0] < b[0] && a[1] > b[1])).length;
  }, 0);
}

const graphs = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }).chain((sizes) => {
  const starts = sizes.map((_, c) => sizes.slice(0, c).reduce((a, b) => a + b, 0));
  const pairs = sizes
    .slice(1)
    .flatMap((size, c) =>
      Array.from(
        { length: (sizes[c] as number) * size },
        (_, i) =>
          [(starts[c] as number) + Math.floor(i / size), (starts[c + 1] as number) + (i % size)] as const,
      ),
    );
  return fc.subarray(pairs).map((links) => linked(sizes, links));
});

describe('the order within columns', () => {
  test('uncrosses two lines', () => {
    const { columns, before, after } = linked(
      [2, 2],
      [
        [0, 3],
        [1, 2],
      ],
    );
    expect(orderColumns({ columns, before, after })).toEqual([
      [0, 1],
      [3, 2],
    ]);
  });

  test('counts crossings as one would by looking at every pair', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const place = places(graph.columns);
        expect(crossings(graph.columns, graph.after, place)).toBe(bruteForce(graph, place));
      }),
    );
  });

  test('never crosses more lines than the order it was given, and loses nobody', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const ordered = orderColumns(graph);
        expect(ordered.map((column) => column.toSorted((a, b) => a - b))).toEqual(graph.columns);
        expect(crossings(ordered, graph.after, places(ordered))).toBeLessThanOrEqual(
          crossings(graph.columns, graph.after, places(graph.columns)),
        );
      }),
    );
  });
});
