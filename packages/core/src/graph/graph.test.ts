import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyGraph, graphOf, predecessorsIn, successorsIn } from '../../test/graphs.ts';
import { buildGraph, reverse, successors } from './graph.ts';

describe('the compact graph', () => {
  test('gives back the successors of every vertex in the order they came', () => {
    fc.assert(
      fc.property(anyGraph(12), (sample) => {
        const graph = graphOf(sample);
        for (let v = 0; v < sample.size; v++) {
          const expected = successorsIn(sample, v);
          expect([...successors(graph, v)]).toEqual(expected);
        }
      }),
    );
  });

  test('counts the predecessors of every vertex', () => {
    fc.assert(
      fc.property(anyGraph(12), (sample) => {
        const expected = Array.from({ length: sample.size }, (_, v) => predecessorsIn(sample, v).length);
        expect([...graphOf(sample).indegree]).toEqual(expected);
      }),
    );
  });

  test('is the same from typed arrays', () => {
    fc.assert(
      fc.property(anyGraph(12), (sample) => {
        const sources = Uint32Array.from(sample.edges, ([from]) => from);
        const targets = Uint32Array.from(sample.edges, ([, to]) => to);
        expect(buildGraph(sample.size, sources, targets)).toEqual(graphOf(sample));
      }),
    );
  });

  test('turned around has the predecessors of every vertex in ascending order', () => {
    fc.assert(
      fc.property(anyGraph(12), (sample) => {
        const turned = reverse(graphOf(sample));
        for (let v = 0; v < sample.size; v++) {
          const expected = predecessorsIn(sample, v).toSorted((a, b) => a - b);
          expect([...successors(turned, v)]).toEqual(expected);
          expect(turned.indegree[v]).toBe(successorsIn(sample, v).length);
        }
      }),
    );
  });

  test('has no edge that leads outside it', () => {
    for (const [from, to] of [
      [0, 2],
      [2, 0],
      [-1, 0],
      [0, -1],
    ] as const) {
      expect(() => buildGraph(2, [from], [to])).toThrow('an edge leads outside the graph');
    }
  });

  test('may be empty', () => {
    const graph = buildGraph(0, [], []);
    expect(graph.size).toBe(0);
    expect([...graph.offsets]).toEqual([0]);
  });
});
