import {
  aComputed,
  addsItems,
  aPlan,
  cancels,
  completes,
  fails,
  given,
  pauses,
  starts,
  type TaskSketch,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import { MAX_ITEMS_PER_TASK } from '../../../plan/definition.ts';
import type { AddItems } from '../../../ports/agent.ts';
import { itemInput, taskOutput } from '../input.ts';

const list = aComputed(({ input }) => input);

function planOf(sketch: TaskSketch = {}) {
  const tasks = {
    each: { parallel: true, forEach: list, ...sketch },
    after: ['each'],
    plain: { agent: 'other' },
  };
  return aPlan({ agents: { w: 2, other: 1 }, tasks });
}

const adding = (task: string, ...items: readonly Json[]): { directives: readonly AddItems[] } => ({
  directives: [{ kind: 'add_items', task, items }],
});

describe('items that an operator adds', () => {
  test('come after those there are, and are waited for', () => {
    given(planOf())
      .commands(starts({ input: ['x'] }))
      .when(addsItems('each', 'y', 'z'))
      .thenHappens(
        { type: 'task.items_added', task: 'each', items: 2, input: ['y', 'z'], by: 'ann' },
        { type: 'agent.task_assigned', task: 'each', item: 1, attempt: 1, assignment: 1, seat: 'w-2' },
      )
      .commands(completes('each[0]', 'X'), completes('each[1]', 'Y'))
      .when(completes('each[2]', 'Z'))
      .thenHappens('task.completed', 'agent.task_assigned')
      .thenState((state) => {
        expect([0, 1, 2].map((item) => itemInput(state, 0, item))).toEqual(['x', 'y', 'z']);
        expect(taskOutput(state, 0)).toEqual(['X', 'Y', 'Z']);
      });
  });

  test('work on what the template becomes with them, at their place', () => {
    const input = aComputed(({ item = null, index = -1 }) => [item, index]);
    given(planOf({ input }))
      .commands(starts({ input: ['x'] }), addsItems('each', 'y'))
      .thenState((state) => expect(itemInput(state, 0, 1)).toEqual(['y', 1]));
  });

  test('are held where as many as may be are at work', () => {
    given(planOf({ maxConcurrency: 1 }))
      .commands(starts({ input: ['x'] }), addsItems('each', 'y'), addsItems('each', 'z'))
      .thenState(({ tasks }) =>
        expect(tasks[0]?.items.map(({ status }) => status.kind)).toEqual(['assigned', 'held', 'held']),
      );
  });

  test('say why they were added, where somebody did', () => {
    given(planOf())
      .commands(starts({ input: ['x'] }))
      .when({ ...(addsItems('each', 'y') as object), reason: 'forgot one' } as never)
      .thenHappens(
        { type: 'task.items_added', task: 'each', items: 1, input: ['y'], by: 'ann', reason: 'forgot one' },
        'agent.task_assigned',
      );
  });

  test('wait while the execution is paused', () => {
    given(planOf())
      .commands(starts({ input: ['x'] }), pauses())
      .when(addsItems('each', 'y'))
      .thenHappens('task.items_added');
  });

  test.each([
    ['a task that is none', starts({ input: ['x'] }), addsItems('other', 1), 'there is no task other'],
    [
      'a task without for_each',
      starts({ input: ['x'] }),
      addsItems('plain', 1),
      'plain has no `for_each` and takes no more items',
    ],
    [
      'a task that is over',
      starts({ input: [] }),
      addsItems('each', 1),
      'each is completed and takes no more items',
    ],
    ['nothing', starts({ input: ['x'] }), addsItems('each'), 'no items are given'],
    [
      'more than there may be',
      starts({ input: ['x'] }),
      addsItems('each', ...Array.from({ length: MAX_ITEMS_PER_TASK }, () => 0)),
      'each would have 10001 items, and 10000 are allowed',
    ],
  ])('are refused for %s', (_, start, adds, message) => {
    given(planOf()).commands(start).when(adds).thenRejected('items_refused', message);
  });

  test('are refused before the task is open, and between its rounds', () => {
    const tasks = { first: [], each: { dependsOn: ['first'], parallel: true, forEach: list } };
    given(aPlan({ tasks }))
      .commands(starts({ input: [1] }))
      .when(addsItems('each', 2))
      .thenRejected('items_refused', 'each is not open yet and takes no more items');
    given(planOf({ loop: { maxIterations: 2, onLimit: 'fail' } }))
      .commands(starts({ input: [1] }), pauses(), completes('each[0]'))
      .when(addsItems('each', 2))
      .thenRejected('items_refused', 'each is between two rounds and takes no more items');
  });

  test('are refused where their input has no value', () => {
    const input = aComputed(({ item }) => {
      if (item === 'x') return item;
      throw new CantataError('expression_failed', 'no value');
    });
    given(planOf({ input }))
      .commands(starts({ input: ['x'] }))
      .when(addsItems('each', 'y'))
      .thenRejected('items_refused', 'no value');
  });

  test('are refused by an execution that ends or has ended', () => {
    given(planOf())
      .commands(starts({ input: ['x'] }), cancels())
      .when(addsItems('each', 'y'))
      .thenRejected('not_running', 'execution execution is being cancelled and takes no more items')
      .commands(completes('each[0]'), completes('plain'))
      .when(addsItems('each', 'y'))
      .thenRejected('already_ended', 'execution execution is cancelled and takes no more items');
  });

  test('are refused while what was done is undone: the task they were for is open still', () => {
    const compensate = { who: { kind: 'group', group: 'w' }, retryPolicy: 'none' } as const;
    const tasks = { each: { parallel: true, forEach: list, maxConcurrency: 1, compensate } };
    given(aPlan({ agents: { w: 2 }, tasks }))
      .commands(starts({ input: ['x', 'y'] }), cancels(), completes('each[0]'))
      .when(addsItems('each', 'z'))
      .thenRejected('not_running', 'execution execution is compensating and takes no more items');
  });
});

describe('items that an agent adds', () => {
  test('come with its answer, and before it: the task of which it is the last item goes on', () => {
    given(planOf())
      .commands(starts({ input: ['x'] }))
      .when(completes('each[0]', 'X', adding('each', 'y')))
      .thenHappens(
        { type: 'task.items_added', task: 'each', items: 1, input: ['y'], by: 'each[0]' },
        { type: 'task.completed', task: 'each', item: 0, attempt: 1, output: 'X' },
        'agent.task_assigned',
      );
  });

  test('may come to another task, and to the same one twice', () => {
    const [directive] = adding('each', 'y').directives as [AddItems];
    given(planOf())
      .commands(starts({ input: ['x'] }))
      .when(completes('plain', null, { directives: [directive, { ...directive, items: [] }, directive] }))
      .thenHappens('task.items_added', 'task.items_added', 'task.completed', 'agent.task_assigned')
      .thenState(({ tasks }) => expect(tasks[0]?.items).toHaveLength(3));
  });

  test('that are refused fail the turn, which may be tried again', () => {
    const half = Array.from({ length: MAX_ITEMS_PER_TASK / 2 }, () => 0);
    const [directive] = adding('each', ...half).directives as [AddItems];
    given(planOf())
      .commands(starts({ input: ['x'], retryPolicy: 'fixed' }))
      .when(completes('plain', null, { directives: [directive, directive] }))
      .thenHappens({
        type: 'task.retry_scheduled',
        task: 'plain',
        attempt: 1,
        error: {
          code: 'items_refused',
          message: 'each would have 10001 items, and 10000 are allowed',
        },
        until: 1_000,
      });
  });

  test('do not come when its answer does not count, or nothing starts any more', () => {
    given(planOf())
      .commands(starts({ input: ['x'] }), cancels())
      .when(completes('plain', null, adding('each', 'y')))
      .thenHappens('task.completed');
    given(planOf())
      .commands(starts({ input: ['x'], retryPolicy: 'fixed' }), fails('plain'))
      .when(completes('plain', null, adding('each', 'y')))
      .thenRejected('stale_result');
  });
});
