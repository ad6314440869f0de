import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyAcyclicGraph, chain, graphOf, reachedIn, type Sample } from '../../test/graphs.ts';
import { UndoOrder, type UndoStep } from './saga.ts';

interface Named extends UndoStep {
  readonly name: string;
}

const step = (task: number, activation = 1, generation = 0, item = 0): Named => ({
  task,
  activation,
  generation,
  name: `${task}[${item}]#${activation}@${generation}`,
});

/** All that is undone at the same time, wave after wave. */
function waves(graph: Sample, steps: readonly Named[]): readonly (readonly string[])[] {
  const order = new UndoOrder(graphOf(graph), steps);
  const found: string[][] = [];
  for (let wave = order.first(); wave.length > 0; wave = wave.flatMap((one) => order.done(one)))
    found.push(wave.map(({ name }) => name).toSorted());
  expect(order.isDone).toBe(true);
  return found;
}

/** The definition, said once more: what must be undone before `step`. */
function isBefore(graph: Sample, one: UndoStep, other: UndoStep): boolean {
  if (one.generation !== other.generation) return one.generation > other.generation;
  if (one.task === other.task) return one.activation > other.activation;
  return reachedIn(graph, other.task).has(one.task);
}

const anyRun = anyAcyclicGraph(9).chain((graph) =>
  fc.record({
    graph: fc.constant(graph),
    steps: fc.array(
      fc
        .record({
          task: fc.nat(graph.size - 1),
          activation: fc.integer({ min: 1, max: 3 }),
          generation: fc.nat(2),
        })
        .map((one): Named => ({ ...one, name: JSON.stringify(one) })),
      { maxLength: 12 },
    ),
    picks: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
  }),
);

describe('what was done is undone', () => {
  test('in reverse', () => {
    const graph = {
      size: 3,
      edges: [
        [0, 1],
        [1, 2],
      ],
    } as const;
    expect(waves(graph, [step(0), step(1), step(2)])).toEqual([['2[0]#1@0'], ['1[0]#1@0'], ['0[0]#1@0']]);
  });

  test('in reverse through tasks that did nothing', () => {
    const graph = {
      size: 3,
      edges: [
        [0, 1],
        [1, 2],
      ],
    } as const;
    expect(waves(graph, [step(0), step(2)])).toEqual([['2[0]#1@0'], ['0[0]#1@0']]);
  });

  test('at the same time where nothing was built on something else', () => {
    const graph = {
      size: 3,
      edges: [
        [0, 1],
        [0, 2],
      ],
    } as const;
    expect(waves(graph, [step(0), step(1), step(2, 1, 0, 0), step(2, 1, 0, 1)])).toEqual([
      ['1[0]#1@0', '2[0]#1@0', '2[1]#1@0'],
      ['0[0]#1@0'],
    ]);
  });

  test('the last round of a task first', () => {
    const graph = { size: 2, edges: [[0, 1]] } as const;
    expect(waves(graph, [step(0, 1), step(0, 2), step(1, 1)])).toEqual([
      ['1[0]#1@0'],
      ['0[0]#2@0'],
      ['0[0]#1@0'],
    ]);
  });

  test('what came after a jump back first', () => {
    const graph = { size: 2, edges: [[0, 1]] } as const;
    expect(waves(graph, [step(0, 1, 0), step(1, 1, 0), step(0, 2, 1)])).toEqual([
      ['0[0]#2@1'],
      ['1[0]#1@0'],
      ['0[0]#1@0'],
    ]);
  });

  test('not at all where nothing was', () => {
    expect(waves({ size: 2, edges: [[0, 1]] }, [])).toEqual([]);
  });

  test('along a chain of 200,000 tasks without a stack overflow', () => {
    const order = new UndoOrder(chain(200_000), [step(0), step(199_999)]);
    expect(order.first()).toEqual([step(199_999)]);
    expect(order.done(step(199_999))).toEqual([step(0)]);
  });
});

test('by any choice among what is free, each step is free exactly when all that must come before it are undone', () => {
  fc.assert(
    fc.property(anyRun, ({ graph, steps, picks }) => {
      const order = new UndoOrder(graphOf(graph), steps);
      const left = new Set(steps);
      const free = new Set(order.first());
      for (const pick of picks) {
        const expected = [...left].filter((one) => ![...left].some((other) => isBefore(graph, other, one)));
        expect(new Set(free)).toEqual(new Set(expected));
        expect(order.isDone).toBe(left.size === 0);
        if (free.size === 0) break;
        const one = [...free][pick % free.size] as Named;
        free.delete(one);
        left.delete(one);
        for (const freed of order.done(one)) free.add(freed);
      }
    }),
    { numRuns: 500 },
  );
});

test('an order that is made anew of what is left goes on where the other stood', () => {
  fc.assert(
    fc.property(anyRun, ({ graph, steps, picks }) => {
      const order = new UndoOrder(graphOf(graph), steps);
      const left = new Set(steps);
      const free = new Set(order.first());
      for (const pick of picks) {
        expect(new Set(new UndoOrder(graphOf(graph), left).first())).toEqual(free);
        if (free.size === 0) break;
        const one = [...free][pick % free.size] as Named;
        free.delete(one);
        left.delete(one);
        for (const freed of order.done(one)) free.add(freed);
      }
    }),
  );
});
