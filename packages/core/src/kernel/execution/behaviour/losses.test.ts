import { aPlan, checkpoints, completes, fails, fires, given, loses, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { MAX_LOSSES_PER_ATTEMPT } from '../decide/turn.ts';

describe('an agent that is lost', () => {
  test('is replaced: the same attempt is handed out again, under the next assignment', () => {
    given(aPlan({ agents: { w: 2 }, tasks: { a: [] } }))
      .commands(starts())
      .when(loses('a'), 30)
      .thenHappens(
        { type: 'agent.lost', task: 'a', attempt: 1, seat: 'w-1', reason: 'the process ended' },
        { type: 'agent.task_assigned', task: 'a', attempt: 1, assignment: 2, seat: 'w-2' },
      )
      .thenOwes({
        kind: 'dispatch',
        task: 'a',
        item: undefined,
        attempt: 1,
        assignment: 2,
        seat: 'w-2',
        sequence: 7,
      })
      .thenState(({ counters }) => expect(counters).toMatchObject({ losses: 1, retries: 0, turns: 2 }));
  });

  test('of an item is replaced for that item', () => {
    given(aPlan({ agents: { w: 2 }, tasks: { t: { parallel: true } } }))
      .commands(starts({ input: [1, 2] }))
      .when(loses('t[1]'))
      .thenHappens(
        { type: 'agent.lost', task: 't', item: 1, attempt: 1, seat: 'w-2', reason: 'the process ended' },
        { type: 'agent.task_assigned', task: 't', item: 1, attempt: 1, assignment: 2, seat: 'w-2' },
      );
  });

  test('does not count any more if it answers after all', () => {
    given(aPlan())
      .commands(starts(), loses('a'))
      .when(completes('a', 'late', { assignment: 1 }))
      .thenRejected('stale_result')
      .when(loses('a', { assignment: 1 }))
      .thenRejected('stale_result')
      .when(completes('a'))
      .thenHappens({ type: 'task.completed', task: 'a', attempt: 1, output: null }, 'workflow.completed');
  });

  test('waits its turn for a seat behind those who were ready before', () => {
    const tasks = { a: [], b: [] };
    given(aPlan({ tasks })).commands(starts()).when(loses('a')).thenHappens('agent.lost', {
      type: 'agent.task_assigned',
      task: 'b',
      attempt: 1,
      assignment: 1,
      seat: 'workers',
    });
  });

  test('gets its timeout anew', () => {
    given(aPlan({ tasks: { a: { timeoutMs: 500 } } }))
      .commands(starts())
      .at(400)
      .commands(loses('a'))
      .when(fires('attempt_timeout', 'a'), 500)
      .thenHappens()
      .when(fires('attempt_timeout', 'a'), 900)
      .thenHappens('task.timed_out', 'task.failed', 'workflow.failing', 'workflow.failed');
  });

  test(`${MAX_LOSSES_PER_ATTEMPT} times is taken to be killed by the attempt, which fails for good`, () => {
    const error = {
      code: 'agent_lost',
      message: 'the attempt was lost 5 times: the process ended',
    };
    const plan = aPlan({ tasks: { a: { retryPolicy: 'fixed' } } });
    given(plan)
      .commands(starts(), loses('a'), loses('a'), loses('a'), loses('a'))
      .thenIs('running')
      .when(loses('a'))
      .thenHappens(
        { type: 'task.failed', task: 'a', attempt: 1, error },
        { type: 'workflow.failing', task: 'a', error },
        { type: 'workflow.failed', task: 'a', error },
      )
      .thenState(({ counters }) => expect(counters).toMatchObject({ losses: 4, failedTasks: 1 }));
  });

  test('after a checkpoint of whoever interrupts it ended in order, and that is never held against the attempt', () => {
    const interrupted = Array.from({ length: 10 }, () => [checkpoints('interrupt'), loses('a')]).flat();
    const error = {
      code: 'agent_lost',
      message: 'the attempt was lost 5 times: the process ended',
    };
    given(aPlan())
      .commands(starts(), ...interrupted, loses('a'), loses('a'), ...interrupted, loses('a'), loses('a'))
      .thenIs('running')
      .thenState(({ counters }) => expect(counters.losses).toBe(24))
      .when(loses('a'))
      .thenHappens(
        { type: 'task.failed', task: 'a', attempt: 1, error },
        'workflow.failing',
        'workflow.failed',
      );
  });

  test('after any other checkpoint counts', () => {
    const lost = Array.from({ length: 4 }, () => [checkpoints('interval'), loses('a')]).flat();
    given(aPlan())
      .commands(starts(), ...lost)
      .when(loses('a'))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('is counted anew for the next attempt', () => {
    given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } }))
      .commands(starts(), loses('a'), loses('a'), loses('a'), loses('a'), fails('a'))
      .at(1_000)
      .when(fires('retry_due', 'a'))
      .thenHappens('task.retry_due', {
        type: 'agent.task_assigned',
        task: 'a',
        attempt: 2,
        assignment: 1,
        seat: 'workers',
      })
      .when(loses('a'))
      .thenHappens('agent.lost', {
        type: 'agent.task_assigned',
        task: 'a',
        attempt: 2,
        assignment: 2,
        seat: 'workers',
      });
  });
});
