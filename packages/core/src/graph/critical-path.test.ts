import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anyTimedGraph,
  chain,
  graphOf,
  predecessorsIn,
  successorsIn,
  type TimedSample,
} from '../../test/graphs.ts';
import { type CriticalPath, criticalPath, type Timing, timing, upwardRanks } from './critical-path.ts';
import { buildGraph } from './graph.ts';
import { layers } from './layers.ts';

const MILLION = 1_000_000;

/** Every path from every vertex, by recursion. */
function longestFrom(sample: TimedSample, v: number): number {
  const rests = successorsIn(sample, v).map((w) => longestFrom(sample, w));
  return (sample.durations[v] as number) + Math.max(0, ...rests);
}

/** Every path to every vertex, without the vertex itself. */
function longestTo(sample: TimedSample, v: number): number {
  const ways = predecessorsIn(sample, v).map((u) => longestTo(sample, u) + (sample.durations[u] as number));
  return Math.max(0, ...ways);
}

const vertices = ({ size }: TimedSample): readonly number[] => Array.from({ length: size }, (_, v) => v);

const longest = (sample: TimedSample): number =>
  Math.max(...vertices(sample).map((v) => longestFrom(sample, v)));

function pathOf(sample: TimedSample): CriticalPath {
  const graph = graphOf(sample);
  return criticalPath(graph, layers(graph), Float64Array.from(sample.durations));
}

function timingOf(sample: TimedSample): Timing {
  const graph = graphOf(sample);
  return timing(graph, layers(graph), Float64Array.from(sample.durations));
}

describe('the critical path', () => {
  test('is as long as the longest of all paths', () => {
    fc.assert(
      fc.property(anyTimedGraph(8), (sample) => {
        expect(pathOf(sample).length).toBe(longest(sample));
      }),
    );
  });

  test('is a path of the graph whose durations add up to its length', () => {
    fc.assert(
      fc.property(anyTimedGraph(10), (sample) => {
        const path = pathOf(sample);
        const sum = path.vertices.reduce((total, v) => total + (sample.durations[v] as number), 0);
        expect(sum).toBe(path.length);
        for (let i = 1; i < path.vertices.length; i++) {
          expect(sample.edges).toContainEqual([path.vertices[i - 1], path.vertices[i]]);
        }
      }),
    );
  });

  test('begins at a vertex that waits for nothing and ends at one that nothing waits for', () => {
    fc.assert(
      fc.property(anyTimedGraph(10), (sample) => {
        const path = pathOf(sample);
        expect(predecessorsIn(sample, path.vertices.at(0) as number)).toEqual([]);
        expect(successorsIn(sample, path.vertices.at(-1) as number)).toEqual([]);
      }),
    );
  });

  test('of an empty graph is empty', () => {
    const graph = buildGraph(0, [], []);
    expect(criticalPath(graph, layers(graph), new Float64Array())).toEqual({ length: 0, vertices: [] });
  });

  test('runs through 1,000,000 vertices in a row', () => {
    const graph = chain(MILLION);
    const path = criticalPath(graph, layers(graph), new Float64Array(MILLION).fill(2));
    expect(path.length).toBe(2 * MILLION);
    expect(path.vertices).toHaveLength(MILLION);
  });
});

describe('the timing', () => {
  test('ranks a vertex by the longest way from its start to an end', () => {
    fc.assert(
      fc.property(anyTimedGraph(8), (sample) => {
        const expected = vertices(sample).map((v) => longestFrom(sample, v));
        expect([...timingOf(sample).rank]).toEqual(expected);
        const graph = graphOf(sample);
        const ranks = upwardRanks(graph, layers(graph), Float64Array.from(sample.durations));
        expect([...ranks]).toEqual(expected);
      }),
    );
  });

  test('starts a vertex when the longest way to it ends', () => {
    fc.assert(
      fc.property(anyTimedGraph(8), (sample) => {
        const expected = vertices(sample).map((v) => longestTo(sample, v));
        expect([...timingOf(sample).earliestStart]).toEqual(expected);
      }),
    );
  });

  test('gives as slack exactly what a vertex may take longer without making the whole longer', () => {
    fc.assert(
      fc.property(anyTimedGraph(8), fc.nat(), (sample, any) => {
        const v = any % sample.size;
        const { length, slack } = timingOf(sample);
        expect(length).toBe(longest(sample));
        const late = (by: number): number =>
          longest({ ...sample, durations: sample.durations.map((ms, w) => (w === v ? ms + by : ms)) });
        expect(late(slack[v] as number)).toBe(length);
        expect(late((slack[v] as number) + 1)).toBe(length + 1);
      }),
    );
  });

  test('leaves no slack along the critical path', () => {
    fc.assert(
      fc.property(anyTimedGraph(10), (sample) => {
        const { slack } = timingOf(sample);
        for (const v of pathOf(sample).vertices) expect(slack[v]).toBe(0);
      }),
    );
  });

  test('has no negative slack where the rounding of fractions would give one', () => {
    const durations = [0.1, 0.2, 0.3];
    const sum = 0.1 + 0.2 + 0.3;
    expect(0.1 + (0.2 + 0.3)).toBeLessThan(sum);
    const graph = chain(3);
    expect([...timing(graph, layers(graph), Float64Array.from(durations)).slack]).toEqual([0, 0, 0]);
  });

  test('of 1,000,000 vertices in a row ends when the last of them does', () => {
    const graph = chain(MILLION);
    const { length, earliestStart, rank, slack } = timing(
      graph,
      layers(graph),
      new Float64Array(MILLION).fill(2),
    );
    expect(length).toBe(2 * MILLION);
    expect(earliestStart.at(-1)).toBe(2 * (MILLION - 1));
    expect(rank.at(-1)).toBe(2);
    expect(slack.some((ms) => ms > 0)).toBe(false);
  });
});
