/** How the parts of a workflow must fit together, and what is said when they do not. */
import { describe, expect, it } from 'vitest';
import { documentOf, found, onlyProblemOf, problemsOf } from '../../test/documents.ts';
import { LIMITS } from '../limits.ts';

const graph = (edges: Readonly<Record<string, string>>): string =>
  documentOf({
    tasks: Object.entries(edges)
      .map(([id, on]) => `  - { id: ${id}, agent: a, depends_on: [${on}] }`)
      .join('\n'),
  });

const cyclesIn = (text: string): readonly string[] =>
  problemsOf(text)
    .filter(({ code }) => code === 'dependency_cycle')
    .map(({ line, message }) => `${line}: ${message.replace(/^.*: /, '')}`);

describe('cycles', () => {
  it('are shown as the path that closes them, at the entry that closes it', () => {
    const text = graph({ a: 'b', b: 'c', c: 'a' });
    expect(onlyProblemOf(text)).toMatchObject({
      line: 9,
      path: 'tasks[2].depends_on[0]',
      message: '`a` would wait for itself: a -> b -> c -> a',
    });
  });

  it('that are independent are each reported once', () => {
    expect(cyclesIn(graph({ a: 'b', b: 'a', c: '', d: 'e', e: 'f', f: 'd' }))).toEqual([
      '8: a -> b -> a',
      '12: d -> e -> f -> d',
    ]);
  });

  it('that share a task are each reported once', () => {
    expect(cyclesIn(graph({ a: 'b, c', b: 'a', c: 'a' }))).toEqual(['8: a -> b -> a', '9: a -> c -> a']);
  });

  it('are left by those that only lead into them', () => {
    expect(cyclesIn(graph({ a: 'b', b: 'c', c: 'b', d: 'a, b' }))).toEqual(['9: b -> c -> b']);
  });

  it('are not made by two ways to the same task', () => {
    expect(cyclesIn(graph({ a: '', b: 'a', c: 'a', d: 'b, c', e: 'd, a' }))).toEqual([]);
  });

  it('are found behind tasks that could not be read, unknown and repeated ones', () => {
    const text = documentOf({
      tasks: [
        '  - 5',
        '  - { id: a, agent: a, depends_on: [b, 7, nowhere, a] }',
        '  - { id: b, agent: a, depends_on: [a] }',
        '  - { id: b, agent: a }',
      ].join('\n'),
    });
    expect(cyclesIn(text)).toEqual(['9: a -> b -> a']);
  });

  it('are shown by the shortest way round, not by the way they were found', () => {
    expect(cyclesIn(graph({ a: 'b', b: 'c, d', c: 'd', d: 'e', e: 'a' }))).toEqual([
      '11: a -> b -> d -> e -> a',
    ]);
  });

  it('beyond the number of problems that are shown are only counted', () => {
    const on = (i: number): string => (i === 0 ? 't1' : `t${(i + 1) % 2_000}, t0`);
    const edges = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`t${i}`, on(i)]));
    const problems = problemsOf(graph(edges));
    expect(problems).toHaveLength(LIMITS.problems + 1);
    expect(problems.at(-1)?.message).toContain('more problems');
  });

  it('of many tasks are shown with their ends', () => {
    const edges = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`t${i}`, `t${(i + 1) % 20}`]));
    expect(cyclesIn(graph(edges))).toEqual([
      '26: t0 -> t1 -> t2 -> t3 -> t4 -> t5 -> t6 -> t7 -> t8 -> t9 -> (9 more) -> t19 -> t0',
    ]);
  });

  it('of ten thousand tasks do not overflow a stack', () => {
    const edges = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`t${i}`, `t${(i + 1) % 10_000}`]),
    );
    expect(cyclesIn(graph(edges))).toHaveLength(1);
  });
});

describe('dependencies', () => {
  it('on a task that does not exist name the one that is meant', () => {
    expect(onlyProblemOf(graph({ research: '', report: 'reserch' }))).toMatchObject({
      message: '`report` depends on `reserch`, which is no task',
      hint: 'did you mean `research`?',
    });
  });

  it('are not called unknown where a task has no readable id', () => {
    const text = documentOf({
      tasks: '  - { id: 5, agent: a }\n  - { id: y, agent: a, depends_on: [five] }',
    });
    expect(found(text)).toEqual(['7:11 type_wrong tasks[0].id']);
  });

  it('are checked for tasks without an id too', () => {
    const text = documentOf({ tasks: '  - { id: x, agent: a }\n  - { agent: a, depends_on: [nowhere] }' });
    expect(found(text)).toEqual(['8:5 key_missing tasks[1].id']);
  });
});

