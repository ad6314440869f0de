import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyAcyclicGraph, chain, graphOf, predecessorsIn, type Sample } from '../../test/graphs.ts';
import { buildGraph } from './graph.ts';
import { largestLayer, layerSizes, layers } from './layers.ts';

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

  test('have sizes, and the largest is known by its vertices', () => {
    fc.assert(
      fc.property(anyAcyclicGraph(12), (sample) => {
        const sorted = layers(graphOf(sample));
        const members = Array.from({ length: sorted.count }, (_, layer) =>
          [...sorted.layerOf.keys()].filter((v) => sorted.layerOf[v] === layer),
        );
        expect([...layerSizes(sorted)]).toEqual(members.map(({ length }) => length));
        const most = Math.max(...members.map(({ length }) => length));
        const expected = members.find(({ length }) => length === most);
        expect([...largestLayer(sorted)].toSorted((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  test('of a graph with a cycle are those of the vertices in the order', () => {
    const edges = [
      [0, 1],
      [1, 2],
      [2, 1],
    ] as const;
    const sorted = layers(graphOf({ size: 4, edges }));
    expect([...layerSizes(sorted)]).toEqual([2]);
    expect([...largestLayer(sorted)]).toEqual([0, 3]);
  });

  test('of an empty graph are none', () => {
    expect([...largestLayer(layers(buildGraph(0, [], [])))]).toEqual([]);
    expect(layers(buildGraph(0, [], []))).toEqual({
      order: new Uint32Array(),
      layerOf: new Uint32Array(),
      count: 0,
      acyclic: true,
    });
  });
});
