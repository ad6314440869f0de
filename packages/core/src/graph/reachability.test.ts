import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyAcyclicGraph, anyGraph, chain, graphOf, reachedIn, ring } from '../../test/graphs.ts';
import { buildGraph } from './graph.ts';
import { layers } from './layers.ts';
import { ancestors, descendants, Reachability } from './reachability.ts';

const MILLION = 1_000_000;

const ascending = (vertices: Iterable<number>): readonly number[] => [...vertices].toSorted((a, b) => a - b);

describe('descendants and ancestors', () => {
  test('of a vertex are all it reaches and all that reach it, on cycles too', () => {
    fc.assert(
      fc.property(anyGraph(10), (sample) => {
        const graph = graphOf(sample);
        const reached = Array.from({ length: sample.size }, (_, v) => reachedIn(sample, v));
        for (let v = 0; v < sample.size; v++) {
          expect([...descendants(graph, v)]).toEqual(ascending(reached[v] ?? []));
          expect([...ancestors(graph, v)]).toEqual([...reached.keys()].filter((u) => reached[u]?.has(v)));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of the ends of a chain of 1,000,000 vertices are all the others', () => {
    const graph = chain(MILLION);
    expect(descendants(graph, 0)).toHaveLength(MILLION - 1);
    expect(ancestors(graph, MILLION - 1)).toHaveLength(MILLION - 1);
    expect(descendants(ring(MILLION), 5)).toHaveLength(MILLION);
  });
});

describe('the index', () => {
  test('knows of every pair whether one reaches the other', () => {
    fc.assert(
      fc.property(anyAcyclicGraph(12), (sample) => {
        const graph = graphOf(sample);
        const index = new Reachability(graph, layers(graph));
        for (let from = 0; from < sample.size; from++) {
          const reached = reachedIn(sample, from);
          for (let to = 0; to < sample.size; to++) expect(index.reaches(from, to)).toBe(reached.has(to));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('searches where its labels do not know: in a lattice of 30 by 30', () => {
    const side = 30;
    // Columns in an order that has nothing to do with the edges.
    const at = (x: number, y: number): number => ((x * 7) % side) * side + ((y * 11) % side);
    const edges = Array.from(
      { length: side * side },
      (_, i) => [Math.floor(i / side), i % side] as const,
    ).flatMap(([x, y]) => [
      ...(x + 1 < side ? [[at(x, y), at(x + 1, y)] as const] : []),
      ...(y + 1 < side ? [[at(x, y), at(x, y + 1)] as const] : []),
    ]);
    const graph = graphOf({ size: side * side, edges });
    const index = new Reachability(graph, layers(graph));
    for (let i = 0; i < side * side; i += 7) {
      for (let j = 0; j < side * side; j += 5) {
        const [x, y, u, w] = [Math.floor(i / side), i % side, Math.floor(j / side), j % side];
        expect(index.reaches(at(x, y), at(u, w))).toBe(i !== j && x <= u && y <= w);
      }
    }
  });

  test('is made of a chain of 1,000,000 vertices without a stack', () => {
    const graph = chain(MILLION);
    const index = new Reachability(graph, layers(graph));
    expect(index.reaches(0, MILLION - 1)).toBe(true);
    expect(index.reaches(MILLION - 1, 0)).toBe(false);
  });

  test('of one vertex knows that nothing reaches it', () => {
    const graph = buildGraph(1, [], []);
    expect(new Reachability(graph, layers(graph)).reaches(0, 0)).toBe(false);
  });
});
