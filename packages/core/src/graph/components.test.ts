import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyGraph, graphOf, reachedIn, ring } from '../../test/graphs.ts';
import { components } from './components.ts';
import { buildGraph } from './graph.ts';

describe('the strongly connected components', () => {
  test('hold two vertices together if and only if each reaches the other', () => {
    fc.assert(
      fc.property(anyGraph(8), (sample) => {
        const { componentOf } = components(graphOf(sample));
        const reached = componentOf.map((_, v) => v);
        for (const v of reached) {
          for (const w of reached) {
            const together = v === w || (reachedIn(sample, v).has(w) && reachedIn(sample, w).has(v));
            expect(componentOf[v] === componentOf[w]).toBe(together);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test('are numbered without gaps, and no edge leads to a higher number', () => {
    fc.assert(
      fc.property(anyGraph(10), (sample) => {
        const { count, componentOf } = components(graphOf(sample));
        const numbers = [...new Set(componentOf)].toSorted((a, b) => a - b);
        expect(numbers).toEqual(Array.from({ length: count }, (_, c) => c));
        for (const [from, to] of sample.edges) {
          expect(componentOf[from]).toBeGreaterThanOrEqual(componentOf[to] as number);
        }
      }),
    );
  });

  test('of a ring of 1,000,000 vertices are one', () => {
    expect(components(ring(1_000_000)).count).toBe(1);
  });

  test('of an empty graph are none', () => {
    expect(components(buildGraph(0, [], []))).toEqual({ count: 0, componentOf: new Uint32Array() });
  });
});
