import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyGraph, graphOf, predecessorsIn, successorsIn } from '../../test/graphs.ts';
import { buildGraph, successors } from './graph.ts';

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

  test('may be empty', () => {
    const graph = buildGraph(0, [], []);
    expect(graph.size).toBe(0);
    expect([...graph.offsets]).toEqual([0]);
  });
});
