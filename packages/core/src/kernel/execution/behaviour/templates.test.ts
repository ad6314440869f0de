import {
  aComputed,
  aPlan,
  aSchema,
  completes,
  type DefinitionSketch,
  fails,
  given,
  pauses,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { executionOutput, itemInput } from '../input.ts';
import { viewExecution } from '../look/view.ts';
import { why } from '../look/why/why.ts';

const breaks = aComputed((): Json => {
  throw new CantataError('expression_failed', 'input.topic is missing');
});
const error = { code: 'expression_failed', message: 'input.topic is missing', retry: 'never' } as const;

describe('a task with a template', () => {
  const plan = aPlan({
    tasks: {
      a: [],
      b: {
        dependsOn: ['a'],
        input: aComputed(({ input, tasks }) => ({ input, a: tasks['a']?.output ?? null }), { tasks: ['a'] }),
      },
    },
  });

  test('works on what the template became, which is in the log', () => {
    given(plan)
      .commands(starts({ input: 'question' }))
      .when(completes('a', 'found'))
      .thenHappens(
        'task.completed',
        { type: 'task.opened', task: 'b', input: { input: 'question', a: 'found' } },
        'agent.task_assigned',
      )
      .thenState((state) =>
        expect(itemInput(state, 1, undefined)).toEqual({ input: 'question', a: 'found' }),
      );
  });

  test('sees what it reads and nothing else', () => {
    const input = aComputed(({ tasks }) => Object.keys(tasks), { tasks: ['b'] });
    given(aPlan({ tasks: { a: [], b: ['a'], c: { dependsOn: ['a', 'b'], input } } }))
      .commands(starts(), completes('a'), completes('b'))
      .thenState((state) => expect(itemInput(state, 2, undefined)).toEqual(['b']));
  });

  test('is parallel over the list the template became, else over the seats', () => {
    const over = (value: Json): number => {
      const tasks = { each: { parallel: true, input: aComputed(() => value) } };
      const { state } = given(aPlan({ agents: { w: 3 }, tasks })).commands(starts());
      return state.tasks[0]?.items.length ?? 0;
    };
    expect([over(['x', 'y']), over({ whole: true }), over([])]).toEqual([2, 3, 0]);
  });

  test('gives every item of a parallel one its element', () => {
    const tasks = { each: { parallel: true, input: aComputed(() => ['x', 'y']) } };
    const { state } = given(aPlan({ tasks })).commands(starts());
    expect([itemInput(state, 0, 0), itemInput(state, 0, 1)]).toEqual(['x', 'y']);
  });

  test('of which the value is null works on null', () => {
    const { state } = given(aPlan({ tasks: { a: { input: aComputed(() => null) } } })).commands(
      starts({ input: 'not this' }),
    );
    expect(itemInput(state, 0, undefined)).toBeNull();
  });
});

describe('a template or a condition that does not fit the values it meets', () => {
  test.each([['input'], ['when']])('fails its task and with it the execution: %s', (key) => {
    given(aPlan({ tasks: { a: { [key]: breaks } } }))
      .when(starts())
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        { type: 'task.failed', task: 'a', attempt: 0, error },
        { type: 'workflow.failing', error, task: 'a' },
        { type: 'workflow.failed', error, task: 'a' },
      )
      .thenState((state) => {
        expect(viewExecution(state, 0).tasks).toMatchObject([{ id: 'a', status: 'failed', error }]);
        expect(state.counters).toMatchObject({ failedTasks: 1, turns: 0 });
        expect(why(state, 0)[1]).toEqual({
          subject: 'a',
          code: 'task_failed',
          sentence: 'a could not start: expression_failed: input.topic is missing',
          waits_for: [],
        });
      });
  });

  test('that grows past the limit fails as well', () => {
    const input = aComputed(() => ['x'.repeat(1_100_000)]);
    given(aPlan({ tasks: { a: { input: { ...input, source: '${big}' } } } }))
      .commands(starts())
      .thenIs('failed')
      .thenState(({ tasks }) =>
        expect(tasks[0]?.error?.message).toBe('what "${big}" gives at [0] is larger than 1 MiB'),
      );
  });

  test('that gives what is no JSON fails as well', () => {
    const input = aComputed(() => Number.NaN);
    given(aPlan({ tasks: { a: { input: { ...input, source: '${0/0}' } } } }))
      .commands(starts())
      .thenState(({ tasks }) =>
        expect(tasks[0]?.error?.message).toBe('what "${0/0}" gives is not JSON: the number NaN'),
      );
  });

  test('by a bug is no failure of the workflow', () => {
    const input = aComputed((): Json => {
      throw new TypeError('a bug');
    });
    expect(() => given(aPlan({ tasks: { a: { input } } })).commands(starts())).toThrow('a bug');
  });
});

