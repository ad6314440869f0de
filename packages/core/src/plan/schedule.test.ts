import { aComputed, aPlan, type DefinitionSketch, type TaskSketch } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../errors.ts';
import { nth } from '../nth.ts';
import { createPlan, type Plan } from './plan.ts';
import { type Limits, MAX_ITEMS, type Schedule, schedule } from './schedule.ts';

const GIB = 1024 ** 3;

/** `task:seat start-end` of every slot, in order of start. */
function rows(plan: Plan, { slots }: Schedule): readonly string[] {
  return Array.from(slots.task, (task, row) => {
    const item = slots.item[row] === -1 ? '' : `[${slots.item[row]}]`;
    const seat = nth(plan.seats, slots.seat[row] as number).id;
    return `${nth(plan.tasks, task).id}${item}:${seat} ${slots.startMs[row]}-${slots.endMs[row]}`;
  });
}

function taking(durationMs: number, more: TaskSketch = {}): TaskSketch {
  return { estimate: { durationMs }, ...more };
}

describe('a schedule', () => {
  test('has as many items of a task at work as it allows, and others in their place', () => {
    const plan = aPlan({
      agents: { workers: 3 },
      tasks: {
        each: taking(10, { parallel: true, maxConcurrency: 2, priority: 1 }),
        other: taking(25),
      },
    });
    expect(rows(plan, schedule(plan))).toEqual([
      'each[0]:workers-1 0-10',
      'each[1]:workers-2 0-10',
      'other:workers-3 0-25',
      'each[2]:workers-1 10-20',
    ]);
  });

  test('has sub-workflows run in rounds of as many as may be', () => {
    const forEach = { ...aComputed(() => []), source: [1, 2, 3] };
    const plan = aPlan({
      tasks: {
        each: taking(10, { workflow: 'inner', parallel: true, forEach, maxConcurrency: 2 }),
        after: taking(5, { dependsOn: ['each'] }),
      },
    });
    const { slots } = schedule(plan);
    expect(Array.from(slots.task, (_, row) => [slots.startMs[row], slots.endMs[row]])).toEqual([
      [0, 10],
      [0, 10],
      [10, 20],
      [20, 25],
    ]);
  });

  test('starts a task when all it depends on have ended', () => {
    const plan = aPlan({
      agents: { workers: 2 },
      tasks: {
        a: taking(10),
        b: taking(20, { dependsOn: ['a'] }),
        c: taking(5, { dependsOn: ['a'] }),
        d: taking(1, { dependsOn: ['b', 'c'] }),
      },
    });
    const made = schedule(plan);
    expect(rows(plan, made)).toEqual([
      'a:workers-1 0-10',
      'b:workers-1 10-30',
      'c:workers-2 10-15',
      'd:workers-1 30-31',
    ]);
    expect(made).toMatchObject({ makespanMs: 31, workMs: 36, criticalPathMs: 31, peakParallelism: 2 });
    expect([...made.busyMsOfSeat]).toEqual([31, 5]);
    expect([...made.peakSeatsOfGroup]).toEqual([2]);
  });

  test('serves the task first from which the way to the end is longest', () => {
    const plan = aPlan({
      tasks: { a: taking(1), b: taking(2), c: taking(3), end: taking(9, { dependsOn: ['b'] }) },
    });
    expect(rows(plan, schedule(plan)).map((row) => row[0])).toEqual(['b', 'e', 'c', 'a']);
  });

  test('serves a higher priority before a longer way, and equal tasks as the document lists them', () => {
    const plan = aPlan({
      tasks: { a: taking(5), b: taking(9), c: taking(1, { priority: 1 }), d: taking(5) },
    });
    expect(rows(plan, schedule(plan)).map((row) => row[0])).toEqual(['c', 'b', 'a', 'd']);
  });

  test('lets a task that became ready later pass those that wait, if it comes first in the list', () => {
    const plan = aPlan({
      agents: { fast: 1, slow: 1 },
      tasks: {
        gate: taking(5, { agent: 'fast' }),
        first: taking(5, { agent: 'slow' }),
        small: taking(1, { agent: 'slow' }),
        urgent: taking(1, { agent: 'slow', dependsOn: ['gate'], priority: 9 }),
      },
    });
    expect(rows(plan, schedule(plan)).slice(2)).toEqual(['urgent:slow 5-6', 'small:slow 6-7']);
  });

  test('takes a parallel task to have as many items as its pool has seats', () => {
    const plan = aPlan({
      agents: { workers: 3 },
      tasks: { a: taking(4, { parallel: true }), b: taking(1, { dependsOn: ['a'] }) },
    });
    expect(rows(plan, schedule(plan))).toEqual([
      'a[0]:workers-1 0-4',
      'a[1]:workers-2 0-4',
      'a[2]:workers-3 0-4',
      'b:workers-1 4-5',
    ]);
  });

  test('uses the group with most free seats of all that can do a task, as the engine does', () => {
    const plan = aPlan({
      agents: { one: { count: 1, capabilities: ['x'] }, two: { count: 2, capabilities: ['x'] } },
      tasks: { a: taking(1, { requires: ['x'], parallel: true }), b: taking(1, { agent: 'one' }) },
    });
    expect(rows(plan, schedule(plan))).toEqual([
      'a[0]:two-1 0-1',
      'a[1]:one 0-1',
      'a[2]:two-2 0-1',
      'b:one 1-2',
    ]);
  });

  test('passes work that takes no time without holding a seat', () => {
    const plan = aPlan({ tasks: { a: taking(0), b: taking(0, { dependsOn: ['a'] }), c: taking(3) } });
    expect(schedule(plan)).toMatchObject({ makespanMs: 3, peakParallelism: 1 });
  });

  test('of no task at all is empty', () => {
    const made = schedule(aPlan({ tasks: {} }));
    expect(made).toMatchObject({ makespanMs: 0, workMs: 0, peakParallelism: 0, cost: undefined, guessed: 0 });
    expect(made.slots.task).toHaveLength(0);
  });

  test('adds up the cost of all items whose cost is known, and says of how many tasks', () => {
    const plan = aPlan({
      agents: { workers: 4 },
      tasks: {
        a: { estimate: { durationMs: 1, cost: 0.5 }, parallel: true },
        b: { estimate: { cost: 3 } },
        c: taking(1),
      },
    });
    expect(schedule(plan)).toMatchObject({ cost: 5, tasksWithCost: 2, guessed: 1 });
  });

  test('leaves items out rather than growing without bound', () => {
    const tasks = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`t${n}`, taking(1, { parallel: true })]),
    );
    const made = schedule(aPlan({ agents: { workers: 10_000 }, tasks: { ...tasks, last: taking(1) } }));
    expect(made.slots.task.length).toBeLessThanOrEqual(MAX_ITEMS);
    expect(made.slots.task.length).toBeGreaterThan(MAX_ITEMS - 40);
    expect(made.slots.task.length + made.itemsLeftOut).toBe(400_001);
  });
});

