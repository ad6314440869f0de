import { aPlan, completes, fails, fires, given, loses, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';

const trio = aPlan({
  agents: { w: 3 },
  tasks: { a: [], b: { retryPolicy: 'fixed' }, c: [], d: ['a', 'b', 'c'] },
});
const error = { code: 'agent_error', message: 'it broke' };
const aborted = { code: 'agent_aborted', message: 'stopped' };

describe('a task that fails for good while others are at work', () => {
  test('stops them and fails the execution when they have stopped', () => {
    given(trio)
      .commands(starts())
      .when(fails('a'), 10)
      .thenHappens(
        { type: 'task.failed', task: 'a', attempt: 1, error },
        { type: 'workflow.failing', task: 'a', error },
      )
      .thenOwes(
        { kind: 'cancel_agent', task: 'b', item: undefined, attempt: 1, assignment: 1, reason: 'it broke' },
        { kind: 'cancel_agent', task: 'c', item: undefined, attempt: 1, assignment: 1, reason: 'it broke' },
        { kind: 'arm', timer: { kind: 'cancel_deadline' }, at: 10_010 },
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
      )
      .when(fails('b', aborted))
      .thenHappens({ type: 'task.cancelled', task: 'b', attempt: 1, confirmed: true })
      .when(fails('c', aborted), 60)
      .thenHappens('task.cancelled', { type: 'workflow.failed', task: 'a', error })
      .thenSends({ to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } })
      .thenState(({ status }) => expect(status).toEqual({ kind: 'failed', at: 60, task: 'a', error }));
  });

  test('is the cause that is named, whatever happens to the others', () => {
    given(trio)
      .commands(starts(), fails('a'), fails('b', { message: 'so did this' }))
      .when(completes('c'))
      .thenHappens('task.completed', { type: 'workflow.failed', task: 'a', error })
      .thenState(({ counters }) =>
        expect(counters).toMatchObject({ failedTasks: 2, completedTasks: 1, retries: 0 }),
      );
  });

  test('gives up retries that wait', () => {
    given(trio)
      .commands(starts(), fails('b'))
      .when(fails('a'))
      .thenHappens('task.failed', 'workflow.failing')
      .when(completes('c'))
      .thenHappens('task.completed', 'workflow.failed')
      .thenState(({ retrying }) => expect(retrying.size).toBe(1));
  });

  test('does not wait for ever for those who do not answer', () => {
    given(trio)
      .commands(starts(), fails('a'), loses('b'))
      .when(fires('cancel_deadline'), 10_000)
      .thenHappens(
        { type: 'task.cancelled', task: 'c', attempt: 1, confirmed: false },
        { type: 'workflow.failed', task: 'a', error },
      );
  });

  test('ends at once when nobody else is at work', () => {
    given(aPlan({ tasks: { a: [], b: ['a'] } }))
      .commands(starts())
      .when(fails('a'))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });
});
