/** Joins, ends of dependencies, loops and what follows a failure: what is read, and what is wrong with it. */
import type { TaskDefinition } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { documentOf, found, onlyProblemOf } from '../../test/documents.ts';
import { parseDefinition } from '../parse.ts';

const tasks = (...lines: readonly string[]): string =>
  documentOf({ tasks: ['{ id: x, agent: a }', ...lines].map((line) => `  - ${line}`).join('\n') });

function taskOf(line: string): TaskDefinition | undefined {
  const parsed = parseDefinition(tasks(line));
  if (parsed.kind !== 'valid') throw new Error(JSON.stringify(parsed.problems));
  return parsed.definition.tasks[1];
}

describe('what a task waits for', () => {
  it('is the completion of the tasks it lists, unless it says how they must end', () => {
    expect(taskOf('{ id: y, agent: a, depends_on: [x] }')).not.toHaveProperty('metBy');
    expect(taskOf('{ id: y, agent: a, depends_on: [{ task: x, on: completed }] }')).not.toHaveProperty(
      'metBy',
    );
    const task = taskOf('{ id: y, agent: a, depends_on: [{ task: x, on: failed }] }');
    expect(task).toMatchObject({ dependsOn: ['x'], metBy: { x: 'failed' } });
  });

  it('is all of them, unless it has a join', () => {
    const join = (text: string): unknown =>
      taskOf(`{ id: y, agent: a, depends_on: [x], join: ${text} }`)?.join;
    expect(join('all')).toEqual({ kind: 'all' });
    expect(join('any')).toEqual({ kind: 'any' });
    expect(join('{ at_least: 1 }')).toEqual({ kind: 'at_least', count: 1 });
    expect(join(`{ when: 'tasks.x.status == "failed"' }`)).toMatchObject({
      kind: 'when',
      condition: { source: 'tasks.x.status == "failed"', reads: { input: false, tasks: ['x'] } },
    });
    expect(taskOf('{ id: y, agent: a, depends_on: [x], join: any, cancel_remaining: true }')).toHaveProperty(
      'cancelRemaining',
      true,
    );
  });

  it('is told what is wrong with it', () => {
    const message = (line: string): string => onlyProblemOf(tasks(line)).message;
    expect(message('{ id: y, agent: a, depends_on: [{ task: x }] }')).toBe(
      '`on` is missing from a dependency',
    );
    expect(message('{ id: y, agent: a, depends_on: [{ task: w, on: any }] }')).toBe(
      '`y` depends on `w`, which is no task',
    );
    expect(message('{ id: y, agent: a, depends_on: [x, { task: x, on: any }] }')).toBe(
      '`y` depends on `x` twice',
    );
    expect(message('{ id: y, agent: a, depends_on: [{ on: any }] }')).toBe(
      '`task` is missing from a dependency',
    );
    expect(message('{ id: y, agent: a, depends_on: [x], join: most }')).toMatch('`join` is `most`');
    expect(message('{ id: y, agent: a, depends_on: [x], join: { when: 1 } }')).toMatch(
      'should be a condition',
    );
    expect(message('{ id: y, agent: a, depends_on: [x], join: {} }')).toMatch('should have one of');
    expect(message('{ id: y, agent: a, depends_on: [x], join: { at_leats: 1 } }')).toMatch(
      'is not a key of a join',
    );
    expect(message(`{ id: y, agent: a, depends_on: [x], join: { when: 'tasks.w.output' } }`)).toMatch(
      '`y` reads the output of `w`, which is no task',
    );
    expect(message(`{ id: y, agent: a, depends_on: [x], join: { when: 'tasks.y.status == "a"' } }`)).toBe(
      '`y` reads its own status',
    );
    expect(message(`{ id: y, agent: a, depends_on: [x], join: { when: '1 + 1' } }`)).toMatch(
      'should be true or false, but is',
    );
  });

  it('may be the status of any task, which gates nothing', () => {
    const when = `when: 'tasks.x.status == "completed"'`;
    expect(found(tasks(`{ id: y, agent: a, ${when} }`))).toEqual([]);
    expect(taskOf(`{ id: y, agent: a, ${when} }`)?.dependsOn).toEqual([]);
  });

  it('keeps nobody waiting for what can never run, where the join fires without it', () => {
    const never = `{ id: never, agent: a, when: 'false' }`;
    const codes = (line: string): readonly string[] =>
      found(tasks(never, line)).map((one) => one.split(' ')[1] ?? '');
    expect(codes('{ id: y, agent: a, depends_on: [never] }')).toContain('task_unreachable');
    expect(codes('{ id: y, agent: a, depends_on: [x, never], join: any }')).not.toContain('task_unreachable');
    expect(codes('{ id: y, agent: a, depends_on: [{ task: never, on: skipped }] }')).not.toContain(
      'task_unreachable',
    );
    expect(
      codes('{ id: y, agent: a, depends_on: [x, { task: never, on: any }], join: { at_least: 2 } }'),
    ).not.toContain('task_unreachable');
    expect(codes('{ id: y, agent: a, depends_on: [x, never], join: { at_least: 2 } }')).toContain(
      'task_unreachable',
    );
  });
});