describe('the outputs of a workflow', () => {
  const outputs = aComputed(({ tasks }) => ({ answer: tasks['a']?.output ?? null }), { tasks: ['a'] });
  const sketch: DefinitionSketch = { tasks: { a: [], b: ['a'] }, outputs };

  test('are what the execution gives, and are in the log', () => {
    given(aPlan(sketch))
      .commands(starts(), completes('a', 42))
      .when(completes('b'))
      .thenHappens('task.completed', { type: 'workflow.completed', output: { answer: 42 } })
      .thenState((state) => expect(executionOutput(state)).toEqual({ answer: 42 }));
  });

  test('that cannot be computed fail the execution', () => {
    given(aPlan({ outputs: breaks }))
      .commands(starts())
      .when(completes('a'))
      .thenHappens('task.completed', { type: 'workflow.failing', error }, { type: 'workflow.failed', error });
  });
});

describe('outputs that look into what was skipped', () => {
  test('say so', () => {
    const outputs = aComputed(
      (): Json => {
        throw new CantataError('expression_failed', '`tasks.b.output.x` is missing');
      },
      { tasks: ['a', 'b', 'c'] },
    );
    const tasks = { a: [], b: { when: aComputed(() => false) }, c: ['b'] };
    given(aPlan({ tasks, outputs }))
      .commands(starts())
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        {
          type: 'workflow.failing',
          error: { ...error, message: '`tasks.b.output.x` is missing; skipped, and so null: b and c' },
        },
        'workflow.failed',
      );
  });
});

describe('an output with a schema', () => {
  const output = aSchema((value) => typeof value === 'number', 'should be a number');
  const misfit = {
    code: 'output_invalid',
    message: 'the output does not fit its schema: should be a number',
  };

  test('that fits is taken', () => {
    given(aPlan({ tasks: { a: { output } } }))
      .commands(starts(), completes('a', 1))
      .thenIs('completed');
  });

  test('that does not fit is a failure', () => {
    given(aPlan({ tasks: { a: { output } } }))
      .commands(starts())
      .when(completes('a', 'one'))
      .thenHappens(
        { type: 'task.failed', task: 'a', attempt: 1, error: misfit },
        { type: 'workflow.failing', task: 'a', error: misfit },
        'workflow.failed',
      );
  });

  test('that does not fit is tried again where the policy says so', () => {
    given(aPlan({ tasks: { a: { output, retryPolicy: 'fixed' } } }))
      .commands(starts())
      .when(completes('a', 'one'))
      .thenHappens({ type: 'task.retry_scheduled', task: 'a', attempt: 1, error: misfit, until: 1_000 });
  });

  test('is checked for every item of a parallel task', () => {
    given(aPlan({ tasks: { a: { output, parallel: true } } }))
      .commands(starts({ input: [1, 2] }), completes('a[0]', 1))
      .when(completes('a[1]', 'two'))
      .thenHappens(
        { type: 'task.failed', task: 'a', item: 1, attempt: 1, error: misfit },
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('that does not fit and comes while the execution fails is a failure and no retry', () => {
    const tasks = { a: { output, retryPolicy: 'fixed' as const }, b: [] };
    given(aPlan({ agents: { w: 2 }, tasks }))
      .commands(starts(), fails('b'))
      .when(completes('a', 'one'))
      .thenHappens({ type: 'task.failed', task: 'a', attempt: 1, error: misfit }, 'workflow.failed');
  });

  test('is checked when it arrives in a pause', () => {
    given(aPlan({ tasks: { a: { output } } }))
      .commands(starts(), pauses(), completes('a', 'one'))
      .thenIs('failed');
  });
});
