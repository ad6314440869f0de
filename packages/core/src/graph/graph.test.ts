import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { criticalPath } from './critical-path.ts';
import { findCycle } from './cycle.ts';
import { buildGraph, type Graph, successors } from './graph.ts';
import { layers } from './layers.ts';

type Edge = readonly [from: number, to: number];

interface Sample {
  readonly size: number;
  readonly edges: readonly Edge[];
}

const graphOf = ({ size, edges }: Sample): Graph =>
  buildGraph(
    size,
    edges.map(([from]) => from),
    edges.map(([, to]) => to),
  );

const anyGraph = (maxSize: number): fc.Arbitrary<Sample> =>
  fc.integer({ min: 1, max: maxSize }).chain((size) => {
    const vertex = fc.nat(size - 1);
    return fc.record({
      size: fc.constant(size),
      edges: fc.array(fc.tuple(vertex, vertex), { maxLength: size * 2 }),
    });
  });

/** Edges from lower to higher, under a random renaming, so that the numbers say nothing about the order. */
const anyAcyclicGraph = (maxSize: number): fc.Arbitrary<Sample> =>
  anyGraph(maxSize).chain(({ size, edges }) =>
    fc
      .shuffledSubarray(
        Array.from({ length: size }, (_, v) => v),
        { minLength: size },
      )
      .map((name) => ({
        size,
        edges: edges
          .filter(([a, b]) => a !== b)
          .map(([a, b]): Edge => [name[Math.min(a, b)] as number, name[Math.max(a, b)] as number]),
      })),
  );

const chain = (size: number): Graph =>
  buildGraph(
    size,
    Array.from({ length: size - 1 }, (_, v) => v),
    Array.from({ length: size - 1 }, (_, v) => v + 1),
  );

describe('the compact graph', () => {
  test('gives back the successors of every vertex in the order they came', () => {
    fc.assert(
      fc.property(anyGraph(12), (sample) => {
        const graph = graphOf(sample);
        for (let v = 0; v < sample.size; v++) {
          const expected = sample.edges.filter(([from]) => from === v).map(([, to]) => to);
          expect([...successors(graph, v)]).toEqual(expected);
        }
      }),
    );
  });

  test('counts the predecessors of every vertex', () => {
    fc.assert(
      fc.property(anyGraph(12), (sample) => {
        const expected = Array.from(
          { length: sample.size },
          (_, v) => sample.edges.filter(([, to]) => to === v).length,
        );
        expect([...graphOf(sample).indegree]).toEqual(expected);
      }),
    );
  });

  test('may be empty', () => {
    const graph = buildGraph(0, [], []);
    expect(layers(graph)).toEqual({
      order: new Uint32Array(),
      layerOf: new Uint32Array(),
      count: 0,
      acyclic: true,
    });
    expect(findCycle(graph)).toBeUndefined();
    expect(criticalPath(graph, layers(graph), new Float64Array())).toEqual({ length: 0, vertices: [] });
  });
});

describe('layers', () => {
  test('a vertex stands in the layer of the longest path that leads to it', () => {
    const longest = (sample: Sample, v: number): number =>
      Math.max(0, ...sample.edges.filter(([, to]) => to === v).map(([from]) => longest(sample, from) + 1));
    fc.assert(
      fc.property(anyAcyclicGraph(9), (sample) => {
        const sorted = layers(graphOf(sample));
        const expected = Array.from({ length: sample.size }, (_, v) => longest(sample, v));
        expect([...sorted.layerOf]).toEqual(expected);
        expect(sorted.count).toBe(Math.max(...expected) + 1);
        expect(sorted.acyclic).toBe(true);
      }),
    );
  });

  test('the order holds every vertex once, after all its predecessors', () => {
    fc.assert(
      fc.property(anyAcyclicGraph(12), (sample) => {
        const { order } = layers(graphOf(sample));
        expect([...order].toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: sample.size }, (_, v) => v),
        );
        for (const [from, to] of sample.edges) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
      }),
    );
  });

  test('of a graph with a cycle the order leaves out the cycle and what lies behind it', () => {
    const sorted = layers(
      graphOf({
        size: 5,
        edges: [
          [0, 1],
          [1, 2],
          [2, 1],
          [2, 3],
        ],
      }),
    );
    expect([...sorted.order]).toEqual([0, 4]);
    expect(sorted.acyclic).toBe(false);
  });

  test('a chain of 1,000,000 vertices has as many layers', () => {
    const sorted = layers(chain(1_000_000));
    expect(sorted.count).toBe(1_000_000);
    expect(sorted.acyclic).toBe(true);
  });
});

