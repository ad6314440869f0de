import { aComputed, aPlan, type DefinitionSketch, type TaskSketch } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nth } from '../nth.ts';
import { supervisor } from '../patterns/supervisor.ts';
import { createPlan, type Plan } from './plan.ts';
import { type Limits, schedule } from './schedule.ts';
import type { Suggestion } from './suggestion.ts';
import { suggest } from './suggestions.ts';

type Kind = Suggestion['kind'];
type OfKind<K extends Kind> = Extract<Suggestion, { readonly kind: K }>;

const suggestionsFor = (plan: Plan, limits?: Limits) => suggest(plan, schedule(plan, limits));

function of<K extends Kind>(kind: K, sketch: DefinitionSketch, limits?: Limits): readonly OfKind<K>[] {
  const found = suggestionsFor(aPlan(sketch), limits);
  return found.filter((suggestion): suggestion is OfKind<K> => suggestion.kind === kind);
}

const taking = (durationMs: number, more: TaskSketch = {}): TaskSketch => ({
  estimate: { durationMs },
  ...more,
});

/** A template that reads the outputs of these tasks. */
const reading = (...tasks: string[]) => aComputed(() => null, { tasks });

describe('a redundant dependency', () => {
  test('is one that the others imply, and whose output nobody reads', () => {
    const found = of('redundant_dependency', {
      tasks: { a: [], b: ['a'], c: ['b'], d: { dependsOn: ['a', 'c'], input: reading('c') } },
    });
    expect(found).toEqual([
      { kind: 'redundant_dependency', task: 3, dependency: 0, through: 2, edgesRemoved: 1 },
    ]);
  });

  test.each<[string, TaskSketch]>([
    ['without a template, which is given every output', {}],
    ['whose template reads it', { input: reading('a') }],
    ['whose condition reads it', { input: reading(), when: aComputed(() => true, { tasks: ['a'] }) }],
  ])('is not found at a task %s', (_, more) => {
    const tasks = { a: [], b: ['a'], c: { dependsOn: ['a', 'b'], ...more } };
    expect(of('redundant_dependency', { tasks }).filter(({ dependency }) => dependency === 0)).toEqual([]);
  });

  test('leaves a plan of the same order when it goes, all of them together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(11), { maxLength: 4 }), { minLength: 1, maxLength: 12 }),
        (before) => {
          const dependsOn = before.map((list, n) => [...new Set(list.filter((b) => b < n))]);
          const planOf = (lists: readonly (readonly number[])[]) =>
            aPlan({
              tasks: Object.fromEntries(
                lists.map((list, n) => [`t${n}`, { dependsOn: list.map((b) => `t${b}`), input: reading() }]),
              ),
            });
          const plan = planOf(dependsOn);
          const found = suggestionsFor(plan).filter(({ kind }) => kind === 'redundant_dependency');
          const gone = new Set<string>();
          for (const suggestion of found as OfKind<'redundant_dependency'>[]) {
            const { task, dependency, through } = suggestion;
            gone.add(`${task} ${dependency}`);
            expect(nth(dependsOn, task)).toContain(through);
            expect(leads(plan, dependency, through)).toBe(true);
          }
          const left = dependsOn.map((list, task) => list.filter((b) => !gone.has(`${task} ${b}`)));
          const reduced = planOf(left);
          for (const from of dependsOn.keys()) {
            for (const to of dependsOn.keys()) expect(leads(reduced, from, to)).toBe(leads(plan, from, to));
          }
          expect(suggestionsFor(reduced).some(({ kind }) => kind === 'redundant_dependency')).toBe(false);
        },
      ),
    );
  });

  test('is not looked for in a graph that is too large to be searched in a moment', () => {
    const { definition } = aPlan({ tasks: { a: { input: reading() } } });
    const [task] = definition.tasks;
    if (task === undefined) throw new Error('there is a task');
    const tasks = Array.from({ length: 20_001 }, (_, n) => ({
      ...task,
      id: `t${n}`,
      estimate: { durationMs: 0 },
      dependsOn: [n - 1, n - 2].filter((b) => b >= 0).map((b) => `t${b}`),
    }));
    const plan = createPlan({ ...definition, tasks });
    expect(suggestionsFor(plan)).toEqual([]);
  });
});

/** Whether a way leads from one task to another. */
function leads(plan: Plan, from: number, to: number): boolean {
  return nth(plan.tasks, to).dependsOn.some((before) => before === from || leads(plan, from, before));
}

