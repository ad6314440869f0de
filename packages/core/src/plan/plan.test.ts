import { aComputed, aDefinition, aPlan, type DefinitionSketch } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../errors.ts';
import type { Json } from '../json.ts';
import { Candidates } from './candidates.ts';
import type { AgentGroup, AgentTask } from './definition.ts';
import { GUESSED_TASK_MS } from './estimate.ts';
import { createPlan } from './plan.ts';

describe('a list that is in the document', () => {
  const itemsOf = (source: Json): number | undefined =>
    aPlan({
      agents: { w: 3 },
      tasks: { a: { parallel: true, forEach: { ...aComputed(() => []), source } } },
    }).tasks[0]?.items;

  test('says how many items are planned, which are at least one', () => {
    expect([itemsOf([1, 2, 3, 4, 5]), itemsOf([]), itemsOf('${input.list}')]).toEqual([5, 1, 3]);
  });
});

describe('a plan', () => {
  const diamond = aPlan({ tasks: { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] } });

  test('knows every task by index and by id', () => {
    expect(diamond.tasks.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(diamond.tasks.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(diamond.taskIndex.get('c')).toBe(2);
    expect(diamond.tasks[3]?.dependsOn).toEqual([1, 2]);
  });

  test('lays tasks out in layers, by what they depend on', () => {
    expect([...diamond.layers.layerOf]).toEqual([0, 1, 1, 2]);
    expect([...diamond.layerSizes]).toEqual([1, 2, 1]);
  });

  test('names its phases after the tasks in them', () => {
    expect(diamond.phases).toEqual(['1/3 a', '2/3 b, c', '3/3 d']);
    const wide = aPlan({ tasks: { a: [], b: [], c: [], d: [], e: [] } });
    expect(wide.phases).toEqual(['1/1 a, b, c and 2 more']);
  });

  test('takes as long as its critical path', () => {
    expect(diamond.criticalPath.vertices).toHaveLength(3);
    expect(diamond.criticalPath.length).toBe(3 * GUESSED_TASK_MS);
  });

  test('guesses what a task takes, never more than its timeout', () => {
    const plan = aPlan({ tasks: { quick: { timeoutMs: 2_000 }, slow: { timeoutMs: 600_000 }, free: [] } });
    expect(plan.tasks.map((task) => task.estimate.durationMs)).toEqual([
      2_000,
      GUESSED_TASK_MS,
      GUESSED_TASK_MS,
    ]);
  });

  test('gives parallel tasks an item for each seat, or as many as it is told', () => {
    const definition = aDefinition({
      agents: { workers: 2 },
      tasks: { told: { parallel: true }, untold: { parallel: true }, plain: [] },
    });
    const items = new Map([
      ['told', 5],
      ['plain', 5],
    ]);
    expect(createPlan(definition).tasks.map((task) => task.items)).toEqual([2, 2, 1]);
    const plan = createPlan(definition, undefined, items);
    expect(plan.tasks.map((task) => task.items)).toEqual([5, 2, 1]);
    expect(plan.workMs).toEqual([8 * GUESSED_TASK_MS]);
    expect(plan.plannedMs).toBe(4 * GUESSED_TASK_MS);
  });

  test('may have no task at all', () => {
    expect(aPlan({ tasks: {} })).toMatchObject({
      tasks: [],
      phases: [],
      criticalPath: { length: 0 },
      plannedMs: 0,
    });
  });

  // Seconds on a quiet machine; a busy one that measures coverage takes half a minute.
  test('of 1,000,000 tasks in a row is made without a stack', { timeout: 180_000 }, () => {
    const { definition } = aPlan();
    const task = definition.tasks[0];
    if (task === undefined) throw new Error('there is a task');
    const tasks = Array.from({ length: 1_000_000 }, (_, n) => ({
      ...task,
      id: `t${n}`,
      dependsOn: n === 0 ? [] : [`t${n - 1}`],
    }));
    const plan = createPlan({ ...definition, tasks });
    expect(plan.layers.count).toBe(1_000_000);
    expect(plan.criticalPath.vertices).toHaveLength(1_000_000);
  });
});

describe('seats', () => {
  test('are as many as the group says, and named after it', () => {
    const plan = aPlan({ agents: { supervisor: 1, researchers: 3 } });
    expect(plan.seats.map(({ id }) => id)).toEqual([
      'supervisor',
      'researchers-1',
      'researchers-2',
      'researchers-3',
    ]);
    expect(plan.groups.map(({ seats }) => seats)).toEqual([[0], [1, 2, 3]]);
    expect(plan.seatIndex.get('researchers-2')).toBe(2);
  });

  test('never share a name, whatever the groups are called', () => {
    const clash = aDefinition({ agents: { a: 2, 'a-2': 1 } });
    expect(() => createPlan(clash)).toThrow(
      new CantataError('definition_invalid', 'two agents would be called a-2'),
    );
  });
});

describe('who may do a task', () => {
  const agents = {
    writers: { count: 2, capabilities: ['write'] },
    editors: { count: 3, capabilities: ['write', 'edit'] },
    readers: { count: 1, capabilities: [] },
  };

  test('is the group it names', () => {
    const { definition } = aPlan({ agents, tasks: { a: { agent: 'editors' } } });
    const candidates = new Candidates(definition.agents);
    expect(definition.tasks.map((task) => candidates.of(task as AgentTask))).toEqual([[1]]);
  });

  test('is every group with all the capabilities it requires', () => {
    const tasks = { a: { requires: ['write'] }, b: { requires: ['edit', 'write'] }, c: { requires: [] } };
    const { definition } = aPlan({ agents, tasks });
    const candidates = new Candidates(definition.agents);
    expect(definition.tasks.map((task) => candidates.of(task as AgentTask))).toEqual([
      [0, 1],
      [1],
      [0, 1, 2],
    ]);
  });

  test('is found without asking every group for every task', () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`g${n}`, { capabilities: [`c${n}`] }]),
    );
    const tasks = Object.fromEntries(
      Object.keys(many).flatMap((agent, n) => [
        [`named-${n}`, { agent }],
        [`able-${n}`, { requires: [`c${n}`] }],
      ]),
    );
    const definition = aDefinition({ agents: many, tasks });
    let asked = 0;
    const ask = (group: AgentGroup, key: string | symbol): unknown => {
      asked += 1;
      return Reflect.get(group, key);
    };
    const watched = definition.agents.map((group) => new Proxy(group, { get: ask }));
    const plan = createPlan({ ...definition, agents: watched });
    expect(plan.groups.map(({ pools }) => pools)).toEqual(watched.map((_, n) => [n]));
    expect(asked).toBeLessThan(20 * 200);
  });

  test('makes a pool, shared by all tasks that the same groups can do', () => {
    const tasks = {
      a: { requires: ['edit'] },
      b: { agent: 'editors' },
      c: { requires: ['write'] },
      d: { requires: ['edit', 'write'] },
      e: { requires: ['edit'] },
    };
    const plan = aPlan({ agents, tasks });
    expect(plan.pools).toEqual([
      { index: 0, groups: [1], seatCount: 3 },
      { index: 1, groups: [0, 1], seatCount: 5 },
    ]);
    expect(plan.tasks.map(({ pool }) => pool)).toEqual([0, 0, 1, 0, 0]);
    expect(plan.groups.map(({ pools }) => pools)).toEqual([[1], [0, 1], []]);
  });

  test('does not mistake a group called like a list for the list', () => {
    const plan = aPlan({
      agents: { write: 1, writers: { count: 2, capabilities: ['write'] } },
      tasks: { a: { agent: 'write' }, b: { requires: ['write'] } },
    });
    expect(plan.tasks.map(({ pool }) => plan.pools[pool]?.groups)).toEqual([[0], [1]]);
  });
});

describe('a definition that cannot have been checked', () => {
  const table: readonly (readonly [what: string, sketch: DefinitionSketch, message: string])[] = [
    ['an unknown task', { tasks: { a: ['b'] } }, 'there is no task b'],
    ['an unknown group', { tasks: { a: { agent: 'nobody' } } }, 'no agent group can do the task a'],
    ['a wish nobody fulfils', { tasks: { a: { requires: ['fly'] } } }, 'no agent group can do the task a'],
    [
      'a circle',
      { tasks: { a: ['c'], b: ['a'], c: ['b'], d: ['c'] } },
      'the tasks depend on each other in a circle: a -> b -> c -> a',
    ],
  ];

  test.each(table)('with %s is refused, and the reason is named', (_, sketch, message) => {
    expect(() => aPlan(sketch)).toThrow(new CantataError('definition_invalid', message));
  });
});