describe('a cycle', () => {
  /** Length of the shortest way from a vertex back to itself, by breadth first over edge lists. */
  function wayBack({ edges }: Sample, start: number): number {
    let reached = new Set([start]);
    const seen = new Set<number>();
    for (let length = 1; reached.size > 0; length++) {
      const next = new Set(edges.filter(([from]) => reached.has(from)).map(([, to]) => to));
      if (next.has(start)) return length;
      reached = new Set([...next].filter((v) => !seen.has(v)));
      for (const v of reached) seen.add(v);
    }
    return Number.POSITIVE_INFINITY;
  }

  test('is found if and only if there is one', () => {
    fc.assert(
      fc.property(anyGraph(8), (sample) => {
        const exists = Array.from({ length: sample.size }, (_, v) => wayBack(sample, v)).some(
          Number.isFinite,
        );
        expect(findCycle(graphOf(sample)) !== undefined).toBe(exists);
        expect(layers(graphOf(sample)).acyclic).toBe(!exists);
      }),
      { numRuns: 500 },
    );
  });

  test('is real: every step of it is an edge, it closes, and it meets no vertex twice', () => {
    fc.assert(
      fc.property(anyGraph(8), (sample) => {
        const cycle = findCycle(graphOf(sample)) ?? [];
        for (let i = 1; i < cycle.length; i++) expect(sample.edges).toContainEqual([cycle[i - 1], cycle[i]]);
        expect(cycle.at(-1)).toBe(cycle[0]);
        expect(new Set(cycle).size).toBe(Math.max(0, cycle.length - 1));
      }),
      { numRuns: 500 },
    );
  });

  test('is the shortest through the first vertex that lies on any', () => {
    fc.assert(
      fc.property(anyGraph(8), (sample) => {
        const cycle = findCycle(graphOf(sample));
        const ways = Array.from({ length: sample.size }, (_, v) => wayBack(sample, v));
        const first = ways.findIndex(Number.isFinite);
        expect(cycle?.[0] ?? -1).toBe(first);
        expect((cycle?.length ?? Number.POSITIVE_INFINITY) - 1).toBe(ways[first] ?? Number.POSITIVE_INFINITY);
      }),
      { numRuns: 500 },
    );
  });

  test('of one vertex is an edge to itself', () => {
    const sample: Sample = {
      size: 3,
      edges: [
        [0, 1],
        [1, 1],
        [1, 2],
      ],
    };
    expect(findCycle(graphOf(sample))).toEqual([1, 1]);
  });

  test('behind which 200,000 vertices wait is found in the time it takes to read them', () => {
    const tail = 200_000;
    const [a, b] = [tail, tail + 1];
    const sources = [...Array.from({ length: tail - 1 }, (_, v) => v), a, b, a];
    const targets = [...Array.from({ length: tail - 1 }, (_, v) => v + 1), b, a, 0];
    expect(findCycle(buildGraph(tail + 2, sources, targets))).toEqual([a, b, a]);
  });

  test('of 1,000,000 vertices does not overflow a stack', () => {
    const size = 1_000_000;
    const sources = Array.from({ length: size }, (_, v) => v);
    const targets = Array.from({ length: size }, (_, v) => (v + 1) % size);
    expect(findCycle(buildGraph(size, sources, targets))).toHaveLength(size + 1);
  });
});

describe('the critical path', () => {
  /** Every path from every vertex, by recursion. */
  function longest(sample: Sample, durations: readonly number[], v: number): number {
    const rests = sample.edges.filter(([from]) => from === v).map(([, to]) => longest(sample, durations, to));
    return (durations[v] as number) + Math.max(0, ...rests);
  }
  const timed = (maxSize: number): fc.Arbitrary<Sample & { durations: number[] }> =>
    anyAcyclicGraph(maxSize).chain((sample) =>
      fc
        .array(fc.nat(20), { minLength: sample.size, maxLength: sample.size })
        .map((durations) => ({ ...sample, durations })),
    );

  test('is as long as the longest of all paths', () => {
    fc.assert(
      fc.property(timed(8), ({ durations, ...sample }) => {
        const graph = graphOf(sample);
        const path = criticalPath(graph, layers(graph), Float64Array.from(durations));
        const expected = Math.max(...durations.map((_, v) => longest(sample, durations, v)));
        expect(path.length).toBe(expected);
      }),
    );
  });

  test('is a path of the graph whose durations add up to its length', () => {
    fc.assert(
      fc.property(timed(10), ({ durations, ...sample }) => {
        const graph = graphOf(sample);
        const { length, vertices } = criticalPath(graph, layers(graph), Float64Array.from(durations));
        expect(vertices.reduce((sum, v) => sum + (durations[v] as number), 0)).toBe(length);
        for (let i = 1; i < vertices.length; i++) {
          expect(sample.edges).toContainEqual([vertices[i - 1], vertices[i]]);
        }
      }),
    );
  });

  test('runs through 1,000,000 vertices in a row', () => {
    const graph = chain(1_000_000);
    const path = criticalPath(graph, layers(graph), new Float64Array(1_000_000).fill(2));
    expect(path.length).toBe(2_000_000);
    expect(path.vertices).toHaveLength(1_000_000);
  });
});