describe('limits', () => {
  const plan = aPlan({
    agents: {
      big: { count: 2, resources: { cpuMillis: 3_000, memoryBytes: 2 * GIB } },
      small: { count: 2, resources: { cpuMillis: 1_000 } },
    },
    tasks: {
      a: taking(4, { agent: 'big' }),
      b: taking(3, { agent: 'big' }),
      c: taking(2, { agent: 'small' }),
      d: taking(1, { agent: 'small' }),
    },
  });

  test('are not there unless given: what is asked for is reported', () => {
    expect(schedule(plan)).toMatchObject({
      makespanMs: 4,
      peakParallelism: 4,
      peakCpuMillis: 8_000,
      peakMemoryBytes: 4 * GIB,
    });
  });

  test.each<[Limits, readonly string[]]>([
    [{ cpuMillis: 4_000 }, ['a:big-1 0-4', 'c:small-1 0-2', 'd:small-1 2-3', 'b:big-1 4-7']],
    [{ memoryBytes: 3 * GIB }, ['a:big-1 0-4', 'c:small-1 0-2', 'd:small-2 0-1', 'b:big-1 4-7']],
    [{ seats: 1 }, ['a:big-1 0-4', 'b:big-1 4-7', 'c:small-1 7-9', 'd:small-1 9-10']],
  ])('of %j are kept, and what fits goes on beside what does not', (limits, expected) => {
    expect(rows(plan, schedule(plan, limits))).toEqual(expected);
  });

  test('that a task cannot meet even alone are refused', () => {
    expect(() => schedule(plan, { cpuMillis: 2_000 })).toThrow(
      new CantataError('limits_too_low', 'no agent that can do the task a fits the limits'),
    );
  });

  test('may shut out one of the groups that can do a task', () => {
    const shared = aPlan({
      agents: {
        huge: { count: 3, capabilities: ['x'], resources: { cpuMillis: 9_000 } },
        tiny: { count: 1, capabilities: ['x'], resources: { cpuMillis: 1_000 } },
      },
      tasks: { a: taking(1, { requires: ['x'] }), b: taking(1, { requires: ['x'] }) },
    });
    expect(rows(shared, schedule(shared, { cpuMillis: 8_000 }))).toEqual(['a:tiny 0-1', 'b:tiny 1-2']);
  });
});

