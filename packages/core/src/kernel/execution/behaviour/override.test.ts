import {
  aPlan,
  cancelsTask,
  completes,
  completesByHand,
  fails,
  failsByHand,
  fires,
  type Given,
  given,
  pauses,
  reassigns,
  resumes,
  skipsByHand,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Schema } from '../../../plan/expression.ts';
import { itemInput, taskOutput } from '../input.ts';
import { why } from '../look/why/why.ts';

const chain = aPlan({ tasks: { a: { retryPolicy: 'fixed', timeoutMs: 5_000 }, b: ['a'] } });
const parallel = aPlan({ agents: { w: 2 }, tasks: { a: { parallel: true }, b: ['a'] } });
const stop = (place: string, attempt = 1) => ({
  kind: 'cancel_agent' as const,
  task: place,
  item: undefined,
  attempt,
  assignment: 1,
  reason: 'did it myself',
});
const outputs = ({ state }: Given): unknown => state.tasks.map((_, index) => taskOutput(state, index));

describe('a task that is completed by hand', () => {
  test('takes the seat from its agent, which is told to stop and whose answer is stale', () => {
    given(chain)
      .commands(starts())
      .when(completesByHand('a', 'mine'))
      .thenHappens(
        {
          type: 'task.overridden',
          task: 'a',
          as: 'completed',
          output: 'mine',
          by: 'ann',
          reason: 'did it myself',
        },
        { type: 'agent.task_assigned', task: 'b', attempt: 1, assignment: 1, seat: 'workers' },
      )
      .thenOwes(
        stop('a'),
        { kind: 'disarm', timer: { kind: 'attempt_timeout', task: 'a', item: undefined } },
        {
          kind: 'dispatch',
          task: 'b',
          item: undefined,
          attempt: 1,
          assignment: 1,
          seat: 'workers',
          sequence: 7,
        },
      )
      .when(completes('a', 'late'))
      .thenRejected('stale_result');
  });

  test('waits for its next attempt no longer', () => {
    given(chain)
      .commands(starts(), fails('a'))
      .when(completesByHand('a', 'mine'))
      .thenHappens('task.overridden', 'agent.task_assigned')
      .when(fires('retry_due', 'a'), 60_000)
      .thenHappens();
  });

  test('waits for no time any longer, and nobody else can be given it', () => {
    given(aPlan({ tasks: { a: { wait: { kind: 'for', forMs: 60_000 } }, b: ['a'] } }))
      .commands(starts())
      .when(reassigns('a', 'workers'))
      .thenRejected('agent_unable', 'no agent does a: it needs none')
      .when(completesByHand('a'))
      .thenHappens('task.overridden', 'agent.task_assigned');
  });

  test('is done before anything it depends on', () => {
    const run = given(chain).commands(starts()).when(completesByHand('b', 'mine'));
    run.thenHappens('task.overridden').when(completes('a')).thenIs('completed');
    expect(outputs(run)).toEqual([null, 'mine']);
  });

  test('is done although it was to be skipped', () => {
    const run = given(chain)
      .commands(starts(), pauses(), cancelsTask('a'), fails('a'))
      .when(completesByHand('b', 'mine'))
      .thenHappens('task.overridden');
    run.when(resumes()).thenHappens('workflow.resumed', 'workflow.completed');
    expect(outputs(run)).toEqual([null, 'mine']);
  });

  test('of many items is one of them', () => {
    const run = given(parallel)
      .commands(starts({ input: [1, 2, 3] }), completes('a[0]', 'one'), completes('a[1]', 'two'))
      .when(completesByHand('a[2]', 'mine'));
    run.thenHappens('task.overridden', 'agent.task_assigned');
    expect(outputs(run)).toEqual([['one', 'two', 'mine'], null]);
  });

  test('as a whole has the items it is given, whatever it had before', () => {
    const run = given(parallel)
      .commands(starts({ input: [1, 2, 3] }), completes('a[0]', 'one'))
      .when(completesByHand('a', ['x', 'y']));
    run.thenHappens('task.overridden', 'agent.task_assigned');
    expect(outputs(run)).toEqual([['x', 'y'], null]);
    const more = given(parallel)
      .commands(starts({ input: [] }), completes('b'))
      .when(completesByHand('a', []))
      .thenRejected('already_ended');
    expect(more.state.status.kind).toBe('completed');
  });

  test('as a whole and before it was open has its items, too', () => {
    const late = aPlan({ tasks: { first: [], a: { dependsOn: ['first'], parallel: true } } });
    const run = given(late)
      .commands(starts())
      .when(completesByHand('a', ['x', 'y']));
    expect(outputs(run.thenHappens('task.overridden'))).toEqual([null, ['x', 'y']]);
    const next = aPlan({ tasks: { a: { parallel: true }, b: { dependsOn: ['a'], parallel: true } } });
    const { state } = given(next).commands(starts({ input: [1] }), completesByHand('a', ['x', 'y']));
    expect([0, 1].map((item) => itemInput(state, 1, item))).toEqual(['x', 'y']);
  });

  test('without a reason names who did it', () => {
    given(chain)
      .commands(starts())
      .when({ type: 'task.complete', task: 'a', output: 1, by: 'ann' })
      .thenHappens(
        {
          type: 'task.overridden',
          task: 'a',
          as: 'completed',
          output: 1,
          by: 'ann',
          reason: 'completed by ann',
        },
        'agent.task_assigned',
      );
  });

  test('is held to its schema', () => {
    const text: Schema = {
      source: { type: 'string' },
      check: (value) => (typeof value === 'string' ? [] : [{ path: '', message: 'is no text' }]),
    };
    const strict = aPlan({ tasks: { a: { output: text }, b: { output: text, parallel: true } } });
    given(strict)
      .commands(starts())
      .when(completesByHand('a', 1))
      .thenRejected('output_invalid', /does not fit the schema of a: /)
      .when(completesByHand('b', 'one'))
      .thenRejected('output_invalid', 'b is parallel: its output is the list of what its items give')
      .when(completesByHand('b', ['one', 2]))
      .thenRejected('output_invalid', /does not fit the schema of b: /)
      .when(completesByHand('b', ['one']))
      .thenHappens('task.overridden');
  });

  test('is open', () => {
    given(chain)
      .commands(starts(), completesByHand('a'))
      .when(completesByHand('a'))
      .thenRejected('task_settled', 'a is completed already')
      .when(skipsByHand('a'))
      .thenRejected('task_settled')
      .when(failsByHand('a'))
      .thenRejected('task_settled');
  });
});