describe('a loop', () => {
  it('has defaults for its bounds', () => {
    expect(taskOf(`{ id: y, agent: a, loop: { until: 'tasks.y.output == 1' } }`)?.loop).toMatchObject({
      until: { source: 'tasks.y.output == 1' },
      maxIterations: 10,
      onLimit: 'complete',
    });
    expect(taskOf('{ id: y, agent: a, loop: { max_iterations: 3, on_limit: fail } }')?.loop).toEqual({
      maxIterations: 3,
      onLimit: 'fail',
    });
    expect(taskOf(`{ id: y, agent: a, loop: { while: 'input.more' } }`)?.loop?.while?.source).toBe(
      'input.more',
    );
  });

  it('lets a task read what it gave in the round before', () => {
    const own = 'input: "${tasks.y.output}"';
    expect(found(tasks(`{ id: y, agent: a, loop: { max_iterations: 2 }, ${own} }`))).toEqual([]);
    expect(onlyProblemOf(tasks(`{ id: y, agent: a, ${own} }`)).message).toBe('`y` reads its own output');
  });

  it('says when it ends', () => {
    for (const loop of ['{}', '{ on_limit: fail }'])
      expect(onlyProblemOf(tasks(`{ id: y, agent: a, loop: ${loop} }`))).toMatchObject({
        code: 'empty',
        message: '`loop` says neither what it waits for nor how often it runs',
      });
    expect(onlyProblemOf(tasks('{ id: y, agent: a, loop: 3 }')).message).toMatch(
      '`loop` should be a mapping such as',
    );
    expect(onlyProblemOf(tasks(`{ id: y, agent: a, loop: { until: '1' } }`)).message).toBe(
      '`until` should be true or false, but is a number',
    );
    expect(onlyProblemOf(tasks(`{ id: y, agent: a, loop: { until: 'tasks.w.output' } }`)).code).toBe(
      'task_unknown',
    );
  });
});

describe('what follows a failure', () => {
  it('is said by a word, or by the task to begin again at', () => {
    expect(taskOf('{ id: y, agent: a, on_failure: continue }')?.onFailure).toEqual({ kind: 'continue' });
    expect(taskOf('{ id: y, agent: a, depends_on: [x], on_failure: { goto: x } }')?.onFailure).toEqual({
      kind: 'goto',
      task: 'x',
      maxTimes: 3,
    });
    expect(taskOf('{ id: y, agent: a, on_failure: { goto: y, max_times: 1 } }')?.onFailure).toEqual({
      kind: 'goto',
      task: 'y',
      maxTimes: 1,
    });
  });

  it('leads back, never to work that has not been', () => {
    expect(onlyProblemOf(tasks('{ id: y, agent: a, on_failure: { goto: x } }'))).toMatchObject({
      code: 'goto_forward',
      message: '`x` does not come before `y`, so nothing can go back to it',
      hint: 'for what follows a failure, let `x` depend on `{task: y, on: failed}`',
    });
    expect(onlyProblemOf(tasks('{ id: y, agent: a, on_failure: { goto: w } }'))).toMatchObject({
      code: 'task_unknown',
      message: 'a failure of `y` leads to `w`, which is no task',
    });
    expect(onlyProblemOf(tasks('{ id: y, agent: a, on_failure: { max_times: 2 } }')).code).toBe(
      'key_missing',
    );
  });

  it('leads back by data as well', () => {
    const text = documentOf({
      tasks:
        '  - { id: x, agent: a }\n  - { id: y, agent: a, input: "${tasks.x.output}", on_failure: { goto: x } }',
      coordination: '  type: hybrid\n  graph_based: [data]',
    });
    expect(found(text)).toEqual([]);
  });
});

describe('a task that ends the workflow', () => {
  it('says how, and may say with what and why', () => {
    const task = taskOf('{ id: y, depends_on: [x], terminate: { as: failed, reason: "no ${input.name}" } }');
    expect(task).toMatchObject({
      kind: 'terminate',
      terminate: { as: 'failed', reason: { source: 'no ${input.name}' } },
    });
    const done = taskOf(
      '{ id: y, depends_on: [x], terminate: { as: completed, output: { found: "${tasks.x.output}" } } }',
    );
    expect(done).toMatchObject({ terminate: { as: 'completed', output: { reads: { tasks: ['x'] } } } });
  });

  it('is told what is wrong with it', () => {
    const codes = (line: string): readonly string[] => found(tasks(line));
    expect(codes('{ id: y, terminate: {} }')).toEqual(['8:14 key_missing tasks[1].terminate.as']);
    expect(codes('{ id: y, kind: terminate }')).toEqual(['8:20 kind_invalid tasks[1].kind']);
    expect(codes('{ id: y, terminate: { as: completed }, loop: { max_iterations: 2 } }')).toEqual([
      '8:44 kind_invalid tasks[1].loop',
    ]);
    expect(codes('{ id: y, terminate: { as: completed, output: "${tasks.x.output}" } }')).toEqual([
      '8:53 task_not_upstream tasks[1].terminate.output',
    ]);
  });
});
