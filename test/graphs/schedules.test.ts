// Schedules of graphs that nobody made up: whatever their shape, the makespan keeps the bounds that are proven.

import { createPlan, type Plan, schedule } from '@cantata/core';
import { aDefinition } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { type RealGraph, realGraphs } from './load.ts';

const SEATS = [1, 2, 4, 16, 64];

function planOf({ graph, sources, targets, durations }: RealGraph, count: number): Plan {
  const dependsOn = Array.from({ length: graph.size }, () => new Set<string>());
  for (const [i, target] of targets.entries()) dependsOn[target]?.add(`t${sources[i]}`);
  const tasks = dependsOn.map((before, v) => {
    const sketch = { dependsOn: [...before], estimate: { durationMs: durations[v] as number } };
    return [`t${v}`, sketch];
  });
  return createPlan(aDefinition({ agents: { workers: count }, tasks: Object.fromEntries(tasks) }));
}

describe.each(realGraphs())('$name', (real) => {
  test.each(SEATS)('on %i seats ends between max(C, W/P) and W/P + C(1 - 1/P)', (seats) => {
    const { makespanMs, workMs, criticalPathMs, peakParallelism } = schedule(planOf(real, seats));
    // Runtimes were measured to fractions, and sums of fractions depend on their order.
    const rounding = workMs * 1e-12;
    expect(makespanMs).toBeGreaterThanOrEqual(Math.max(criticalPathMs, workMs / seats) - rounding);
    expect(makespanMs).toBeLessThanOrEqual(workMs / seats + criticalPathMs * (1 - 1 / seats) + rounding);
    expect(peakParallelism).toBeLessThanOrEqual(seats);
  });

  test('takes as long as its work on one seat, and as its critical path on a seat for every task', () => {
    const alone = schedule(planOf(real, 1));
    expect(alone.makespanMs).toBeCloseTo(alone.workMs, 3);
    const together = schedule(planOf(real, real.graph.size));
    expect(together.makespanMs).toBeCloseTo(together.criticalPathMs, 3);
  });
});
