import {
  aComputed,
  aPlan,
  cancels,
  completes,
  fails,
  given,
  pauses,
  resumes,
  starts,
  type TaskSketch,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { MAX_ITEMS_PER_TASK } from '../../../plan/definition.ts';
import { itemInput, taskOutput } from '../input.ts';
import { viewExecution } from '../look/view.ts';
import { why } from '../look/why/why.ts';

const list = aComputed(({ input }) => input);

function planOf(sketch: TaskSketch = {}, seats = 3) {
  const each = { parallel: true, forEach: list, ...sketch };
  return aPlan({ agents: { w: seats }, tasks: { each, after: ['each'] } });
}

const assigned = (item: number) => ({ type: 'agent.task_assigned', task: 'each', item, attempt: 1 });

describe('a task with for_each', () => {
  test('has an item for each element of its list, which the element is given to', () => {
    given(planOf())
      .commands(starts({ input: ['x', { deep: 1 }] }))
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        { type: 'task.opened', task: 'each', items: 2, input: ['x', { deep: 1 }] },
        'agent.task_assigned',
        'agent.task_assigned',
      )
      .thenState((state) => {
        expect([0, 1].map((item) => itemInput(state, 0, item))).toEqual(['x', { deep: 1 }]);
      });
  });

  test('gives its items what its template becomes with each element', () => {
    const input = aComputed(({ input, item = null, index = -1 }) => ({ all: input, item, index }));
    given(planOf({ input }))
      .commands(starts({ input: ['x', 'y'] }))
      .thenState((state) => {
        expect(itemInput(state, 0, 1)).toEqual({ all: ['x', 'y'], item: 'y', index: 1 });
      });
  });

  test('gives an item its list where the element is one, also after one parallel task', () => {
    const tasks = {
      first: { parallel: true },
      each: {
        dependsOn: ['first'],
        parallel: true,
        forEach: aComputed(() => [[1, 2], [3]], { tasks: ['first'] }),
      },
    };
    given(aPlan({ agents: { w: 2 }, tasks }))
      .commands(starts({ input: ['x'] }), completes('first[0]', 'X'))
      .thenState((state) => {
        expect([0, 1].map((item) => itemInput(state, 1, item))).toEqual([[1, 2], [3]]);
      });
  });

  test('of an empty list is completed at once, with an empty list', () => {
    given(planOf())
      .commands(starts({ input: [] }))
      .thenState((state) => {
        expect(state.tasks[0]?.status).toBe('completed');
        expect(taskOutput(state, 0)).toEqual([]);
      });
  });

  test('gives the outputs in the order of the items', () => {
    given(planOf())
      .commands(starts({ input: [1, 2] }), completes('each[1]', 'b'), completes('each[0]', 'a'))
      .thenState((state) => expect(taskOutput(state, 0)).toEqual(['a', 'b']));
  });

  test.each<[string, Json, string]>([
    ['what is no list', { a: 1 }, '`for_each` of task `each` should give a list'],
    [
      'too many items',
      Array.from({ length: MAX_ITEMS_PER_TASK + 1 }, () => 0),
      '`for_each` of task `each` gives 10001 items, and 10000 are allowed',
    ],
  ])('fails with %s', (_, input, message) => {
    given(planOf())
      .commands(starts({ input }))
      .thenIs('failed')
      .thenState(({ status }) =>
        expect(status).toMatchObject({ task: 'each', error: { code: 'expression_failed', message } }),
      );
  });

  test('fails with a list that cannot be worked out, or an input that cannot be for one of its items', () => {
    const fail = (): never => {
      throw new CantataError('expression_failed', 'no value');
    };
    for (const sketch of [{ forEach: aComputed(fail) }, { input: aComputed(fail) }]) {
      given(planOf(sketch))
        .commands(starts({ input: [1] }))
        .thenState(({ status }) => expect(status).toMatchObject({ error: { message: 'no value' } }));
    }
  });

  test('fails where the inputs of its items are too large together', () => {
    const input = aComputed(() => 'x'.repeat(1_000_000));
    given(planOf({ input }))
      .commands(starts({ input: Array.from({ length: 9 }, (_, n) => n) }))
      .thenState(({ status }) =>
        expect(status).toMatchObject({ error: { message: expect.stringMatching(/is larger than 8 MiB$/) } }),
      );
  });

  test('goes on where an item fails and that is to be continued with, and shows null for it', () => {
    given(planOf({ onFailure: { kind: 'continue' } }))
      .commands(starts({ input: [1, 2] }), fails('each[0]'), completes('each[1]', 'b'))
      .thenState((state) => expect(taskOutput(state, 0)).toEqual([null, 'b']));
  });
});

