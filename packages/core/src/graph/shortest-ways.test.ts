import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyGraph, distanceIn, graphOf, ring } from '../../test/graphs.ts';
import { ShortestWays } from './shortest-ways.ts';

const ENOUGH = 1_000;

describe('a shortest way', () => {
  test('is a way, and as short as any; one search does not disturb the next', () => {
    fc.assert(
      fc.property(anyGraph(8), (sample) => {
        const ways = new ShortestWays(graphOf(sample), ENOUGH);
        for (let from = 0; from < sample.size; from++) {
          for (let to = 0; to < sample.size; to++) {
            const way = ways.find(from, to, sample.size);
            const distance = distanceIn(sample, from, to);
            expect((way?.length ?? Number.POSITIVE_INFINITY) - 1).toBe(distance);
            if (way === undefined) continue;
            expect([way.at(0), way.at(-1)]).toEqual([from, to]);
            for (let i = 1; i < way.length; i++) expect(sample.edges).toContainEqual([way[i - 1], way[i]]);
          }
        }
      }),
    );
  });

  test('is found up to the length that is asked for, and not beyond', () => {
    const ways = new ShortestWays(ring(10), ENOUGH);
    expect(ways.find(2, 6, 4)).toEqual([2, 3, 4, 5, 6]);
    expect(ways.find(2, 6, 3)).toBeUndefined();
    expect(ways.find(2, 2, 0)).toBeUndefined();
  });

  test('does not lead through what is closed', () => {
    const ways = new ShortestWays(ring(4), ENOUGH);
    ways.closed[2] = 1;
    expect(ways.find(1, 3, 4)).toBeUndefined();
  });

  test('is not found when the effort is spent, which is one for every edge looked at', () => {
    const ways = new ShortestWays(ring(4), 4);
    expect(ways.find(0, 3, 4)).toEqual([0, 1, 2, 3]);
    expect(ways.effort).toBe(1);
    expect(ways.find(0, 2, 4)).toBeUndefined();
  });
});