describe('agents', () => {
  const able = (capabilities: string, requires: string): string =>
    documentOf({
      agents: `  a: { type: t, capabilities: [${capabilities}] }\n  b: { type: t, capabilities: [paint] }`,
      tasks: `  - { id: x, agent: b }\n  - { id: y, requires: [${requires}] }`,
    });

  it('are found by what they can do', () => {
    expect(found(able('search, write', 'write, search'))).toEqual([]);
  });

  it('that cannot do what is required: the capabilities nobody has are named', () => {
    expect(problemsOf(able('search', 'search, write, draw')).at(-1)).toMatchObject({
      code: 'capability_unmet',
      message: 'no agent group has `write` or `draw`',
      hint: 'add the capabilities to a group',
    });
  });

  it('of which none has all: the closest and what it lacks is named', () => {
    expect(problemsOf(able('search, write', 'search, write, paint')).at(-1)).toMatchObject({
      message: 'no agent group has them all; `a` lacks `paint`',
      hint: 'add the capability to `a`',
    });
  });

  it('with unreadable capabilities may be those that are required', () => {
    for (const broken of ['5', '[5]', '[search, search]']) {
      const text = documentOf({
        agents: `  a: { type: t, capabilities: ${broken} }`,
        tasks: '  - { id: y, requires: [write] }',
      });
      expect(found(text)).toHaveLength(1);
    }
  });

  it('that could not be read are not unknown', () => {
    expect(found(documentOf({ agents: '  a: 5' }))).toEqual(['5:6 type_wrong agents.a']);
    expect(found(documentOf({ agents: '  5' }))).toEqual(['5:3 type_wrong agents']);
  });

  it('are not called unused while it is in doubt who does a task', () => {
    const agents = '  a: { type: t }\n  b: { type: t }';
    for (const task of [
      '{ id: x, agent: c }',
      '{ id: x }',
      '{ id: x, agent: 5 }',
      '{ id: x, requires: [5] }',
      '5',
    ]) {
      expect(found(documentOf({ agents, tasks: `  - ${task}` }))).toHaveLength(1);
    }
    expect(found(documentOf({ agents, tasks: '  5' }))).toHaveLength(1);
  });

  it('may be required in so many different ways, whatever the order of the capabilities', () => {
    const names = Array.from({ length: 24 }, (_, i) => `c${i}`);
    const pairs = names.flatMap((one) => names.filter((other) => other > one).map((other) => [one, other]));
    const required = (lists: readonly (readonly string[])[]): string =>
      documentOf({
        agents: `  a: { type: t, capabilities: [${names.join(', ')}] }`,
        tasks: lists.map((list, i) => `  - { id: t${i}, requires: [${list.join(', ')}] }`).join('\n'),
      });
    const most = pairs.slice(0, LIMITS.requirements);
    expect(found(required([...most, ...most.map((pair) => pair.toReversed())]))).toEqual([]);
    const line = 7 + LIMITS.requirements;
    expect(found(required(pairs))).toEqual([`${line}:27 too_many tasks[${LIMITS.requirements}].requires`]);
  });
});

describe('seats', () => {
  const seats = (a: number, other: string, count: number): readonly string[] =>
    found(
      documentOf({
        agents: `  a: { type: t, count: ${a} }\n  ${other}: { type: t, count: ${count} }`,
        tasks: `  - { id: x, agent: a }\n  - { id: y, agent: ${other} }`,
      }),
    );

  it('of a group of several have a number, and may not meet the name of a group of one', () => {
    expect(seats(3, 'a-3', 1)).toEqual(['6:3 seat_repeated agents.a-3']);
  });

  it.each([
    [3, 'a-4', 1],
    [3, 'a-03', 1],
    [3, 'a-0', 1],
    [3, 'a-2', 2],
    [1, 'a-1', 1],
    [3, 'b-1', 1],
  ])('of a: %i and %s: %i do not meet', (a, other, count) => {
    expect(seats(a, other, count)).toEqual([]);
  });

  it('are not counted where the count could not be read', () => {
    const text = documentOf({
      agents: '  a: { type: t, count: 0 }\n  a-2: { type: t }',
      tasks: '  - { id: x, agent: a }\n  - { id: y, agent: a-2 }',
    });
    expect(found(text)).toEqual(['5:24 value_out_of_range agents.a.count']);
  });

  it('are too many at the group that passes the limit only', () => {
    const agents = ['a', 'b', 'c'].map((name) => `  ${name}: { type: t, count: 60000 }`).join('\n');
    const tasks = ['a', 'b', 'c'].map((name) => `  - { id: ${name}, agent: ${name} }`).join('\n');
    expect(found(documentOf({ agents, tasks }))).toEqual(['6:24 too_many agents.b.count']);
  });
});

describe('coordination', () => {
  const tasks = '  - { id: x, agent: a }\n  - { id: y, agent: a, depends_on: [x] }';

  it('by events allows tasks that wait for nothing', () => {
    const free = '  - { id: x, agent: a, depends_on: [] }';
    expect(found(documentOf({ tasks: free, coordination: '  type: event_driven' }))).toEqual([]);
  });

  it('declares nothing by an empty list of topics', () => {
    expect(found(documentOf({ coordination: '  type: hybrid\n  event_driven: []' }))).toEqual([]);
  });

  it('by events has no relations between tasks', () => {
    const coordination = '  type: event_driven\n  graph_based: [dependencies]';
    expect(found(documentOf({ coordination }))).toEqual([
      '10:3 activation_forbidden coordination.graph_based',
    ]);
  });

  it.each(['graph_based', 'hybrid'])('of type %s allows depends_on', (type) => {
    expect(found(documentOf({ tasks, coordination: `  type: ${type}` }))).toEqual([]);
    for (const relation of ['task_flow', 'dependencies']) {
      expect(
        found(documentOf({ tasks, coordination: `  type: ${type}\n  graph_based: [${relation}]` })),
      ).toEqual([]);
    }
  });

  it('without any relation forbids depends_on', () => {
    const coordination = '  type: hybrid\n  graph_based: []';
    expect(found(documentOf({ tasks, coordination }))).toEqual([
      '8:24 activation_forbidden tasks[1].depends_on',
    ]);
  });

  it('that could not be read forbids nothing', () => {
    expect(found(documentOf({ tasks, coordination: '  5' }))).toEqual(['10:3 type_wrong coordination']);
    expect(found(documentOf({ tasks, coordination: '  type: 5' }))).toEqual([
      '10:9 type_wrong coordination.type',
    ]);
  });
});
