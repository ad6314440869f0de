/** Plans of tasks that need no seat. */
import { aDefinition, aPlan } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../errors.ts';
import { createPlan } from './plan.ts';
import { schedule } from './schedule.ts';
import { suggest } from './suggestions.ts';

const minute = { kind: 'for', forMs: 60_000 } as const;
const takes = (durationMs: number) => ({ estimate: { durationMs } });

describe('tasks that need no seat', () => {
  const plan = aPlan({
    tasks: {
      a: takes(10_000),
      b: { dependsOn: ['a'], wait: minute },
      c: { dependsOn: ['a'], wait: minute },
      d: { ...takes(5_000), dependsOn: ['b', 'c'] },
    },
  });

  test('share one pool without groups', () => {
    expect(plan.seatless).toBe(1);
    expect(plan.pools).toEqual([
      { index: 0, groups: [0], seatCount: 1 },
      { index: 1, groups: [], seatCount: Number.POSITIVE_INFINITY },
    ]);
    expect(plan.tasks.map(({ pool }) => pool)).toEqual([0, 1, 1, 0]);
    expect(aPlan().seatless).toBeUndefined();
  });

  test('take as long as the document says', () => {
    expect(plan.tasks[1]?.estimate).toEqual({ durationMs: 60_000, source: 'declared' });
    expect(aPlan({ tasks: { a: { ...takes(5), wait: minute } } }).tasks[0]?.estimate.durationMs).toBe(5);
  });

  test('wait at the same time, however few seats there are, and count as nobody’s work', () => {
    const { slots, makespanMs, workMs, turns, peakParallelism, busyMsOfSeat } = schedule(plan);
    expect(makespanMs).toBe(75_000);
    expect({ workMs, turns, peakParallelism }).toEqual({ workMs: 15_000, turns: 2, peakParallelism: 1 });
    expect([...busyMsOfSeat]).toEqual([15_000]);
    expect([...slots.seat]).toEqual([0, -1, -1, 0]);
    expect([...slots.startMs]).toEqual([0, 10_000, 10_000, 70_000]);
    expect([...slots.endMs]).toEqual([10_000, 70_000, 70_000, 75_000]);
  });

  test('have one item unless others are given', () => {
    const sketch = { tasks: { a: { parallel: true, wait: minute } } };
    const { slots } = schedule(aPlan(sketch));
    expect({ items: slots.item, seats: slots.seat }).toEqual({
      items: Int32Array.of(0),
      seats: Int32Array.of(-1),
    });
    const three = createPlan(aDefinition(sketch), undefined, new Map([['a', 3]]));
    expect(schedule(three).slots.item).toEqual(Int32Array.of(0, 1, 2));
  });

  test('fit limits that leave no seat', () => {
    const waits = aPlan({ tasks: { a: { wait: minute } } });
    expect(schedule(waits, { seats: 0 }).makespanMs).toBe(60_000);
    expect(() => schedule(plan, { seats: 0 })).toThrow(CantataError);
  });

  test('come one after the other without an agent between', () => {
    const chain = aPlan({ tasks: { a: { wait: minute }, b: { dependsOn: ['a'], wait: minute } } });
    expect(schedule(chain).makespanMs).toBe(120_000);
  });

  test('are nothing that more seats make shorter', () => {
    const suggestions = suggest(plan, schedule(plan));
    expect(suggestions).toEqual([]);
  });
});
