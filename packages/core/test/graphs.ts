/** Small graphs at random, as lists of edges that brute force can walk, and large ones with a shape. */
import fc from 'fast-check';
import { buildGraph, type Graph } from '../src/graph/graph.ts';

export type Edge = readonly [from: number, to: number];

export interface Sample {
  readonly size: number;
  readonly edges: readonly Edge[];
}

export interface TimedSample extends Sample {
  readonly durations: readonly number[];
}

export const graphOf = ({ size, edges }: Sample): Graph =>
  buildGraph(
    size,
    edges.map(([from]) => from),
    edges.map(([, to]) => to),
  );

/** With doubles, loops and cycles. */
export const anyGraph = (maxSize: number): fc.Arbitrary<Sample> =>
  fc.integer({ min: 1, max: maxSize }).chain((size) => {
    const vertex = fc.nat(size - 1);
    return fc.record({
      size: fc.constant(size),
      edges: fc.array(fc.tuple(vertex, vertex), { maxLength: size * 2 }),
    });
  });

/** Edges from lower to higher, under a random renaming, so that the numbers say nothing about the order. */
export const anyAcyclicGraph = (maxSize: number): fc.Arbitrary<Sample> =>
  anyGraph(maxSize).chain(({ size, edges }) =>
    fc
      .shuffledSubarray(
        Array.from({ length: size }, (_, v) => v),
        { minLength: size },
      )
      .map((name) => ({
        size,
        edges: edges
          .filter(([a, b]) => a !== b)
          .map(([a, b]): Edge => [name[Math.min(a, b)] as number, name[Math.max(a, b)] as number]),
      })),
  );

export const anyTimedGraph = (maxSize: number): fc.Arbitrary<TimedSample> =>
  anyAcyclicGraph(maxSize).chain((sample) =>
    fc
      .array(fc.nat(20), { minLength: sample.size, maxLength: sample.size })
      .map((durations) => ({ ...sample, durations })),
  );

export const successorsIn = ({ edges }: Sample, v: number): readonly number[] =>
  edges.filter(([from]) => from === v).map(([, to]) => to);

export const predecessorsIn = ({ edges }: Sample, v: number): readonly number[] =>
  edges.filter(([, to]) => to === v).map(([from]) => from);

/** `0 -> 1 -> ... -> size - 1` */
export const chain = (size: number): Graph =>
  buildGraph(
    size,
    Array.from({ length: size - 1 }, (_, v) => v),
    Array.from({ length: size - 1 }, (_, v) => v + 1),
  );

/** The chain, closed by an edge from the last vertex to the first. */
export const ring = (size: number): Graph =>
  buildGraph(
    size,
    Array.from({ length: size }, (_, v) => v),
    Array.from({ length: size }, (_, v) => (v + 1) % size),
  );

/** What a vertex reaches by one edge or more: itself only if it lies on a cycle. */
export function reachedIn(sample: Sample, start: number): ReadonlySet<number> {
  const reached = new Set<number>();
  const waiting = [start];
  for (let v = waiting.pop(); v !== undefined; v = waiting.pop()) {
    for (const w of successorsIn(sample, v)) {
      if (!reached.has(w)) waiting.push(w);
      reached.add(w);
    }
  }
  return reached;
}

/** The least number of edges, one or more, from a vertex to another; infinite where there is no way. */
export function distanceIn({ edges }: Sample, from: number, to: number): number {
  let front = new Set([from]);
  const seen = new Set<number>();
  for (let length = 1; front.size > 0; length++) {
    const next = new Set(edges.filter(([source]) => front.has(source)).map(([, target]) => target));
    if (next.has(to)) return length;
    front = new Set([...next].filter((v) => !seen.has(v)));
    for (const v of front) seen.add(v);
  }
  return Number.POSITIVE_INFINITY;
}
