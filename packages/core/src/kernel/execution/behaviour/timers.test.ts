/** Tasks that need no seat and wait for a time. */
import {
  aComputed,
  aPlan,
  cancels,
  completes,
  type DefinitionSketch,
  fails,
  fires,
  given,
  pauses,
  resumes,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import { forecast } from '../look/forecast.ts';
import { viewExecution } from '../look/view.ts';

const flow = (tasks: DefinitionSketch['tasks'], input: number | string | null = null) =>
  given(aPlan({ tasks: tasks ?? {} })).commands(starts({ input }));
const minute = { kind: 'for', forMs: 60_000 } as const;
const untilInput = { kind: 'until', until: aComputed(({ input }) => input) } as const;
const due = (task: string) => ({ kind: 'wait_due', task }) as const;
const waits = (task: string, until: number) =>
  ({ type: 'task.waiting', task, attempt: 1, on: { kind: 'timer' }, until }) as const;

describe('a task that waits for some time', () => {
  test('takes no seat, and arms a timer', () => {
    flow({ a: { wait: minute }, b: [] })
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        waits('a', 60_000),
        'agent.task_assigned',
      )
      .thenOwes(
        { kind: 'arm', timer: { kind: 'execution_timeout' }, at: 3_600_000 },
        { kind: 'arm', timer: due('a'), at: 60_000 },
        {
          kind: 'dispatch',
          task: 'b',
          item: undefined,
          attempt: 1,
          assignment: 1,
          seat: 'workers',
          sequence: 6,
        },
      );
  });

  test('is over when its time has come, and never before', () => {
    flow({ a: { wait: minute } })
      .when(fires('wait_due', 'a'), 59_999)
      .thenHappens()
      .when(fires('wait_due', 'a'), 60_000)
      .thenHappens({ type: 'task.completed', task: 'a', attempt: 1, output: null }, 'workflow.completed');
  });

  test('hands on what it was given', () => {
    flow({ a: [], b: { dependsOn: ['a'], wait: minute }, c: ['b'] })
      .commands(completes('a', 'kept'))
      .when(fires('wait_due', 'b'), 60_000)
      .thenHappens({ type: 'task.completed', task: 'b', attempt: 1, output: 'kept' }, 'agent.task_assigned');
  });

  test('has an item for each element, and each waits', () => {
    const run = given(aPlan({ tasks: { a: { parallel: true, wait: minute } } }));
    run
      .commands(starts({ input: ['x', 'y'] }))
      .when(fires('wait_due', 'a[1]'), 60_000)
      .thenHappens({ type: 'task.completed', task: 'a', item: 1, attempt: 1, output: 'y' })
      .when(fires('wait_due', 'a[0]'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('sees its own element and place', () => {
    const until = aComputed(({ item, index }) => (item as number) + (index as number));
    const run = given(aPlan({ tasks: { a: { parallel: true, wait: { kind: 'until', until } } } }));
    run
      .commands(starts({ input: [10, 20] }))
      .thenState(({ waiting }) =>
        expect(Array.from(waiting, ({ status }) => status)).toMatchObject([{ until: 10 }, { until: 21 }]),
      );
  });

  test('comes due while the execution is paused, and what follows starts when it is resumed', () => {
    flow({ a: { wait: minute }, b: ['a'] })
      .commands(pauses())
      .when(fires('wait_due', 'a'), 60_000)
      .thenHappens('task.completed')
      .when(resumes())
      .thenHappens('workflow.resumed', 'agent.task_assigned');
  });

  test('does not begin while the execution is paused', () => {
    flow({ a: [], b: { dependsOn: ['a'], wait: minute } })
      .commands(pauses())
      .when(completes('a'), 5)
      .thenHappens('task.completed')
      .when(resumes(), 10)
      .thenHappens('workflow.resumed', waits('b', 60_010));
  });

  test('is given up with the execution, and its timer with it', () => {
    flow({ a: { wait: minute } })
      .when(cancels())
      .thenHappens('workflow.cancelling', 'workflow.cancelled')
      .thenOwes(
        { kind: 'disarm', timer: due('a') },
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
        { kind: 'disarm', timer: { kind: 'cancel_deadline' } },
      )
      .thenState((state) => expect(viewExecution(state, 0).tasks[0]?.status).toBe('cancelled'));
  });

  test('does not come due any more when the end has begun', () => {
    flow({ a: { wait: minute }, b: [] })
      .commands(cancels())
      .when(fires('wait_due', 'a'), 60_000)
      .thenHappens('task.cancelled', 'workflow.cancelled');
  });

  test('is cancelled by a join that has fired without it', () => {
    flow({
      a: { wait: minute },
      b: [],
      c: { dependsOn: ['a', 'b'], join: { kind: 'any' }, cancelRemaining: true },
    })
      .when(completes('b'))
      .thenHappens('task.completed', 'task.opened', 'task.cancelling', 'agent.task_assigned')
      .when(fires('wait_due', 'a'), 60_000)
      .thenHappens();
  });

  test('is seen as waiting', () => {
    flow({ a: { wait: minute } }).thenState((state) => {
      const { tasks, agents } = viewExecution(state, 0);
      expect(tasks[0]).toMatchObject({ status: 'waiting', attempt: 1, agent_id: null });
      expect(agents).toMatchObject([{ status: 'idle' }]);
    });
  });

  test('is counted to its end by the forecast', () => {
    flow({ a: { wait: minute }, b: { dependsOn: ['a'], estimate: { durationMs: 5 } } }).thenState((state) => {
      expect(forecast(state, 20_000)).toEqual({ finishAt: 60_005, criticalPath: ['a', 'b'] });
      expect(forecast(state, 70_000)).toEqual({ finishAt: 70_005, criticalPath: ['a', 'b'] });
    });
  });

  test('is expected to wait once it can', () => {
    flow({ a: { estimate: { durationMs: 5 } }, b: { dependsOn: ['a'], wait: minute } })
      .commands(pauses(), completes('a'))
      .events({ type: 'workflow.resumed', by: 'ann' })
      .thenState((state) => expect(forecast(state, 100)).toEqual({ finishAt: 60_100, criticalPath: ['b'] }));
  });
});

describe('a task that waits until a time', () => {
  test('takes it from a text, or from Unix milliseconds', () => {
    flow({ a: { wait: untilInput } }, '1970-01-01T00:01:00Z').thenState(({ waiting }) =>
      expect(Array.from(waiting, ({ status }) => status)).toMatchObject([{ until: 60_000 }]),
    );
    flow({ a: { wait: untilInput } }, 7)
      .when(fires('wait_due', 'a'), 7)
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('is due at once if the time has passed', () => {
    given(aPlan({ tasks: { a: { wait: untilInput } } }))
      .at(50)
      .commands(starts({ input: 20 }))
      .when(fires('wait_due', 'a'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('fails where there is no such time, and is not tried again', () => {
    flow({ a: { wait: untilInput } }, 'tomorrow').thenHappens(
      'workflow.requested',
      'workflow.planned',
      'workflow.agents_allocated',
      'workflow.execution_started',
      {
        type: 'task.failed',
        task: 'a',
        attempt: 1,
        error: {
          code: 'wait_invalid',
          message:
            '`until` gave "tomorrow"; it must be a time in ISO 8601 with a zone, such as 2030-01-31T18:00:00Z, or Unix milliseconds',
          retry: 'never',
        },
      },
      'workflow.failing',
      'workflow.failed',
    );
  });

  test('fails where it cannot be worked out, as its on_failure says', () => {
    const broken = aComputed<number>(() => {
      throw new CantataError('expression_failed', 'no such thing');
    });
    flow({ a: { wait: { kind: 'until', until: broken }, onFailure: { kind: 'continue' } } }).thenHappens(
      'workflow.requested',
      'workflow.planned',
      'workflow.agents_allocated',
      'workflow.execution_started',
      {
        type: 'task.failed',
        task: 'a',
        attempt: 1,
        error: { code: 'expression_failed', message: 'no such thing', retry: 'never' },
        handled: 'continue',
      },
      'workflow.completed',
    );
  });
});

test('a failing execution does not wait for timers', () => {
  flow({ a: { wait: minute }, b: [] })
    .when(fails('b', { retry: 'never' }))
    .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
});