describe('a task that is skipped by hand', () => {
  const event = { type: 'task.overridden', as: 'skipped', by: 'ann', reason: 'not needed' } as const;

  test('takes with it what depends on it, as any skipped task does, and says who did it', () => {
    const run = given(aPlan({ tasks: { a: [], b: ['a'], other: [] } })).commands(starts());
    run
      .when(skipsByHand('a'))
      .thenHappens(
        { ...event, task: 'a' },
        { type: 'task.skipped', task: 'b', dependency: 'a' },
        'agent.task_assigned',
      );
    expect(why(run.state, 0).map(({ sentence }) => sentence)).toEqual([
      'It is running: agents work on other.',
      'a was skipped; ann said so: not needed.',
      'b was skipped; a was skipped, on which it depends.',
    ]);
    run
      .when({ type: 'task.skip', task: 'other', by: 'ann' })
      .thenHappens({ ...event, task: 'other', reason: 'skipped by ann' }, 'workflow.completed');
  });

  test('leaves what its items gave behind', () => {
    const run = given(parallel).commands(starts({ input: [1, 2, 3] }), completes('a[0]'));
    run.when(skipsByHand('a')).thenHappens({ ...event, task: 'a' }, 'task.skipped', 'workflow.completed');
    expect(outputs(run)).toEqual([null, null]);
  });

  test('was not open', () => {
    given(chain)
      .commands(starts())
      .when(skipsByHand('b'))
      .thenHappens({ ...event, task: 'b' })
      .when(completes('a'))
      .thenIs('completed');
  });
});

describe('a task that is failed by hand', () => {
  const event = { type: 'task.overridden', as: 'failed', by: 'ann', reason: 'it is nonsense' } as const;
  const error = { code: 'failed_by_operator', message: 'ann: it is nonsense', retry: 'never' } as const;

  test('is not tried again, and takes the execution with it', () => {
    given(chain)
      .commands(starts())
      .when(failsByHand('a'))
      .thenHappens(
        { ...event, task: 'a' },
        { type: 'task.failed', task: 'a', attempt: 1, error },
        { type: 'workflow.failing', task: 'a', error },
        { type: 'workflow.failed', task: 'a', error },
      );
  });

  test('is gone on without where the document says so', () => {
    const tolerant = aPlan({
      tasks: { a: { onFailure: { kind: 'continue' } }, b: { dependsOn: ['a'], metBy: { a: 'any' } } },
    });
    given(tolerant)
      .commands(starts())
      .when(failsByHand('a'))
      .thenHappens(
        { ...event, task: 'a' },
        { type: 'task.failed', task: 'a', attempt: 1, error, handled: 'continue' },
        'agent.task_assigned',
      );
  });

  test('had not begun', () => {
    given(chain)
      .commands(starts())
      .when(failsByHand('b'))
      .thenHappens(
        { ...event, task: 'b' },
        { type: 'task.failed', task: 'b', attempt: 0, error },
        'workflow.failing',
      );
    given(aPlan({ tasks: { a: [], b: [] } }))
      .commands(starts())
      .when({ type: 'task.fail', task: 'b', by: 'ann' })
      .thenHappens('task.overridden', 'task.failed', 'workflow.failing')
      .thenState(({ tasks }) => expect(tasks[1]?.status).toBe('failed'));
  });

  test('was to be skipped', () => {
    given(chain)
      .commands(starts(), pauses(), cancelsTask('a'), fails('a'))
      .when(failsByHand('b'))
      .thenHappens('task.overridden', 'task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('fails as a whole with the first of its items that is open', () => {
    given(parallel)
      .commands(starts({ input: [1, 2, 3] }), completes('a[0]'))
      .when(failsByHand('a'))
      .thenHappens(
        { ...event, task: 'a' },
        { type: 'task.failed', task: 'a', item: 1, attempt: 1, error },
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('fails between two rounds of its loop', () => {
    const loop = { maxIterations: 3, onLimit: 'complete' } as const;
    given(aPlan({ tasks: { a: { loop }, b: [] } }))
      .commands(starts(), pauses(), completes('a'))
      .when(failsByHand('a'))
      .thenHappens(
        { ...event, task: 'a' },
        { type: 'task.failed', task: 'a', attempt: 0, error },
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('fails with one item', () => {
    given(parallel)
      .commands(starts({ input: [1, 2, 3] }))
      .when(failsByHand('a[2]'))
      .thenHappens(
        { ...event, task: 'a', item: 2 },
        { type: 'task.failed', task: 'a', item: 2, attempt: 0, error },
        'workflow.failing',
      );
  });
});
