import {
  aPlan,
  cancels,
  completes,
  fails,
  fires,
  given,
  pauses,
  resumes,
  retries,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { OnFailure } from '../../../plan/definition.ts';
import { executionLaw } from '../law.ts';

const message = 'all attempts together took longer than the 5 s they may take';
const error = { code: 'task_timed_out', message, retry: 'never' } as const;
const timed = { taskTimeoutMs: 5_000, retryPolicy: 'fixed' } as const;

describe('what all attempts at a task may take together', () => {
  test('counts from when it opens, through its retries', () => {
    given(aPlan({ tasks: { a: timed } }))
      .when(starts())
      .thenState(({ effects }) => expect(effects).toEqual([]))
      .when(fails('a'), 4_500)
      .thenHappens('task.retry_scheduled')
      .when(fires('task_timeout', 'a'), 4_999)
      .thenHappens()
      .when(fires('task_timeout', 'a'), 5_000)
      .thenHappens(
        { type: 'task.overridden', task: 'a', as: 'failed', by: 'task_timeout', reason: message },
        { type: 'task.failed', task: 'a', attempt: 1, error },
        { type: 'workflow.failing', task: 'a', error },
        'workflow.failed',
      );
  });

  test('stops the agent that is at work, and frees its seat', () => {
    const onFailure: OnFailure = { kind: 'continue' };
    given(aPlan({ tasks: { a: { ...timed, onFailure }, b: { dependsOn: [], priority: -1 } } }))
      .commands(starts())
      .when(fires('task_timeout', 'a'), 5_000)
      .thenHappens(
        'task.overridden',
        { type: 'task.failed', task: 'a', attempt: 1, error, handled: 'continue' },
        'agent.task_assigned',
      )
      .thenState(({ inFlight }) => expect(inFlight.size).toBe(1));
  });

  test('is for all its items: one fails, and the others are given up', () => {
    const onFailure: OnFailure = { kind: 'continue' };
    given(aPlan({ agents: { w: 2 }, tasks: { a: { ...timed, parallel: true, onFailure } } }))
      .commands(starts({ input: [1, 2, 3, 4] }), completes('a[0]'))
      .when(fires('task_timeout', 'a'), 5_000)
      .thenHappens('task.overridden', 'task.failed', 'workflow.completed')
      .thenState(({ tasks: [a] }) =>
        expect(a?.items.map(({ status }) => status.kind)).toEqual([
          'completed',
          'failed',
          'cancelled',
          'cancelled',
        ]),
      );
  });

  test('is for all rounds of a loop', () => {
    const loop = { maxIterations: 9, onLimit: 'complete' } as const;
    given(aPlan({ tasks: { a: { ...timed, loop } } }))
      .commands(starts())
      .when(completes('a'), 4_000)
      .thenHappens('task.completed', 'task.repeated', 'agent.task_assigned')
      .when(fires('task_timeout', 'a'), 5_000)
      .thenHappens('task.overridden', 'task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('that comes in a pause between two rounds ends the next one at once', () => {
    const loop = { maxIterations: 9, onLimit: 'complete' } as const;
    given(aPlan({ tasks: { a: { ...timed, loop } } }))
      .commands(starts(), pauses(), completes('a'))
      .when(fires('task_timeout', 'a'), 6_000)
      .thenHappens()
      .thenState((state) => {
        expect([...executionLaw.owed(state)]).not.toContainEqual(expect.objectContaining({ kind: 'arm' }));
      })
      .when(resumes(), 7_000)
      .thenHappens('workflow.resumed', 'task.repeated', 'agent.task_assigned')
      .when(fires('task_timeout', 'a'), 7_000)
      .thenHappens('task.overridden', 'task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('begins anew when a failure leads back', () => {
    const onFailure: OnFailure = { kind: 'goto', task: 'a', maxTimes: 1 };
    given(aPlan({ tasks: { a: { taskTimeoutMs: 5_000, onFailure } } }))
      .commands(starts())
      .when(fires('task_timeout', 'a'), 5_000)
      .thenHappens('task.overridden', 'task.failed', 'task.reentered', 'agent.task_assigned')
      .when(fires('task_timeout', 'a'), 9_999)
      .thenHappens()
      .when(fires('task_timeout', 'a'), 10_000)
      .thenHappens('task.overridden', 'task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('means nothing where the end has begun, nor of what is over or not there', () => {
    given(aPlan({ agents: { workers: 2 }, tasks: { a: timed, b: [], c: timed } }))
      .commands(starts(), completes('a'))
      .when(fires('task_timeout', 'a'), 6_000)
      .thenHappens()
      .when(fires('task_timeout', 'nobody'), 6_000)
      .thenHappens()
      .when({ type: 'timer', timer: { kind: 'task_timeout' } }, 6_000)
      .thenHappens()
      .when(fires('task_timeout', 'b'), 6_000)
      .thenHappens()
      .commands(cancels())
      .when(fires('task_timeout', 'c'), 6_000)
      .thenHappens();
  });
});

test('a task that never got a seat in its time fails, too', () => {
  given(aPlan({ tasks: { a: {}, b: timed } }))
    .commands(starts())
    .when(fires('task_timeout', 'b'), 5_000)
    .thenHappens('task.overridden', 'task.failed', 'workflow.failing')
    .when(fails('a', { code: 'agent_aborted' }), 5_001)
    .thenHappens('task.cancelled', 'workflow.failed');
});

test('a task that is retried by an operator has all its time again, and one under new keys is registered anew', () => {
  const compensate = { who: { kind: 'group', group: 'workers' } } as const;
  const run = given(
    aPlan({ tasks: { a: { taskTimeoutMs: 5_000, compensate, onFailure: { kind: 'fail' } } } }),
  )
    .commands(starts(), fails('a'))
    .when(retries({ key: 'new' }), 9_000)
    .thenHappens(
      'workflow.reopened',
      { type: 'task.compensation_registered', task: 'a', activation: 2 },
      'agent.task_assigned',
    );
  run.when(fires('task_timeout', 'a'), 13_999).thenHappens();
  run
    .when(fires('task_timeout', 'a'), 14_000)
    .thenHappens('task.overridden', 'task.failed', 'workflow.failing', 'workflow.failed');
});