describe('a needless dependency', () => {
  const agents = { workers: 4 };

  test('is a wait on the critical path for an output that nobody reads, with what the whole takes without it', () => {
    const found = of('needless_dependency', {
      agents,
      tasks: {
        fetch: taking(10),
        check: taking(30, { dependsOn: ['fetch'] }),
        write: taking(40, { dependsOn: ['fetch', 'check'], input: reading('fetch') }),
      },
    });
    expect(found).toEqual([
      { kind: 'needless_dependency', task: 2, dependency: 1, makespanMs: 50, savedMs: 30 },
    ]);
  });

  test('of a chain comes with its own gain, the largest first', () => {
    const found = of('needless_dependency', {
      agents,
      tasks: {
        a: taking(10, { input: reading() }),
        b: taking(10, { dependsOn: ['a'], input: reading() }),
        c: taking(10, { dependsOn: ['b'], input: reading() }),
        d: taking(10, { dependsOn: ['c'], input: reading() }),
      },
    });
    expect(found.map(({ task, savedMs }) => [task, savedMs])).toEqual([
      [2, 20],
      [1, 10],
      [3, 10],
    ]);
  });

  test('is none where the seats would not allow more at once', () => {
    const tasks = { a: taking(10), b: taking(10, { dependsOn: ['a'], input: reading() }) };
    expect(of('needless_dependency', { agents, tasks })).toMatchObject([{ savedMs: 10 }]);
    expect(of('needless_dependency', { agents: { workers: 1 }, tasks })).toEqual([]);
    expect(of('needless_dependency', { agents, tasks }, { seats: 1 })).toEqual([]);
  });

  test('is none off the critical path, nor where another way is as long', () => {
    const tasks = {
      a: taking(10),
      long: taking(100),
      short: taking(10, { dependsOn: ['a'], input: reading() }),
      end: taking(1, { dependsOn: ['long', 'short'] }),
    };
    expect(of('needless_dependency', { agents, tasks })).toEqual([]);
    const twice = {
      a: taking(10),
      b: taking(10),
      end: taking(10, { dependsOn: ['a', 'b'], input: reading() }),
    };
    expect(of('needless_dependency', { agents, tasks: twice })).toEqual([]);
    const forked = {
      a: taking(10),
      b: taking(10, { dependsOn: ['a'], input: reading() }),
      c: taking(10, { dependsOn: ['a'] }),
    };
    expect(of('needless_dependency', { agents, tasks: forked })).toEqual([]);
  });

  test('is none where the other task may be skipped: the wait decides more than an order', () => {
    const tasks = {
      ask: taking(10, { when: aComputed(() => true) }),
      next: taking(10, { dependsOn: ['ask'] }),
      last: taking(10, { dependsOn: ['next'], input: reading() }),
    };
    expect(of('needless_dependency', { agents, tasks })).toEqual([]);
  });
});

describe('more seats', () => {
  const tasks = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`t${n}`, taking(10)]));

  test('are suggested one more at a time, and as few as gain all there is to gain', () => {
    expect(of('more_seats', { agents: { workers: 3 }, tasks })).toEqual([
      { kind: 'more_seats', group: 0, seats: 3, wantedSeats: 8, makespanMs: 10, savedMs: 20 },
      { kind: 'more_seats', group: 0, seats: 3, wantedSeats: 4, makespanMs: 20, savedMs: 10 },
    ]);
  });

  test('are no more than are of use', () => {
    const critical = { ...tasks, long: taking(20) };
    const found = of('more_seats', { agents: { workers: 1 }, tasks: critical });
    expect(found).toMatchObject([
      { wantedSeats: 5, makespanMs: 20, savedMs: 80 },
      { wantedSeats: 2, makespanMs: 50, savedMs: 50 },
    ]);
  });

  test('are for the group that work waits for, and not for one that waits for work', () => {
    const found = of('more_seats', {
      agents: { busy: 1, calm: 1 },
      tasks: {
        a: taking(10, { agent: 'busy' }),
        b: taking(10, { agent: 'busy' }),
        c: taking(1, { agent: 'calm', dependsOn: ['a', 'b'] }),
      },
    });
    expect(found).toMatchObject([{ group: 0, wantedSeats: 2, savedMs: 10 }]);
  });

  test('do not make more work: parallel tasks keep the items they are planned with', () => {
    const found = of('more_seats', {
      agents: { workers: 2 },
      tasks: { a: taking(10, { parallel: true }), b: taking(10, { parallel: true }) },
    });
    expect(found).toMatchObject([{ wantedSeats: 4, makespanMs: 10 }]);
  });

  test('are none where limits leave no room for them, or nothing waits', () => {
    expect(of('more_seats', { agents: { workers: 3 }, tasks }, { seats: 3 })).toEqual([]);
    expect(of('more_seats', { agents: { workers: 8 }, tasks })).toEqual([]);
    expect(of('more_seats', { agents: { workers: 1 }, tasks: { a: taking(10), b: taking(0.01) } })).toEqual(
      [],
    );
  });

  test('are tried for the groups for which most is waited, and no more often than is allowed', () => {
    const agents = Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`g${n}`, 1]));
    const queues = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`t${n}`, taking(n % 5 === 4 ? 50 : 10, { agent: `g${n % 5}` })]),
    );
    expect(new Set(of('more_seats', { agents, tasks: queues }).map(({ group }) => group))).toEqual(
      new Set([4]),
    );
    const many = Object.fromEntries(Array.from({ length: 100_001 }, (_, n) => [`t${n}`, taking(10)]));
    expect(of('more_seats', { agents: { workers: 50 }, tasks: many })).toMatchObject([
      { seats: 50, wantedSeats: 1_050, makespanMs: 960 },
    ]);
  });

  test('save what a schedule with them says', () => {
    const anyPlan = fc
      .tuple(
        fc.integer({ min: 1, max: 2 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 9 }),
      )
      .map(([count, list]) => ({
        agents: { a: { count, capabilities: ['x'] }, b: { count: 1, capabilities: ['x'] } },
        tasks: Object.fromEntries(
          list.map(([ms, isShared], n) => [
            `t${n}`,
            taking(ms, isShared ? { requires: ['x'] } : { agent: 'a' }),
          ]),
        ),
      }));
    fc.assert(
      fc.property(anyPlan, (sketch) => {
        const now = schedule(aPlan(sketch)).makespanMs;
        for (const { group, wantedSeats, makespanMs, savedMs } of of('more_seats', sketch)) {
          const { a, b } = sketch.agents;
          const agents =
            group === 0 ? { a: { ...a, count: wantedSeats }, b } : { a, b: { ...b, count: wantedSeats } };
          expect(schedule(aPlan({ ...sketch, agents })).makespanMs).toBe(makespanMs);
          expect(savedMs).toBe(now - makespanMs);
        }
      }),
    );
  });
});