describe('a bound of the items that are served at a time', () => {
  const plan = planOf({ maxConcurrency: 2 });

  test('holds the others, though there are seats', () => {
    given(plan)
      .when(starts({ input: [1, 2, 3, 4] }))
      .thenState(({ inFlight, tasks }) => {
        expect(inFlight.size).toBe(2);
        expect(tasks[0]?.items.map(({ status }) => status.kind)).toEqual([
          'assigned',
          'assigned',
          'held',
          'held',
        ]);
      });
  });

  test('serves the next item when one has ended', () => {
    given(plan)
      .commands(starts({ input: [1, 2, 3, 4] }))
      .when(completes('each[1]'))
      .thenHappens('task.completed', { ...assigned(2), assignment: 1, seat: 'w-3' } as never)
      .when(completes('each[0]'))
      .thenHappens('task.completed', 'agent.task_assigned')
      .when(completes('each[2]'))
      .thenHappens('task.completed')
      .when(completes('each[3]'))
      .thenHappens('task.completed', {
        type: 'agent.task_assigned',
        task: 'after',
        attempt: 1,
        assignment: 1,
        seat: 'w-1',
      });
  });

  test('is for `parallel: true`, too', () => {
    given(aPlan({ agents: { w: 3 }, tasks: { all: { parallel: true, maxConcurrency: 1 } } }))
      .commands(starts())
      .thenState(({ inFlight }) => expect(inFlight.size).toBe(1));
  });

  test('does nothing where there are not so many items', () => {
    given(plan)
      .commands(starts({ input: [1] }))
      .thenState(({ tasks }) => expect(tasks[0]).toMatchObject({ held: 0 }));
  });

  test('counts an item that waits for its next attempt', () => {
    given(planOf({ maxConcurrency: 1, retryPolicy: 'fixed' }))
      .commands(starts({ input: [1, 2] }), fails('each[0]'))
      .thenState(({ tasks }) =>
        expect(tasks[0]?.items.map(({ status }) => status.kind)).toEqual(['retrying', 'held']),
      );
  });

  test('lets an item that failed and is passed over make room for the next', () => {
    given(planOf({ maxConcurrency: 1, onFailure: { kind: 'continue' } }))
      .commands(starts({ input: [1, 2] }))
      .when(fails('each[0]'))
      .thenHappens('task.failed', 'agent.task_assigned');
  });

  test('holds items while the execution is paused, and serves them when it goes on', () => {
    given(plan)
      .commands(starts({ input: [1, 2, 3] }), pauses(), completes('each[0]'))
      .when(resumes())
      .thenHappens('workflow.resumed', 'agent.task_assigned');
  });

  test('never serves what is held when the execution ends', () => {
    given(plan)
      .commands(starts({ input: [1, 2, 3, 4, 5] }), cancels())
      .when(completes('each[0]'))
      .thenHappens('task.completed')
      .when(completes('each[1]'))
      .thenHappens('task.completed', 'workflow.cancelled')
      .thenState((state) =>
        expect(viewExecution(state, 0).tasks[0]?.items.map(({ status }) => status)).toEqual([
          'completed',
          'completed',
          'cancelled',
          'cancelled',
          'cancelled',
        ]),
      );
  });

  test('passes over an item that was cancelled while it was held', () => {
    given(plan)
      .commands(starts({ input: [1, 2, 3, 4] }))
      .events({ type: 'task.cancelling', tasks: ['each'], item: 2, by: 'ann', reason: 'not needed' })
      .when(completes('each[0]'))
      .thenHappens('task.completed', { ...assigned(3), assignment: 1, seat: 'w-3' } as never);
  });

  test('serves nothing of a task that is cancelled', () => {
    given(plan)
      .commands(starts({ input: [1, 2, 3, 4] }))
      .events({ type: 'task.cancelling', tasks: ['each'], by: 'ann', reason: 'not needed' })
      .thenState(({ tasks }) =>
        expect(tasks[0]?.items.map(({ status }) => status.kind)).toEqual([
          'assigned',
          'assigned',
          'cancelled',
          'cancelled',
        ]),
      );
  });

  test('holds items in every round of a loop', () => {
    given(planOf({ maxConcurrency: 1, loop: { maxIterations: 2, onLimit: 'fail' } }))
      .commands(starts({ input: [1, 2] }), completes('each[0]'), completes('each[1]'))
      .thenState(({ tasks }) =>
        expect(tasks[0]?.items.map(({ status }) => status.kind)).toEqual(['assigned', 'held']),
      );
  });

  test('is forgotten of what was held when the task begins again', () => {
    given(planOf({ maxConcurrency: 1, onFailure: { kind: 'goto', task: 'each', maxTimes: 1 } }))
      .commands(starts({ input: [1, 2] }))
      .when(fails('each[0]'))
      .thenHappens('task.failed', 'task.reentered', 'task.opened', 'agent.task_assigned')
      .thenState(({ tasks }) => expect(tasks[0]).toMatchObject({ held: 1, openItems: 2 }));
  });

  test('is explained, once for all items that are held', () => {
    const run = given(plan).commands(starts({ input: [1, 2, 3, 4] }));
    const told = () => why(run.state, 0).find(({ subject }) => subject === 'each');
    expect(told()).toEqual({
      subject: 'each',
      code: 'waits_for_turn',
      sentence: '2 items of each wait for others to end: at most 2 run at a time.',
      waits_for: ['each'],
    });
    run.commands(completes('each[0]'));
    expect(told()?.sentence).toBe('1 item of each waits for others to end: at most 2 run at a time.');
    expect(viewExecution(run.state, 0).tasks[0]?.items[3]?.status).toBe('pending');
    run.commands(cancels());
    expect(told()).toMatchObject({
      code: 'given_up',
      sentence: '1 item of each will not start any more: the execution is being cancelled.',
    });
  });
});