/** Small workflows with everything a schedule looks at. Task n depends on some of the tasks before it. */
function anySketch(size: { readonly tasks: number; readonly seats: number }): fc.Arbitrary<DefinitionSketch> {
  const agent = fc.record({
    count: fc.integer({ min: 1, max: size.seats }),
    capabilities: fc.subarray(['x', 'y']),
    resources: fc.record({ cpuMillis: fc.nat(4), memoryBytes: fc.nat(4) }),
  });
  const task = fc.record({
    durationMs: fc.nat(9),
    priority: fc.integer({ min: -1, max: 1 }),
    parallel: fc.boolean(),
    who: fc.constantFrom({ agent: 'g0' }, { agent: 'g1' }, { requires: [] }, { requires: ['x'] }),
    before: fc.array(fc.nat(size.tasks), { maxLength: 3 }),
  });
  return fc
    .record({
      agents: fc.tuple(agent, agent, agent),
      tasks: fc.array(task, { minLength: 1, maxLength: size.tasks }),
    })
    .map(({ agents: [g0, g1, g2], tasks }) => ({
      // Somebody can do everything.
      agents: { g0: { ...g0, capabilities: ['x', 'y'] }, g1, g2 },
      tasks: Object.fromEntries(
        tasks.map(({ durationMs, before, who, ...rest }, n) => {
          const dependsOn = [...new Set(before.filter((b) => b < n).map((b) => `t${b}`))];
          return [`t${n}`, { ...rest, ...who, dependsOn, estimate: { durationMs } }];
        }),
      ),
    }));
}

const anyLimits: fc.Arbitrary<Limits> = fc.record(
  {
    cpuMillis: fc.integer({ min: 4, max: 12 }),
    memoryBytes: fc.integer({ min: 4, max: 12 }),
    seats: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: [] },
);

const anySchedule = fc.tuple(anySketch({ tasks: 12, seats: 3 }), anyLimits).map(([sketch, limits]) => {
  const plan = aPlan(sketch);
  return { plan, limits, made: schedule(plan, limits) };
});

interface Slot {
  readonly task: number;
  readonly item: number;
  readonly seat: number;
  readonly start: number;
  readonly end: number;
}

function slotsOf({ slots }: Schedule): readonly Slot[] {
  return Array.from(slots.task, (task, row) => ({
    task,
    item: slots.item[row] as number,
    seat: slots.seat[row] as number,
    start: slots.startMs[row] as number,
    end: slots.endMs[row] as number,
  }));
}

const busyAt = (slots: readonly Slot[], time: number): readonly Slot[] =>
  slots.filter(({ start, end }) => start <= time && time < end);

const groupOf = (plan: Plan, { seat }: Slot) => nth(plan.groups, nth(plan.seats, seat).group);

function asked(plan: Plan, busy: readonly Slot[]): Required<Limits> {
  const sum = (of: (slot: Slot) => number | undefined): number =>
    busy.reduce((total, slot) => total + (of(slot) ?? 0), 0);
  return {
    seats: busy.length,
    cpuMillis: sum((slot) => groupOf(plan, slot).definition.resources.cpuMillis),
    memoryBytes: sum((slot) => groupOf(plan, slot).definition.resources.memoryBytes),
  };
}

function isWithin(amount: Required<Limits>, limits: Limits): boolean {
  return (['seats', 'cpuMillis', 'memoryBytes'] as const).every(
    (what) => amount[what] <= (limits[what] ?? Number.POSITIVE_INFINITY),
  );
}