describe('seats that are idle', () => {
  test('are not those of a team, whose turns no plan knows', () => {
    const agents = { a: 2, b: 2, c: 1 };
    const use = { pattern: supervisor, options: {} };
    expect(of('idle_seats', { agents })).toMatchObject([{ group: 1 }, { group: 0 }, { group: 2 }]);
    // Of a workflow with a pattern, those that a task needs are not there for the team alone.
    expect(of('idle_seats', { agents, team: use })).toMatchObject([{ group: 0 }]);
    expect(of('idle_seats', { agents, team: { ...use, members: ['a', 'b'] } })).toMatchObject([
      { group: 0 },
      { group: 2 },
    ]);
    const shared = { a: [], b: { team: { ...use, members: ['a', 'b'] } } };
    expect(of('idle_seats', { agents, tasks: shared })).toMatchObject([{ group: 2 }]);
  });

  test('are those beyond what is ever busy, with what they would give back, the most seats first', () => {
    const found = of('idle_seats', {
      agents: {
        writers: { count: 3, resources: { cpuMillis: 500, memoryBytes: 1_000 } },
        readers: 4,
        editors: 1,
      },
      tasks: { a: [], b: [], c: { agent: 'editors', dependsOn: ['a', 'b'] } },
    });
    expect(found).toEqual([
      {
        kind: 'idle_seats',
        group: 1,
        seats: 4,
        neededSeats: 0,
        seatsFreed: 4,
        cpuMillisFreed: 0,
        memoryBytesFreed: 0,
      },
      {
        kind: 'idle_seats',
        group: 0,
        seats: 3,
        neededSeats: 2,
        seatsFreed: 1,
        cpuMillisFreed: 500,
        memoryBytesFreed: 1_000,
      },
    ]);
  });

  test('of groups with the same gain come in document order, and none is found where all are used', () => {
    expect(of('idle_seats', { agents: { a: 1, b: 2, c: 2 } })).toMatchObject([{ group: 1 }, { group: 2 }]);
    expect(of('idle_seats', {})).toEqual([]);
  });
});

test('suggestions leave the plan and its schedule as they are, and are none for a plan without tasks', () => {
  const plan = aPlan({ agents: { workers: 2 }, tasks: { a: taking(3), b: taking(3), c: taking(3) } });
  const made = schedule(plan);
  const before = structuredClone({ made, graph: plan.graph, seats: plan.seats, groups: plan.groups });
  expect(suggest(plan, made)).not.toEqual([]);
  expect({ made, graph: plan.graph, seats: plan.seats, groups: plan.groups }).toEqual(before);
  expect(suggestionsFor(aPlan({ agents: { workers: 1 }, tasks: {} }))).toMatchObject([
    { kind: 'idle_seats' },
  ]);
});
