import {
  aPlan,
  cancels,
  completes,
  fails,
  fires,
  given,
  loses,
  pauses,
  resumes,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';

const two = aPlan({ agents: { w: 1 }, tasks: { a: [], b: ['a'] } });

describe('a pause', () => {
  test('is recorded with who, why, and a checkpoint', () => {
    given(two)
      .commands(starts())
      .when(pauses('lunch'), 30)
      .thenHappens(
        { type: 'workflow.paused', by: 'ann', checkpoint: 'pause', reason: 'lunch' },
        {
          type: 'workflow.checkpoint_created',
          checkpoint: 'pause',
          cause: 'pause',
          recovery: {
            in_flight: [{ task: 'a', agent_id: 'w', attempt: 1 }],
            redispatch: 1,
            ready: 0,
            retrying: 0,
            resume: 'cantata resume execution',
          },
        },
      )
      .thenOwes(
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
        { kind: 'snapshot', checkpoint: 'pause', occasion: 'asked' },
      )
      .thenState(({ status }) => {
        expect(status).toEqual({
          kind: 'paused',
          at: 30,
          by: 'ann',
          reason: 'lunch',
          remainingMs: 3_599_970,
        });
      });
  });

  test('needs no reason', () => {
    given(two)
      .commands(starts())
      .when(pauses())
      .thenHappens({ type: 'workflow.paused', by: 'ann', checkpoint: 'pause' }, 'workflow.checkpoint_created')
      .thenState(({ status }) => expect(status).not.toHaveProperty('reason'));
  });

  test('lets what runs finish and count, and starts nothing new', () => {
    given(two)
      .commands(starts(), pauses())
      .when(completes('a', 'done'))
      .thenHappens({ type: 'task.completed', task: 'a', attempt: 1, output: 'done' })
      .thenOwes()
      .thenIs('paused')
      .thenState(({ counters, tasks: [, b] }) => {
        expect(counters.completedTasks).toBe(1);
        expect(b?.items[0]?.status.kind).toBe('ready');
      });
  });

  test('keeps freed seats and ready work apart until it is over', () => {
    given(aPlan({ agents: { w: 2 }, tasks: { t: { parallel: true } } }))
      .commands(starts({ input: [0, 1, 2, 3] }), pauses())
      .when(completes('t[0]'))
      .thenHappens('task.completed')
      .when(resumes())
      .thenHappens({ type: 'workflow.resumed', by: 'ann' }, 'agent.task_assigned')
      .thenState(({ inFlight }) => expect(inFlight.size).toBe(2));
  });

  test('does not hide that the last task completed: the end comes with the resume', () => {
    given(aPlan())
      .commands(starts(), pauses())
      .when(completes('a'))
      .thenHappens('task.completed')
      .thenIs('paused')
      .when(resumes())
      .thenHappens('workflow.resumed', 'workflow.completed')
      .thenIs('completed');
  });

  test('does not hide that a task failed for good: the execution fails', () => {
    given(aPlan())
      .commands(starts(), pauses())
      .when(fails('a'))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed')
      .thenIs('failed');
  });

  test('lets a failed attempt wait for its retry', () => {
    given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } }))
      .commands(starts(), pauses())
      .when(fails('a'))
      .thenHappens('task.retry_scheduled')
      .when(resumes(), 400)
      .thenHappens('workflow.resumed')
      .when(fires('retry_due', 'a'), 1_000)
      .thenHappens('task.retry_due', 'agent.task_assigned');
  });

  test('does not hand out again what was lost', () => {
    given(two)
      .commands(starts(), pauses())
      .when(loses('a'))
      .thenHappens('agent.lost')
      .when(resumes())
      .thenHappens('workflow.resumed', 'agent.task_assigned');
  });

  test('can be left and entered again', () => {
    given(two)
      .commands(starts(), pauses(), resumes(), pauses(), resumes())
      .thenIs('running')
      .when(completes('a'))
      .thenHappens('task.completed', 'agent.task_assigned');
  });

  test('of a paused execution is refused', () => {
    given(two)
      .commands(starts(), pauses())
      .when(pauses())
      .thenRejected('not_running', 'execution execution is paused and cannot be paused');
  });

  test('of an ending execution is refused', () => {
    given(two)
      .commands(starts(), cancels())
      .when(pauses())
      .thenRejected('not_running', 'execution execution is being cancelled and cannot be paused');
    given(aPlan({ agents: { w: 2 }, tasks: { a: [], b: [] } }))
      .commands(starts(), fails('a'))
      .when(pauses())
      .thenRejected('not_running', 'execution execution is failing and cannot be paused');
  });
});

describe('a resume', () => {
  test('of what is not paused is refused', () => {
    given(two)
      .commands(starts())
      .when(resumes())
      .thenRejected('not_paused', 'execution execution is running, not paused')
      .commands(cancels())
      .when(resumes())
      .thenRejected('not_paused', 'execution execution is being cancelled, not paused');
  });

  test('goes on at once with all that is ready', () => {
    given(aPlan({ agents: { w: 3 }, tasks: { first: [], a: ['first'], b: ['first'], c: ['first'] } }))
      .commands(starts(), pauses(), completes('first'))
      .when(resumes())
      .thenHappens('workflow.resumed', 'agent.task_assigned', 'agent.task_assigned', 'agent.task_assigned');
  });

  test('that the log tells of an execution that was not paused is a bug', () => {
    const run = given(two).commands(starts());
    expect(() => run.events({ type: 'workflow.resumed', by: 'ann' })).toThrow(
      'only a paused execution resumes',
    );
  });
});
