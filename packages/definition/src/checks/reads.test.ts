/** What tasks read of each other, and what that means for their order. */
import { createPlan } from '@cantata/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentOf, found, onlyProblemOf } from '../../test/documents.ts';
import { parseDefinition } from '../parse.ts';
import { upstream } from './upstream.ts';

/** A task `y` after others; the tasks of `documentOf` begin on line 7. */
const tasks = (...lines: readonly string[]): string =>
  lines.map((line) => `  - { agent: a, ${line} }`).join('\n');
const DATA = '  type: graph_based\n  graph_based: [data]';

function dependencies(text: string): Readonly<Record<string, readonly string[]>> {
  const parsed = parseDefinition(text);
  if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
  return Object.fromEntries(parsed.definition.tasks.map(({ id, dependsOn }) => [id, dependsOn]));
}

describe('a task may read the output of', () => {
  it('a task it depends on, directly or through others', () => {
    const text = documentOf({
      tasks: tasks(
        'id: z, depends_on: [y], input: "${tasks.x.output} ${tasks.y.output}"',
        'id: y, depends_on: [x]',
        'id: x',
      ),
    });
    expect(found(text)).toEqual([]);
  });

  it('no other, and the problem is where it reads', () => {
    const text = documentOf({
      tasks: tasks('id: x', 'id: y, input: [{ a: "of ${tasks.x.output} and ${tasks.x.output}" }]'),
    });
    const problem = onlyProblemOf(text);
    expect([problem.line, problem.column, problem.path]).toEqual([8, 43, 'tasks[1].input[0].a']);
    expect(problem.message).toBe('`y` reads the output of `x`, which need not have completed before it');
    expect(problem.hint).toBe('add `x` to `depends_on`, or `data` to `graph_based` of `coordination`');
  });

  it('none where only events start tasks', () => {
    const text = documentOf({
      tasks: tasks('id: x', 'id: y, when: tasks.x.output'),
      coordination: '  type: event_driven',
    });
    expect(onlyProblemOf(text).hint).toBe('use `type: hybrid`, and add `x` to `depends_on`');
  });

  it('itself never', () => {
    const text = documentOf({ tasks: tasks('id: x, when: tasks.x.output'), coordination: DATA });
    expect(found(text)).toEqual(['7:30 dependency_on_itself tasks[0].when']);
  });

  it('a task that exists, in `outputs` too', () => {
    const text = documentOf({
      tasks: tasks('id: fetch'),
      top: 'outputs: { a: "${tasks.fetch.output}", b: "${tasks[\'fetsh\'].output}" }',
    });
    const problem = onlyProblemOf(text);
    expect([problem.code, problem.column]).toEqual(['task_unknown', 46]);
    expect(problem.message).toBe('`b` reads the output of `fetsh`, which is no task');
    expect(problem.hint).toBe('did you mean `fetch`?');
  });

  it('whatever it likes where it cannot be known what it depends on', () => {
    const late = 'id: z, when: tasks.x.output';
    for (const broken of ['id: y, depends_on: 5', 'id: y, depends_on: [w]']) {
      const codes = found(documentOf({ tasks: tasks('id: x', broken, late) })).map(
        (line) => line.split(' ')[1],
      );
      expect(codes).not.toContain('task_not_upstream');
    }
  });
});

describe('where `data` gates', () => {
  it('reading an output is depending on its task', () => {
    const text = documentOf({
      tasks: tasks(
        'id: x',
        'id: w',
        'id: y, depends_on: [w], when: "tasks.x.output != tasks.w.output", input: "${tasks.x.output}"',
      ),
      coordination: '  type: hybrid\n  graph_based: [task_flow, data]',
    });
    expect(dependencies(text)).toEqual({ x: [], w: [], y: ['w', 'x'] });
  });

  it('the plan knows it', () => {
    const text = documentOf({
      tasks: tasks('id: y, input: "${tasks.x.output}"', 'id: x'),
      coordination: DATA,
    });
    const parsed = parseDefinition(text);
    if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
    expect(createPlan(parsed.definition).layers.count).toBe(2);
  });

  it('a circle is shown as the way around', () => {
    const text = documentOf({
      tasks: tasks(
        'id: x, input: "${tasks.z.output}"',
        'id: y, depends_on: [x]',
        'id: z, when: tasks.y.output',
      ),
      coordination: '  type: hybrid\n  graph_based: [dependencies, data]',
    });
    const problem = onlyProblemOf(text);
    expect([problem.code, problem.line, problem.column]).toEqual(['dependency_cycle', 8, 37]);
    expect(problem.message).toBe('`x` would wait for itself: x -> z -> y -> x');
  });

  it('a circle that an expression closes is shown there', () => {
    const text = documentOf({
      tasks: tasks('id: x, depends_on: [y]', 'id: y, input: ["a", "b ${tasks.x.output}"]'),
      coordination: '  type: hybrid\n  graph_based: [dependencies, data]',
    });
    expect(found(text)).toEqual(['8:42 dependency_cycle tasks[1].input[1]']);
    expect(onlyProblemOf(text).hint).toMatch(/or reads its output/);
  });

  it('alone, `depends_on` gates nothing', () => {
    const text = documentOf({ tasks: tasks('id: x', 'id: y, depends_on: [x]'), coordination: DATA });
    expect(onlyProblemOf(text).message).toBe(
      '`graph_based` names only `data`, so `depends_on` would gate nothing',
    );
  });
});

describe('what comes before', () => {
  /** Whether `from` is reached from `task` along dependencies, the slow way. */
  function before(dependencies: readonly Uint32Array[], task: number, target: number): boolean {
    return (dependencies[task] ?? new Uint32Array()).some(
      (one) => one === target || before(dependencies, one, target),
    );
  }

  it('is what a search finds, for every pair', () => {
    const graphs = fc
      .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
      .map((tasks) =>
        tasks.map((entries, index) => Uint32Array.from(index === 0 ? [] : entries.map((n) => n % index))),
      );
    fc.assert(
      fc.property(graphs, (graph) => {
        const questions = graph.flatMap((_, task) => graph.map((__, target) => ({ task, target })));
        expect(upstream(graph, questions)).toEqual(
          questions.map(({ task, target }) => before(graph, task, target)),
        );
      }),
    );
  });

  it('is known for more tasks than are asked for at once', () => {
    const chain = Array.from({ length: 1000 }, (_, i) => Uint32Array.from(i === 0 ? [] : [i - 1]));
    const questions = chain.flatMap((_, i) => [
      { task: 999, target: i },
      { task: i, target: 500 },
    ]);
    expect(upstream(chain, questions)).toEqual(chain.flatMap((_, i) => [i < 999, i > 500]));
  });

  it('is not asked where tasks wait for each other in a circle', () => {
    const circle = [[1], [0], []].map((one) => Uint32Array.from(one));
    expect(upstream(circle, [{ task: 2, target: 0 }])).toEqual([true]);
  });
});
