import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyAcyclicGraph, chain, graphOf, predecessorsIn, type Sample } from '../../test/graphs.ts';
import { buildGraph } from './graph.ts';
import { layers } from './layers.ts';

describe('layers', () => {
  test('a vertex stands in the layer of the longest path that leads to it', () => {
    const longest = (sample: Sample, v: number): number =>
      Math.max(0, ...predecessorsIn(sample, v).map((u) => longest(sample, u) + 1));
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

  test('of an empty graph are none', () => {
    expect(layers(buildGraph(0, [], []))).toEqual({
      order: new Uint32Array(),
      layerOf: new Uint32Array(),
      count: 0,
      acyclic: true,
    });
  });
});
