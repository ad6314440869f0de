import { aPlan, cancels, completes, fails, fires, given, loses, pauses, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';

const pair = aPlan({ agents: { w: 2 }, tasks: { a: [], b: [], c: ['a', 'b'] } });
const aborted = { code: 'agent_aborted', message: 'stopped' };

describe('a cancel', () => {
  test('tells every agent in flight to stop, and waits for them', () => {
    given(pair)
      .commands(starts())
      .when(cancels('enough'), 100)
      .thenHappens({ type: 'workflow.cancelling', by: 'ann', reason: 'enough' })
      .thenOwes(
        { kind: 'cancel_agent', task: 'a', item: undefined, attempt: 1, assignment: 1, reason: 'enough' },
        { kind: 'cancel_agent', task: 'b', item: undefined, attempt: 1, assignment: 1, reason: 'enough' },
        { kind: 'arm', timer: { kind: 'cancel_deadline' }, at: 10_100 },
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
      )
      .thenSends()
      .thenIs('running');
  });

  test('without a reason names who asked', () => {
    given(pair)
      .commands(starts())
      .when(cancels())
      .thenHappens({ type: 'workflow.cancelling', by: 'ann', reason: 'cancelled by ann' });
  });

  test('is over when the last agent has confirmed, and gives back what the execution held', () => {
    given(pair)
      .commands(starts(), cancels('enough'))
      .when(fails('a', aborted))
      .thenHappens({ type: 'task.cancelled', task: 'a', attempt: 1, confirmed: true })
      .when(fails('b', aborted), 200)
      .thenHappens(
        { type: 'task.cancelled', task: 'b', attempt: 1, confirmed: true },
        { type: 'workflow.cancelled', reason: 'enough' },
      )
      .thenOwes(
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
        { kind: 'disarm', timer: { kind: 'cancel_deadline' } },
      )
      .thenSends({ to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } })
      .thenState(({ status }) => expect(status).toEqual({ kind: 'cancelled', at: 200, reason: 'enough' }));
  });

  test('keeps what an agent finished all the same, and starts nothing that waited for it', () => {
    given(aPlan({ tasks: { a: [], b: ['a'] } }))
      .commands(starts(), cancels('enough'))
      .when(completes('a', 'done'))
      .thenHappens(
        { type: 'task.completed', task: 'a', attempt: 1, output: 'done' },
        { type: 'workflow.cancelled', reason: 'enough' },
      );
  });

  test('stays a cancel when the last task completed in the meantime', () => {
    given(aPlan()).commands(starts(), cancels(), completes('a')).thenIs('cancelled');
  });

  test('records an agent that failed instead of stopping, without a retry', () => {
    given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } }))
      .commands(starts(), cancels())
      .when(fails('a'))
      .thenHappens(
        { type: 'task.failed', task: 'a', attempt: 1, error: { code: 'agent_error', message: 'it broke' } },
        'workflow.cancelled',
      );
  });

  test('takes a lost agent as stopped, without its word', () => {
    given(aPlan())
      .commands(starts(), cancels())
      .when(loses('a'))
      .thenHappens({ type: 'task.cancelled', task: 'a', attempt: 1, confirmed: false }, 'workflow.cancelled');
  });

  test('does not wait longer than the deadline for agents that stay silent', () => {
    given(pair)
      .at(100)
      .commands(starts(), cancels('enough'))
      .when(fires('cancel_deadline'), 10_099)
      .thenHappens()
      .when(fires('cancel_deadline'), 10_100)
      .thenHappens(
        { type: 'task.cancelled', task: 'a', attempt: 1, confirmed: false },
        { type: 'task.cancelled', task: 'b', attempt: 1, confirmed: false },
        { type: 'workflow.cancelled', reason: 'enough' },
      );
  });

  test('that was forgotten by its timer ends with whatever comes next after the deadline', () => {
    given(pair)
      .commands(starts(), cancels())
      .when(completes('b'), 10_000)
      .thenHappens(
        'task.completed',
        { type: 'task.cancelled', task: 'a', attempt: 1, confirmed: false },
        'workflow.cancelled',
      );
  });

  test('is over at once when nothing is in flight', () => {
    given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } }))
      .commands(starts(), fails('a'))
      .when(cancels('enough'))
      .thenHappens('workflow.cancelling', { type: 'workflow.cancelled', reason: 'enough' })
      .thenOwes(
        { kind: 'disarm', timer: { kind: 'retry_due', task: 'a', item: undefined } },
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
        { kind: 'disarm', timer: { kind: 'cancel_deadline' } },
      );
  });

  test('of a paused execution works as of a running one', () => {
    given(pair)
      .commands(starts(), pauses())
      .when(cancels('enough'))
      .thenHappens('workflow.cancelling')
      .when(fails('a', aborted))
      .thenHappens('task.cancelled')
      .when(fails('b', aborted))
      .thenHappens('task.cancelled', 'workflow.cancelled');
  });

  test('of a paused execution with nothing in flight is over at once', () => {
    given(aPlan())
      .commands(starts(), pauses(), completes('a'))
      .when(cancels())
      .thenHappens('workflow.cancelling', 'workflow.cancelled');
  });

  test('a second time is refused', () => {
    given(pair)
      .commands(starts(), cancels())
      .when(cancels())
      .thenRejected('not_running', 'execution execution is being cancelled and cannot be cancelled');
  });

  test('of an execution that is failing is refused: its end has begun', () => {
    given(pair)
      .commands(starts(), fails('a'))
      .when(cancels())
      .thenRejected('not_running', 'execution execution is failing and cannot be cancelled');
  });

  test('does not wait for an attempt that had timed out before', () => {
    given(aPlan({ agents: { w: 2 }, tasks: { a: { timeoutMs: 5, retryPolicy: 'fixed' }, b: [] } }))
      .commands(starts())
      .at(5)
      .commands(fires('attempt_timeout', 'a'), cancels())
      .when(completes('b'))
      .thenHappens('task.completed', 'workflow.cancelled');
  });
});

describe('a deadline for agents to stop', () => {
  test('means nothing while the execution runs, is paused or has ended', () => {
    given(aPlan())
      .commands(starts())
      .at(99_000)
      .when(fires('cancel_deadline'))
      .thenHappens()
      .commands(pauses())
      .when(fires('cancel_deadline'))
      .thenHappens()
      .commands(cancels(), completes('a'))
      .when(fires('cancel_deadline'))
      .thenHappens();
  });
});
