import { Dice } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyAcyclicGraph, type Edge, graphOf, type Sample, successorsIn } from '../../test/graphs.ts';
import { buildGraph, type Graph, successors } from './graph.ts';
import { layers } from './layers.ts';
import { descendants } from './reachability.ts';
import { redundantEdges, transitiveReduction } from './reduction.ts';

/** Whether a way of one edge or more leads from one vertex to another, by recursion. */
const leads = (sample: Sample, from: number, to: number): boolean =>
  successorsIn(sample, from).some((next) => next === to || leads(sample, next, to));

const pairsOf = (sample: Sample): string =>
  Array.from({ length: sample.size ** 2 }, (_, pair) =>
    leads(sample, pair % sample.size, Math.floor(pair / sample.size)) ? 'x' : '.',
  ).join('');

const edgesOf = (graph: Graph): readonly Edge[] =>
  Array.from({ length: graph.size }, (_, v) => Array.from(successors(graph, v), (w): Edge => [v, w])).flat();

const isChain = ({ size, targets }: Graph): boolean =>
  targets.length === size - 1 && targets.every((w, v) => w === v + 1);

const reduce = (graph: Graph): Graph => transitiveReduction(graph, layers(graph));

describe('the transitive reduction', () => {
  test('reaches what the graph reaches', () => {
    fc.assert(
      fc.property(anyAcyclicGraph(9), (sample) => {
        const edges = edgesOf(reduce(graphOf(sample)));
        expect(pairsOf({ ...sample, edges })).toBe(pairsOf(sample));
      }),
      { numRuns: 500 },
    );
  });

  test('has no edge to spare: without any one of them it reaches less', () => {
    fc.assert(
      fc.property(anyAcyclicGraph(9), (sample) => {
        const edges = edgesOf(reduce(graphOf(sample)));
        for (const edge of edges) {
          const without = edges.filter((other) => other !== edge);
          expect(leads({ ...sample, edges: without }, ...edge)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is a graph: its counts of predecessors fit its edges', () => {
    fc.assert(
      fc.property(anyAcyclicGraph(9), (sample) => {
        const reduced = reduce(graphOf(sample));
        expect(reduced).toEqual(graphOf({ ...sample, edges: edgesOf(reduced) }));
      }),
    );
  });

  test('leaves out the edges that are named as redundant, and keeps the order of the others', () => {
    fc.assert(
      fc.property(anyAcyclicGraph(9), (sample) => {
        const graph = graphOf(sample);
        const redundant = new Set(redundantEdges(graph, layers(graph)));
        const kept = edgesOf(graph).filter((_, e) => !redundant.has(e));
        expect(edgesOf(reduce(graph))).toEqual(kept);
      }),
    );
  });

  test('keeps the first of equal edges', () => {
    const graph = buildGraph(2, [0, 0, 0], [1, 1, 1]);
    expect([...redundantEdges(graph, layers(graph))]).toEqual([1, 2]);
  });

  test('names an edge that is both given twice and led around only once', () => {
    const graph = buildGraph(3, [0, 0, 0, 1], [1, 2, 2, 2]);
    expect([...redundantEdges(graph, layers(graph))]).toEqual([1, 2]);
  });

  test('of 2,500 vertices in any order keeps exactly the edges without a detour', () => {
    const size = 2_500;
    const dice = new Dice(1);
    const edges = Array.from({ length: 3 * size }, (): Edge => {
      const [a, b] = [dice.below(size), dice.below(size - 1)];
      return a <= b ? [a, b + 1] : [b, a];
    });
    const graph = graphOf({ size, edges });
    const reached = Array.from({ length: size }, (_, v) => new Set(descendants(graph, v)));
    const expected = Array.from({ length: size }, (_, v) => {
      const next = new Set(successors(graph, v));
      return [...next].filter((w) => ![...next].some((other) => reached[other]?.has(w)));
    });
    const reduced = reduce(graph);
    expect(expected.map((_, v) => [...successors(reduced, v)])).toEqual(expected);
  });

  test('of a chain with all short cuts of up to five steps is the chain', () => {
    const size = 4_000;
    const edges = Array.from({ length: size }, (_, v) => v).flatMap((v) =>
      [5, 3, 1, 4, 2].flatMap((steps): Edge[] => (v + steps < size ? [[v, v + steps]] : [])),
    );
    expect(isChain(reduce(graphOf({ size, edges })))).toBe(true);
  });

  test('takes the short cuts out of a chain of 1,000,000 vertices', () => {
    const size = 1_000_000;
    const all = Array.from({ length: size - 1 }, (_, v) => v);
    const shortCuts = all.slice(0, 3_000);
    const sources = [...all, ...shortCuts];
    const targets = [...all.map((v) => v + 1), ...shortCuts.map((v) => v + 2)];
    const graph = buildGraph(size, sources, targets);
    const sorted = layers(graph);
    expect(redundantEdges(graph, sorted)).toHaveLength(shortCuts.length);
    expect(isChain(transitiveReduction(graph, sorted))).toBe(true);
  });

  test('of an empty graph is empty', () => {
    expect(reduce(buildGraph(0, [], []))).toEqual(buildGraph(0, [], []));
  });
});
