import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyGraph, distanceIn, type Edge, graphOf, ring, type Sample } from '../../test/graphs.ts';
import { components } from './components.ts';
import { findCycle, findCycles } from './cycle.ts';
import { buildGraph } from './graph.ts';
import { layers } from './layers.ts';

/** Length of the shortest cycle through each vertex, by brute force; infinite where it is on none. */
const girths = (sample: Sample): readonly number[] =>
  Array.from({ length: sample.size }, (_, v) => distanceIn(sample, v, v));

const lengthOf = (cycle: readonly number[] | undefined): number =>
  cycle === undefined ? Number.POSITIVE_INFINITY : cycle.length - 1;

/** Every step is an edge, it closes, it meets no vertex twice, and it begins with the lowest. */
function expectCycle(sample: Sample, cycle: readonly number[]): void {
  for (let i = 1; i < cycle.length; i++) expect(sample.edges).toContainEqual([cycle[i - 1], cycle[i]]);
  expect(cycle.at(-1)).toBe(cycle[0]);
  expect(new Set(cycle).size).toBe(cycle.length - 1);
}

describe('cycles', () => {
  test('are found if and only if there are any, a shortest one for each component that has them', () => {
    fc.assert(
      fc.property(anyGraph(9), (sample) => {
        const graph = graphOf(sample);
        const { componentOf } = components(graph);
        const shortest = new Map<number | undefined, number>();
        for (const [v, girth] of girths(sample).entries()) {
          const c = componentOf[v];
          if (girth < (shortest.get(c) ?? Number.POSITIVE_INFINITY)) shortest.set(c, girth);
        }
        const cycles = findCycles(graph);
        for (const cycle of cycles) expectCycle(sample, cycle);
        expect(cycles.map((cycle) => [componentOf[cycle[0] as number], lengthOf(cycle)])).toEqual(
          [...componentOf].flatMap((c, v) => {
            const isLowest = componentOf.indexOf(c) === v;
            return isLowest && shortest.has(c) ? [[c, shortest.get(c)]] : [];
          }),
        );
        expect(layers(graph).acyclic).toBe(cycles.length === 0);
      }),
      { numRuns: 1_000 },
    );
  });

  test('begin with their lowest vertex, and of equally short ones the lowest counts', () => {
    fc.assert(
      fc.property(anyGraph(9), (sample) => {
        const all = girths(sample);
        const [cycle] = findCycles(graphOf(sample)).filter((each) => lengthOf(each) === Math.min(...all));
        if (cycle === undefined) return;
        const { componentOf } = components(graphOf(sample));
        const lowest = all.findIndex(
          (girth, v) => girth === lengthOf(cycle) && componentOf[v] === componentOf[cycle[0] as number],
        );
        expect(cycle[0]).toBe(lowest);
        expect(Math.min(...cycle)).toBe(lowest);
      }),
      { numRuns: 1_000 },
    );
  });

  test('are real even when the effort is spent, one for each component as before', () => {
    fc.assert(
      fc.property(anyGraph(9), fc.nat(20), (sample, effort) => {
        const graph = graphOf(sample);
        const cycles = findCycles(graph, effort);
        for (const cycle of cycles) expectCycle(sample, cycle);
        const { componentOf } = components(graph);
        expect(cycles.map((cycle) => componentOf[cycle[0] as number])).toEqual(
          findCycles(graph).map((cycle) => componentOf[cycle[0] as number]),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('with a short cut are shown by the short cut', () => {
    const edges = [...Array.from({ length: 10 }, (_, v) => [v, (v + 1) % 10] as const), [6, 4] as const];
    expect(findCycles(graphOf({ size: 10, edges }))).toEqual([[4, 5, 6, 4]]);
    expect(findCycles(graphOf({ size: 10, edges }), 0)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]]);
  });

  test('are not looked for again around vertices that lie on no others', () => {
    const size = 100;
    const edges = [
      ...Array.from({ length: size }, (_, v) => [v, (v + 1) % size] as const),
      [size - 1, size - 2] as const,
    ];
    // One search from 0 takes a hundred steps; one from every vertex on the way would take thousands.
    expect(findCycles(graphOf({ size, edges }), 300)).toEqual([[98, 99, 98]]);
  });

  test('are not looked for in other components', () => {
    // Two rings: the first is left at once for its edge from 0 to itself; the second leads into it and ends in a pair.
    const size = 500;
    const ring = (start: number): readonly Edge[] =>
      Array.from({ length: size }, (_, i): Edge => [start + i, start + ((i + 1) % size)]);
    const last = 2 * size - 1;
    const edges: readonly Edge[] = [...ring(0), [0, 0], [size, 0], ...ring(size), [last, last - 1]];
    expect(findCycles(graphOf({ size: 2 * size, edges }), size + 100)).toEqual([
      [0, 0],
      [last - 1, last, last - 1],
    ]);
  });

  test('behind which 200,000 vertices wait are found without looking through those', () => {
    const tail = 200_000;
    const [a, b] = [tail, tail + 1];
    const sources = [...Array.from({ length: tail - 1 }, (_, v) => v), a, b, a];
    const targets = [...Array.from({ length: tail - 1 }, (_, v) => v + 1), b, a, 0];
    expect(findCycles(buildGraph(tail + 2, sources, targets), 0)).toEqual([[a, b, a]]);
  });

  test('of 300,000 pairs of vertices are as many', () => {
    const pairs = 300_000;
    const sources = Array.from({ length: 2 * pairs }, (_, v) => v);
    const cycles = findCycles(
      buildGraph(
        2 * pairs,
        sources,
        sources.map((v) => v ^ 1),
      ),
    );
    expect(cycles).toHaveLength(pairs);
    expect(cycles.at(-1)).toEqual([2 * pairs - 2, 2 * pairs - 1, 2 * pairs - 2]);
  });
});

describe('a cycle', () => {
  test('is the shortest of all', () => {
    fc.assert(
      fc.property(anyGraph(9), (sample) => {
        expect(lengthOf(findCycle(graphOf(sample)))).toBe(Math.min(...girths(sample)));
      }),
      { numRuns: 500 },
    );
  });

  test('of one vertex is an edge to itself', () => {
    const edges = [
      [0, 1],
      [1, 1],
      [1, 2],
    ] as const;
    expect(findCycle(graphOf({ size: 3, edges }))).toEqual([1, 1]);
  });

  test('of 1,000,000 vertices does not overflow a stack', () => {
    expect(findCycle(ring(1_000_000))).toHaveLength(1_000_001);
  });

  test('is not in an empty graph', () => {
    expect(findCycle(buildGraph(0, [], []))).toBeUndefined();
  });
});
