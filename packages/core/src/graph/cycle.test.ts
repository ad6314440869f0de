import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyGraph, graphOf, ring, type Sample } from '../../test/graphs.ts';
import { findCycle } from './cycle.ts';
import { buildGraph } from './graph.ts';
import { layers } from './layers.ts';

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
    expect(findCycle(ring(1_000_000))).toHaveLength(1_000_001);
  });

  test('is not in an empty graph', () => {
    expect(findCycle(buildGraph(0, [], []))).toBeUndefined();
  });
});
