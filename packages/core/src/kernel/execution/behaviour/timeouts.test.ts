import { aPlan, cancels, completes, fails, fires, given, pauses, resumes, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';

const timed = aPlan({ tasks: { a: { timeoutMs: 500 }, b: ['a'] } });
const retried = aPlan({ tasks: { a: { timeoutMs: 500, retryPolicy: 'fixed' } } });
const timedOut = { code: 'task_timed_out', message: 'no answer within the timeout of 0.5 s' };

describe('the timeout of an attempt', () => {
  test('is armed with the assignment and disarmed by the answer', () => {
    given(timed)
      .when(starts(), 10)
      .thenOwes(
        { kind: 'arm', timer: { kind: 'execution_timeout' }, at: 3_600_010 },
        {
          kind: 'dispatch',
          task: 'a',
          item: undefined,
          attempt: 1,
          assignment: 1,
          seat: 'workers',
          sequence: 5,
        },
        { kind: 'arm', timer: { kind: 'attempt_timeout', task: 'a', item: undefined }, at: 510 },
      )
      .when(completes('a'), 20)
      .thenOwes(
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
      );
  });

  test('fails the task and tells the agent to stop', () => {
    given(timed)
      .commands(starts())
      .when(fires('attempt_timeout', 'a'), 500)
      .thenHappens(
        { type: 'task.timed_out', task: 'a', attempt: 1, afterMs: 500 },
        { type: 'task.failed', task: 'a', attempt: 1, error: timedOut },
        { type: 'workflow.failing', task: 'a', error: timedOut },
        { type: 'workflow.failed', task: 'a', error: timedOut },
      )
      .thenOwes(
        { kind: 'disarm', timer: { kind: 'attempt_timeout', task: 'a', item: undefined } },
        {
          kind: 'cancel_agent',
          task: 'a',
          item: undefined,
          attempt: 1,
          assignment: 1,
          reason: 'the attempt timed out',
          timedOut: true,
        },
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
        { kind: 'disarm', timer: { kind: 'cancel_deadline' } },
      );
  });

  test('is retried under a policy, and the late answer of the first attempt does not count', () => {
    given(retried)
      .commands(starts())
      .when(fires('attempt_timeout', 'a'), 500)
      .thenHappens('task.timed_out', {
        type: 'task.retry_scheduled',
        task: 'a',
        attempt: 1,
        error: timedOut,
        until: 1_500,
      })
      .when(completes('a', 'late', { attempt: 1, assignment: 1 }), 600)
      .thenRejected('stale_result')
      .when(fires('retry_due', 'a'), 1_500)
      .thenHappens('task.retry_due', 'agent.task_assigned')
      .when(completes('a', 'later still', { attempt: 1, assignment: 1 }))
      .thenRejected('stale_result')
      .when(completes('a', 'in time'))
      .thenHappens('task.completed', 'workflow.completed')
      .thenState(({ counters }) => expect(counters).toMatchObject({ turns: 2, retries: 1, agentMs: 500 }));
  });

  test('counts from the assignment, not from when the task became ready', () => {
    given(aPlan({ tasks: { a: [], b: { timeoutMs: 500 } } }))
      .commands(starts())
      .when(completes('a'), 400)
      .thenOwes(
        {
          kind: 'dispatch',
          task: 'b',
          item: undefined,
          attempt: 1,
          assignment: 1,
          seat: 'workers',
          sequence: 7,
        },
        { kind: 'arm', timer: { kind: 'attempt_timeout', task: 'b', item: undefined }, at: 900 },
      )
      .when(fires('attempt_timeout', 'b'), 899)
      .thenHappens()
      .when(fires('attempt_timeout', 'b'), 900)
      .thenHappens('task.timed_out', 'task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('of one attempt means nothing for the next', () => {
    given(retried)
      .commands(starts(), fails('a'))
      .at(1_000)
      .commands(fires('retry_due', 'a'))
      .when(fires('attempt_timeout', 'a'), 1_400)
      .thenHappens();
  });

  test('of a task that has none, has answered or does not exist means nothing', () => {
    const run = given(timed).commands(starts()).at(9_000);
    run.when(fires('attempt_timeout', 'nothing')).thenHappens();
    run.commands(completes('a')).when(fires('attempt_timeout', 'a')).thenHappens();
    run.when(fires('attempt_timeout', 'b')).thenHappens();
  });

  test('holds while the execution is paused: the agent is at work', () => {
    given(retried)
      .commands(starts(), pauses())
      .when(fires('attempt_timeout', 'a'), 500)
      .thenHappens('task.timed_out', 'task.retry_scheduled')
      .thenIs('paused');
  });

  test('that comes while the execution ends gives the attempt up, without a retry', () => {
    given(retried)
      .commands(starts(), cancels('enough'))
      .when(fires('attempt_timeout', 'a'), 500)
      .thenHappens(
        { type: 'task.timed_out', task: 'a', attempt: 1, afterMs: 500 },
        { type: 'task.cancelled', task: 'a', attempt: 1, confirmed: false },
        { type: 'workflow.cancelled', reason: 'enough' },
      );
  });
});

describe('the timeout of an execution', () => {
  const error = {
    code: 'execution_timed_out',
    message: 'the execution did not end within its timeout of 60 s',
  };

  test('counts from the request and fails it', () => {
    given(retried)
      .at(1_000)
      .commands(starts({ timeoutMs: 60_000 }), fails('a'))
      .when(fires('execution_timeout'), 60_999)
      .thenHappens()
      .when(fires('execution_timeout'), 61_000)
      .thenHappens({ type: 'workflow.failing', error }, { type: 'workflow.failed', error })
      .thenState(({ status }) => expect(status).toEqual({ kind: 'failed', at: 61_000, error }));
  });

  test('tells agents in flight to stop and waits for them', () => {
    given(timed)
      .commands(starts({ timeoutMs: 60_000 }), completes('a'))
      .when(fires('execution_timeout'), 60_000)
      .thenHappens({ type: 'workflow.failing', error })
      .thenOwes(
        {
          kind: 'cancel_agent',
          task: 'b',
          item: undefined,
          attempt: 1,
          assignment: 1,
          reason: error.message,
        },
        { kind: 'arm', timer: { kind: 'cancel_deadline' }, at: 70_000 },
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
      )
      .when(fails('b', { code: 'agent_aborted', message: 'stopped' }))
      .thenHappens(
        { type: 'task.cancelled', task: 'b', attempt: 1, confirmed: true },
        { type: 'workflow.failed', error },
      );
  });

  test('stands still while the execution is paused', () => {
    given(timed)
      .commands(starts({ timeoutMs: 60_000 }))
      .at(20_000)
      .when(pauses())
      .thenOwes(
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
        { kind: 'snapshot', checkpoint: 'pause', occasion: 'asked' },
      )
      .when(fires('execution_timeout'), 60_000)
      .thenHappens()
      .when(resumes(), 500_000)
      .thenOwes({ kind: 'arm', timer: { kind: 'execution_timeout' }, at: 540_000 })
      .when(fires('execution_timeout'), 539_999)
      .thenHappens()
      .when(fires('execution_timeout'), 540_000)
      .thenHappens({ type: 'workflow.failing', error });
  });

  test('that had passed unnoticed before a pause comes right after the resume', () => {
    given(timed)
      .commands(starts({ timeoutMs: 60_000 }))
      .at(70_000)
      .commands(pauses())
      .when(resumes(), 80_000)
      .thenOwes({ kind: 'arm', timer: { kind: 'execution_timeout' }, at: 80_000 })
      .when(fires('execution_timeout'), 80_000)
      .thenHappens('workflow.failing');
  });

  test('means nothing to an execution that is ending already', () => {
    given(timed)
      .commands(starts({ timeoutMs: 60_000 }))
      .at(59_000)
      .commands(cancels())
      .when(fires('execution_timeout'), 60_000)
      .thenHappens();
  });
});
