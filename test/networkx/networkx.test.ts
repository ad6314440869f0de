// The graph engine and NetworkX say the same of large graphs. Run by `npm run test:networkx`, not by `npm test`: it
// needs Python.

import {
  ancestors,
  components,
  criticalPath,
  descendants,
  findCycle,
  findCycles,
  type Graph,
  layers,
  Reachability,
  reverse,
  successors,
  timing,
  transitiveReduction,
} from '@cantata/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { installed, realGraphs } from '../graphs/load.ts';
import { acyclicGraph, anyGraph, graphOf, layeredGraph, type RandomGraph } from '../graphs/random.ts';
import { type Answers, askNetworkx } from './networkx.ts';

const large: readonly (readonly [what: string, sample: RandomGraph])[] = [
  ['100,000 vertices in layers', layeredGraph(100_000, 1)],
  ['100,000 vertices in any order', acyclicGraph(100_000, 2)],
  ['100,000 vertices with few edges', thinned(acyclicGraph(100_000, 3), 5)],
];

const medium: readonly (readonly [what: string, sample: RandomGraph])[] = [
  ['1,000 vertices in layers', layeredGraph(1_000, 4)],
  ['3,000 vertices in any order', acyclicGraph(3_000, 5)],
  ['300 vertices with 90 edges each', dense(300, 90, 6)],
];

const real = realGraphs().map(
  ({ name, graph, sources, targets, durations }): readonly [string, RandomGraph] => [
    name,
    {
      size: graph.size,
      sources: Uint32Array.from(sources),
      targets: Uint32Array.from(targets),
      durations,
    },
  ],
);

/** Every n-th edge. */
function thinned(sample: RandomGraph, n: number): RandomGraph {
  const every = (_: number, e: number): boolean => e % n === 0;
  return { ...sample, sources: sample.sources.filter(every), targets: sample.targets.filter(every) };
}

/** Edges from lower to higher. */
function dense(size: number, degree: number, seed: number): RandomGraph {
  const sample = anyGraph(size, size * degree, seed);
  const forward = (_: number, e: number): boolean => sample.sources[e] !== sample.targets[e];
  const ends = (pick: (a: number, b: number) => number): Uint32Array =>
    sample.sources.map((source, e) => pick(source, sample.targets[e] as number)).filter(forward);
  return { ...sample, sources: ends(Math.min), targets: ends(Math.max) };
}

const edgesOf = (graph: Graph): readonly (readonly [number, number])[] =>
  Array.from({ length: graph.size }, (_, v) =>
    Array.from(successors(graph, v).toSorted(), (w) => [v, w] as const),
  ).flat();

/** Vertices from all over the graph; few of a large one, where each has tens of thousands of descendants. */
function some({ size }: RandomGraph): readonly number[] {
  const count = size > 50_000 ? 10 : 100;
  return Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}

describe.each([...large, ...medium, ...real])('of %s NetworkX says the same', (_, sample) => {
  const graph = graphOf(sample);
  const sorted = layers(graph);
  const vertices = some(sample);
  let answers: Pick<Answers, 'acyclic' | 'layers' | 'longestPath' | 'ancestors' | 'descendants'>;

  beforeAll(() => {
    const asked = ['acyclic', 'layers', 'longestPath', 'ancestors', 'descendants'] as const;
    answers = askNetworkx(sample, asked, vertices);
  });

  test('about the layers and that there is no cycle', () => {
    expect(sorted.acyclic).toBe(answers.acyclic);
    expect(findCycle(graph) === undefined).toBe(answers.acyclic);
    expect([...sorted.layerOf]).toEqual(answers.layers);
  });

  test('about the length of the longest path', () => {
    expect(criticalPath(graph, sorted, sample.durations).length).toBe(answers.longestPath);
    expect(timing(graph, sorted, sample.durations).length).toBe(answers.longestPath);
  });

  test('about ancestors and descendants, one by one and from the index', () => {
    const reversed = reverse(graph);
    expect(vertices.map((v) => [...descendants(reversed, v)])).toEqual(answers.ancestors);
    expect(vertices.map((v) => [...descendants(graph, v)])).toEqual(answers.descendants);
    expect([...ancestors(graph, vertices[5] as number)]).toEqual(answers.ancestors[5]);
    const index = new Reachability(graph, sorted);
    const reached = answers.descendants.map((all) => new Set(all));
    const wrong = vertices.flatMap((from, i) =>
      vertices.filter((to) => index.reaches(from, to) !== reached[i]?.has(to)),
    );
    expect(wrong).toEqual([]);
  });
});

// NetworkX takes minutes for the reduction of more.
const reducible = real.filter(([name]) => name !== 'commits');

test.each([...medium, ...reducible])(
  'of %s NetworkX leaves the same edges in the transitive reduction',
  (_, sample) => {
    const graph = graphOf(sample);
    const { reduction } = askNetworkx(sample, ['reduction']);
    expect(edgesOf(transitiveReduction(graph, layers(graph)))).toEqual(reduction);
  },
);

const packages = installed('with peers');
const cyclic: readonly (readonly [what: string, sample: RandomGraph])[] = [
  ['2,000 vertices, most of them in one knot', anyGraph(2_000, 4_000, 7)],
  ['20,000 vertices with as many edges', anyGraph(20_000, 20_000, 8)],
  ['100,000 vertices with few edges', anyGraph(100_000, 80_000, 9)],
  ['1,000 vertices without short cycles', longWay(1_000, 10)],
  [
    packages.name,
    {
      size: packages.graph.size,
      sources: Uint32Array.from(packages.sources),
      targets: Uint32Array.from(packages.targets),
      durations: packages.durations,
    },
  ],
];

/** Layers in a ring: every cycle goes all the way round. */
function longWay(size: number, width: number): RandomGraph {
  const sample = layeredGraph(size, 11);
  const back = Array.from({ length: width }, (_, i) => i);
  return {
    ...sample,
    sources: Uint32Array.from([...sample.sources, ...back.map((i) => size - 1 - i)]),
    targets: Uint32Array.from([...sample.targets, ...back]),
  };
}

test.each(cyclic)('of %s NetworkX finds the same knots, and no shorter cycle in any', (_, sample) => {
  const graph = graphOf(sample);
  const { componentOf } = components(graph);
  const { knots, acyclic } = askNetworkx(sample, ['knots', 'acyclic']);
  expect(acyclic).toBe(false);
  expect(layers(graph).acyclic).toBe(false);
  const ours = findCycles(graph).map((cycle) => {
    const members = [...componentOf.keys()].filter((v) => componentOf[v] === componentOf[cycle[0] as number]);
    return [members[0], members.length, cycle.length - 1];
  });
  expect(ours).toEqual(knots);
});