describe('every schedule', () => {
  test('does each item of each task once, for as long as it takes, by who can do it', () => {
    fc.assert(
      fc.property(anySchedule, ({ plan, made }) => {
        const slots = slotsOf(made);
        for (const task of plan.tasks) {
          const pool = nth(plan.pools, task.pool);
          const own = slots.filter((slot) => slot.task === task.index);
          const items = task.definition.parallel ? Array.from({ length: pool.seatCount }, (_, n) => n) : [-1];
          expect(own.map(({ item }) => item)).toEqual(items);
          for (const slot of own) {
            expect(slot.end - slot.start).toBe(task.estimate.durationMs);
            expect(pool.groups).toContain(groupOf(plan, slot).index);
          }
        }
      }),
    );
  });

  test('S1: starts nothing before what it depends on has ended', () => {
    fc.assert(
      fc.property(anySchedule, ({ plan, made }) => {
        const slots = slotsOf(made);
        for (const { task, start } of slots) {
          for (const before of nth(plan.tasks, task).dependsOn) {
            for (const { end } of slots.filter((slot) => slot.task === before)) {
              expect(end).toBeLessThanOrEqual(start);
            }
          }
        }
      }),
    );
  });

  test('S2: gives a seat one item at a time', () => {
    fc.assert(
      fc.property(anySchedule, ({ plan, made }) => {
        for (const { index } of plan.seats) {
          const own = slotsOf(made).filter(({ seat }) => seat === index);
          for (let i = 1; i < own.length; i++) {
            expect(nth(own, i).start).toBeGreaterThanOrEqual(nth(own, i - 1).end);
          }
        }
      }),
    );
  });

  test('S3: stays within the limits at every moment, and reports the most that is asked for', () => {
    fc.assert(
      fc.property(anySchedule, ({ plan, limits, made }) => {
        const slots = slotsOf(made);
        const peak = { seats: 0, cpuMillis: 0, memoryBytes: 0 };
        for (const { start } of slots) {
          const amount = asked(plan, busyAt(slots, start));
          expect(isWithin(amount, limits)).toBe(true);
          for (const what of ['seats', 'cpuMillis', 'memoryBytes'] as const) {
            peak[what] = Math.max(peak[what], amount[what]);
          }
        }
        if (slots.some(({ start, end }) => start === end)) return;
        expect(made.peakParallelism).toBe(peak.seats);
        expect(made.peakCpuMillis).toBe(peak.cpuMillis);
        expect(made.peakMemoryBytes).toBe(peak.memoryBytes);
      }),
    );
  });

  test('S4: is the same for the same plan and limits', () => {
    fc.assert(
      fc.property(anySketch({ tasks: 12, seats: 3 }), anyLimits, (sketch, limits) => {
        expect(schedule(aPlan(sketch), limits)).toEqual(schedule(aPlan(sketch), limits));
      }),
    );
  });

  test('leaves no seat free that a ready task could use', () => {
    fc.assert(
      fc.property(anySchedule, ({ plan, limits, made }) => {
        const slots = slotsOf(made);
        const endOf = (task: number) =>
          Math.max(0, ...slots.filter((slot) => slot.task === task).map(({ end }) => end));
        for (const late of slots) {
          const { dependsOn, pool } = nth(plan.tasks, late.task);
          const readyAt = Math.max(0, ...dependsOn.map(endOf));
          // Every moment at which something ends while the task is ready and waits, and the moment it became ready.
          const moments = [readyAt, ...slots.map(({ end }) => end)];
          for (const time of moments.filter((m) => m >= readyAt && m < late.start)) {
            const busy = busyAt(slots, time);
            for (const group of nth(plan.pools, pool).groups) {
              for (const seat of nth(plan.groups, group).seats) {
                if (busy.some((slot) => slot.seat === seat)) continue;
                expect(isWithin(asked(plan, [...busy, { ...late, seat }]), limits)).toBe(false);
              }
            }
          }
        }
      }),
    );
  });

  test('adds up: work, busy seats, makespan and what each group needs', () => {
    fc.assert(
      fc.property(anySchedule, ({ plan, made }) => {
        const slots = slotsOf(made);
        const work = slots.reduce((sum, { start, end }) => sum + end - start, 0);
        expect(made.workMs).toBe(work);
        expect(made.busyMsOfSeat.reduce((sum, ms) => sum + ms, 0)).toBe(work);
        expect(made.makespanMs).toBe(Math.max(...slots.map(({ end }) => end)));
        expect(made.criticalPathMs).toBeLessThanOrEqual(made.makespanMs);
        const starts = slots.map(({ start }) => start);
        expect(starts).toEqual(starts.toSorted((a, b) => a - b));
        for (const { index } of plan.groups) {
          const own = (time: number) =>
            busyAt(slots, time).filter((slot) => groupOf(plan, slot).index === index);
          expect(made.peakSeatsOfGroup[index]).toBeGreaterThanOrEqual(
            Math.max(...starts.map((start) => own(start).length)),
          );
        }
      }),
    );
  });
});

