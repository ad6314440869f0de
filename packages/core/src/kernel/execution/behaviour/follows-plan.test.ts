/** A run whose agents take exactly what was estimated goes as its plan said it would: the same work at the same time. */
import { aPlan, completes, given, starts, type TaskSketch } from '@cantata/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from '../../../plan/plan.ts';
import { schedule } from '../../../plan/schedule.ts';
import { labelOf } from '../lookup.ts';

const anyTask = fc.record({
  dependencies: fc.array(fc.nat(14), { maxLength: 3 }),
  // So large that two agents never end at the same moment: who is told first would decide then.
  durationMs: fc.integer({ min: 1_000_000, max: 1_000_000_000 }),
  priority: fc.constantFrom(0, 0, 0, 5),
  group: fc.constantFrom('a', 'b'),
  parallel: fc.constant(false),
});

const anyPlan = fc
  .tuple(
    fc.array(anyTask, { minLength: 1, maxLength: 15 }),
    fc.record({ a: fc.integer({ min: 1, max: 3 }), b: fc.integer({ min: 1, max: 2 }) }),
  )
  .map(([sketches, agents]): Plan => {
    const tasks = sketches.map(({ dependencies, durationMs, group, ...rest }, n): [string, TaskSketch] => {
      const dependsOn = [...new Set(dependencies.filter((other) => other < n))].map((other) => `t${other}`);
      return [`t${n}`, { ...rest, dependsOn, agent: group, estimate: { durationMs } }];
    });
    return aPlan({ agents, tasks: Object.fromEntries(tasks) });
  });

/** When each task starts, by its index. */
function carriedOut(plan: Plan): Map<number, number> {
  const run = given(plan).commands(starts({ timeoutMs: Number.MAX_SAFE_INTEGER / 4 }));
  const startedAt = new Map<number, number>();
  const endOf = (item: { readonly task: number }): number =>
    (startedAt.get(item.task) ?? 0) + (plan.tasks[item.task]?.estimate.durationMs ?? 0);
  for (let now = 0; ; ) {
    for (const { task } of run.state.inFlight) if (!startedAt.has(task)) startedAt.set(task, now);
    const [next] = [...run.state.inFlight].toSorted((a, b) => endOf(a) - endOf(b));
    if (next === undefined) return startedAt;
    now = endOf(next);
    run.at(now).commands(completes(labelOf(run.state, next)));
  }
}

test('a run follows its plan when every agent takes what was estimated', () => {
  fc.assert(
    fc.property(anyPlan, (plan) => {
      // Of equals the run serves who is ready first, the plan who stands first in the document.
      fc.pre(new Set(plan.places).size === plan.places.length);
      const { slots } = schedule(plan);
      const planned = new Map([...slots.task].map((task, row) => [task, slots.startMs[row] as number]));
      const ends = [...slots.endMs];
      fc.pre(new Set(ends).size === ends.length);
      expect(Object.fromEntries(carriedOut(plan))).toEqual(Object.fromEntries(planned));
    }),
    { numRuns: 300 },
  );
});
