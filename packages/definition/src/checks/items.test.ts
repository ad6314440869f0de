/** What a task with `for_each` may read, what others read of it, and what its items get. */
import { describe, expect, it } from 'vitest';
import { documentOf, found, onlyProblemOf } from '../../test/documents.ts';
import { parseDefinition } from '../parse.ts';

const tasks = (...lines: readonly string[]): string =>
  documentOf({ tasks: lines.map((line) => `  - { agent: a, ${line} }`).join('\n') });

describe('a task with for_each', () => {
  it('gives each item what its template becomes', () => {
    const parsed = parseDefinition(
      tasks(
        'id: x, for_each: "${input.list}", input: { it: "${item.name} ${index + 1}", all: "${input.n}" }',
      ),
    );
    const definition = parsed.kind === 'valid' ? parsed.definition : undefined;
    const scope = { input: { list: [], n: 5 }, tasks: {}, item: { name: 'Ann', constructor: 1 }, index: 2 };
    expect(definition?.tasks[0]?.input?.evaluate(scope)).toEqual({ it: 'Ann 3', all: 5 });
  });

  it('is read as a list', () => {
    const x = 'id: x, for_each: [1], output: { type: object, properties: { a: { type: string } } }';
    expect(found(tasks(x, 'id: y, depends_on: [x], when: "tasks.x.output[0].a == \'\'"'))).toEqual([]);
    expect(onlyProblemOf(tasks(x, 'id: y, depends_on: [x], when: "tasks.x.output.a == \'\'"')).message).toBe(
      '`tasks.x.output` is a list: its entries have numbers',
    );
  });

  it('reads a list of what comes before it, and of nothing else', () => {
    expect(onlyProblemOf(tasks('id: x', 'id: y, for_each: "${tasks.x.output}"')).message).toBe(
      '`y` reads the output of `x`, which need not have completed before it',
    );
  });

  it('is told where the variables of its items are known', () => {
    expect(onlyProblemOf(tasks('id: x, when: item == 1, for_each: [1]')).message).toBe(
      '`item` is known only in the `input`, the `wait` and the resources of a task with `for_each`',
    );
    expect(found(tasks('id: x, depends_on: [y], join: { when: index > 0 }', 'id: y'))).toEqual([
      '7:55 expression_unknown_name tasks[0].join.when',
    ]);
    expect(found(documentOf({ top: 'outputs: { a: "${item}" }' }))).toEqual([
      '10:18 expression_unknown_name outputs.a',
    ]);
  });
});

describe('tasks that a task spawned', () => {
  it('are read by their ids, like its output', () => {
    const reads = 'id: y, depends_on: [x], input: "${tasks.x.spawned[\'a\']}"';
    const parsed = parseDefinition(tasks('id: x', reads));
    const input = parsed.kind === 'valid' ? parsed.definition.tasks[1]?.input : undefined;
    expect(input?.reads).toEqual({ input: false, tasks: ['x'], spawned: ['x'] });
    const x = { output: null, status: 'completed', spawned: { a: 5 } };
    expect(input?.evaluate({ input: null, tasks: { x } })).toBe(5);
    expect(onlyProblemOf(tasks('id: x', 'id: y, input: "${tasks.x.spawned.a}"')).code).toBe(
      'task_not_upstream',
    );
  });
});