interface Shop {
  readonly plan: Plan;
  readonly seats: number;
  readonly durations: readonly number[];
  readonly dependsOn: readonly (readonly number[])[];
}

/** Tasks with priorities on equal seats: what is proven of list schedules is proven of these. */
const anyShop = (size: number): fc.Arbitrary<Shop> => {
  const task = fc.record({
    durationMs: fc.integer({ min: 1, max: 9 }),
    priority: fc.nat(1),
    before: fc.array(fc.nat(size), { maxLength: 3 }),
  });
  return fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.array(task, { minLength: 1, maxLength: size }))
    .map(([seats, tasks]) => {
      const dependsOn = tasks.map(({ before }, n) => [...new Set(before.filter((b) => b < n))]);
      const sketch = tasks.map(({ durationMs, priority }, n) => [
        `t${n}`,
        taking(durationMs, { priority, dependsOn: nth(dependsOn, n).map((b) => `t${b}`) }),
      ]);
      const plan = aPlan({ agents: { workers: seats }, tasks: Object.fromEntries(sketch) });
      return { plan, seats, durations: tasks.map(({ durationMs }) => durationMs), dependsOn };
    });
};

describe('on equal seats', () => {
  test('the makespan keeps the bounds that are proven: at least max(C, W/P), at most W/P + C(1 - 1/P)', () => {
    fc.assert(
      fc.property(anyShop(20), fc.option(fc.integer({ min: 1, max: 4 })), ({ plan, seats }, limit) => {
        const made = schedule(plan, limit === null ? {} : { seats: limit });
        const busy = Math.min(seats, limit ?? seats);
        const { workMs, criticalPathMs, makespanMs } = made;
        expect(makespanMs).toBeGreaterThanOrEqual(Math.max(criticalPathMs, workMs / busy));
        expect(makespanMs).toBeLessThanOrEqual(workMs / busy + criticalPathMs * (1 - 1 / busy) + 1e-9);
      }),
    );
  });

  test('the makespan is never worse than 2 - 1/P times the best there is', () => {
    fc.assert(
      fc.property(anyShop(6), (shop) => {
        const { makespanMs } = schedule(shop.plan);
        const best = bestMakespan(shop);
        expect(makespanMs).toBeGreaterThanOrEqual(best);
        expect(makespanMs).toBeLessThanOrEqual((2 - 1 / shop.seats) * best);
      }),
      { numRuns: 60 },
    );
  });

  test('one seat works without a pause, and seats for all take the critical path', () => {
    fc.assert(
      fc.property(anyShop(12), ({ plan }) => {
        const { definition } = plan;
        const alone = schedule(plan, { seats: 1 });
        expect(alone.makespanMs).toBe(alone.workMs);
        const agents = definition.agents.map((group) => ({ ...group, count: definition.tasks.length }));
        const together = schedule(createPlan({ ...definition, agents }));
        expect(together.makespanMs).toBe(together.criticalPathMs);
      }),
    );
  });
});

/** By trying every order in which tasks can be handed to the seat that is free first. */
function bestMakespan({ seats, durations, dependsOn }: Shop): number {
  const extend = (ends: readonly number[], freeAt: readonly number[]): number => {
    let best = Number.POSITIVE_INFINITY;
    for (const [task, duration] of durations.entries()) {
      const before = nth(dependsOn, task).map((b) => ends[b] ?? -1);
      if (ends[task] !== undefined || before.includes(-1)) continue;
      const [first = 0, ...others] = freeAt;
      const end = Math.max(first, ...before) + duration;
      const next = Object.assign([...ends], { [task]: end });
      best = Math.min(
        best,
        extend(
          next,
          [...others, end].toSorted((a, b) => a - b),
        ),
      );
    }
    return best === Number.POSITIVE_INFINITY ? Math.max(...ends) : best;
  };
  return extend(new Array<number>(), new Array<number>(seats).fill(0));
}
