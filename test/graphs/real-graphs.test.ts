// Graphs that nobody made up: each is accepted, or refused with a cycle that is really in it.

import { buildGraph, criticalPath, findCycle, layers, timing } from '@cantata/core';
import { describe, expect, test } from 'vitest';
import { installed, type RealGraph, realGraphs } from './load.ts';

const edgesOf = ({ sources, targets }: RealGraph): Set<string> =>
  new Set(sources.map((source, i) => `${source} -> ${targets[i]}`));

/** By going through all edges once for every step. */
function fewestSteps({ sources, targets }: RealGraph, from: number, to: number): number {
  const reached = new Set([from]);
  for (let steps = 1; ; steps++) {
    const next = targets.filter((target, e) => reached.has(sources[e] ?? -1) && !reached.has(target));
    if (next.includes(to)) return steps;
    if (next.length === 0) return Number.POSITIVE_INFINITY;
    for (const v of next) reached.add(v);
  }
}

describe.each(realGraphs())('$name', (real) => {
  const { graph, sources, targets, durations } = real;
  const sorted = layers(graph);

  test('is accepted: it has an order in which every vertex comes after all it waits for', () => {
    expect(sorted.acyclic).toBe(true);
    expect(findCycle(graph)).toBeUndefined();
    const place = new Uint32Array(graph.size);
    for (const [i, v] of sorted.order.entries()) place[v] = i;
    expect(sources.every((source, i) => (place[source] ?? 0) < (place[targets[i] ?? 0] ?? 0))).toBe(true);
  });

  test('has a critical path that is a way through it, without slack', () => {
    const path = criticalPath(graph, sorted, durations);
    const { slack, length } = timing(graph, sorted, durations);
    const edges = edgesOf(real);
    expect(path.vertices.slice(1).every((v, i) => edges.has(`${path.vertices[i]} -> ${v}`))).toBe(true);
    expect(path.vertices.every((v) => slack[v] === 0)).toBe(true);
    expect(path.vertices.reduce((sum, v) => sum + (durations[v] ?? 0), 0)).toBe(length);
  });

  test('is refused with the shortest circle when the end of a long way comes before its start', () => {
    const { vertices } = criticalPath(graph, sorted, durations);
    const [first, last] = [vertices.at(0) ?? -1, vertices.at(-1) ?? -1];
    const closed = buildGraph(graph.size, [...sources, last], [...targets, first]);
    expect(layers(closed).acyclic).toBe(false);
    const cycle = findCycle(closed) ?? [];
    // Without the new edge there is no circle, so each leads through it, and back by a way of the graph.
    const turn = cycle.findIndex((v, i) => v === last && cycle[i + 1] === first);
    const wayBack = [...cycle.slice(turn + 1, -1), ...cycle.slice(0, turn + 1)];
    expect([wayBack.at(0), wayBack.at(-1)]).toEqual([first, last]);
    const edges = edgesOf(real);
    expect(wayBack.slice(1).every((v, i) => edges.has(`${wayBack[i]} -> ${v}`))).toBe(true);
    expect(wayBack.length - 1).toBe(fewestSteps(real, first, last));
  });
});

test('packages that wait for their peers are refused with a circle that is in the lock file', () => {
  const real = installed('with peers');
  const cycle = findCycle(real.graph) ?? [];
  expect(layers(real.graph).acyclic).toBe(false);
  expect(cycle.at(-1)).toBe(cycle[0]);
  const edges = edgesOf(real);
  expect(cycle.slice(1).every((v, i) => edges.has(`${cycle[i]} -> ${v}`))).toBe(true);
  expect(cycle.map((v) => real.packages[v])).toContain('node_modules/vitest');
});

test('their sizes are those of the systems they were taken from', () => {
  const sizes = Object.fromEntries(realGraphs().map(({ name, graph }) => [name, graph.size]));
  expect(sizes).toMatchObject({ pipeline: 76, montage: 472, epigenomics: 1_695, commits: 10_067 });
  expect(sizes['installed, needed']).toBeGreaterThan(100);
});
