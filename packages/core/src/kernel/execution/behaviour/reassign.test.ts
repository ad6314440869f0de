import {
  aPlan,
  cancelsTask,
  completes,
  fails,
  fires,
  given,
  pauses,
  reassigns,
  resumes,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { forecast } from '../look/forecast.ts';
import { why } from '../look/why/why.ts';

const told = { by: 'ann', reason: 'they know more' };
const plan = aPlan({
  agents: {
    writers: { count: 2, type: 'writer', capabilities: ['write'] },
    editors: { count: 1, type: 'editor', capabilities: ['write', 'edit'] },
    ghosts: { count: 1, type: 'writer' },
    cooks: { count: 1, type: 'cook', capabilities: ['cook'] },
  },
  tasks: { a: { retryPolicy: 'fixed' }, b: [], c: ['a'] },
});

describe('a task that is reassigned', () => {
  test('goes to the other seat under the same attempt, and the answer of the first is stale', () => {
    given(plan)
      .commands(starts())
      .when(reassigns('a', 'editors'))
      .thenHappens(
        { type: 'task.reassigned', task: 'a', to: 'editors', ...told },
        { type: 'agent.task_assigned', task: 'a', attempt: 1, assignment: 2, seat: 'editors' },
      )
      .thenOwes(
        {
          kind: 'cancel_agent',
          task: 'a',
          item: undefined,
          attempt: 1,
          assignment: 1,
          reason: 'they know more',
        },
        {
          kind: 'dispatch',
          task: 'a',
          item: undefined,
          attempt: 1,
          assignment: 2,
          seat: 'editors',
          sequence: 8,
        },
      )
      .when(completes('a', 'late', { assignment: 1 }))
      .thenRejected('stale_result');
  });

  test('waits for its new seat while that is busy, and says so', () => {
    const run = given(plan).commands(starts(), reassigns('a', 'editors'));
    run.when(reassigns('b', 'editors')).thenHappens({
      type: 'task.reassigned',
      task: 'b',
      to: 'editors',
      ...told,
    });
    expect(why(run.state, 0).map(({ sentence }) => sentence)).toContain(
      'b is ready and waits for a free seat of editors: editors works on a.',
    );
    expect(forecast(run.state, 0)?.criticalPath).toContain('a');
    run.when(completes('a')).thenHappens('task.completed', 'agent.task_assigned', {
      type: 'agent.task_assigned',
      task: 'c',
      attempt: 1,
      assignment: 1,
      seat: 'writers-1',
    });
  });

  test('stays there over attempts', () => {
    given(plan)
      .commands(starts(), reassigns('a', 'writers-2'))
      .when(completes('b'))
      .thenHappens('task.completed', {
        type: 'agent.task_assigned',
        task: 'a',
        attempt: 1,
        assignment: 2,
        seat: 'writers-2',
      })
      .when(fails('a'))
      .thenHappens('task.retry_scheduled')
      .when(fires('retry_due', 'a'), 60_000)
      .thenHappens('task.retry_due', {
        type: 'agent.task_assigned',
        task: 'a',
        attempt: 2,
        assignment: 1,
        seat: 'writers-2',
      });
  });

  test('one seat of many is named in what it waits for', () => {
    const run = given(plan).commands(starts(), reassigns('a', 'writers-2'));
    expect(why(run.state, 0).map(({ sentence }) => sentence)).toContain(
      'a is ready and waits for a free seat of writers-2: writers-2 works on b.',
    );
    run.when(reassigns('a', 'writers')).thenHappens('task.reassigned', {
      type: 'agent.task_assigned',
      task: 'a',
      attempt: 1,
      assignment: 2,
      seat: 'writers-1',
    });
  });

  test('waits for any seat of a group that is busy', () => {
    const two = aPlan({
      agents: { w: { count: 1, type: 'x' }, v: { count: 2, type: 'x' } },
      tasks: { a: { agent: 'v' }, b: { agent: 'v' }, c: { agent: 'w' } },
    });
    const run = given(two).commands(starts(), reassigns('c', 'v'));
    expect(why(run.state, 0).map(({ sentence }) => sentence)).toContain(
      'c is ready and waits for a free seat of v: v-1 works on a and v-2 works on b.',
    );
  });

  test('waits for its next attempt first', () => {
    given(plan)
      .commands(starts(), fails('a'))
      .when(reassigns('a', 'ghosts'))
      .thenHappens('task.reassigned')
      .when(fires('retry_due', 'a'), 60_000)
      .thenHappens('task.retry_due', {
        type: 'agent.task_assigned',
        task: 'a',
        attempt: 2,
        assignment: 1,
        seat: 'ghosts',
      });
  });

  test('has not begun, and will go there', () => {
    given(plan)
      .commands(starts(), reassigns('c', 'ghosts'))
      .when(completes('a'))
      .thenHappens('task.completed', {
        type: 'agent.task_assigned',
        task: 'c',
        attempt: 1,
        assignment: 1,
        seat: 'ghosts',
      });
  });

  test('in a pause goes there after it', () => {
    given(plan)
      .commands(starts(), pauses())
      .when({ type: 'task.reassign', task: 'a', to: 'ghosts', by: 'ann' })
      .thenHappens({
        type: 'task.reassigned',
        task: 'a',
        to: 'ghosts',
        by: 'ann',
        reason: 'reassigned by ann',
      })
      .when(resumes())
      .thenHappens('workflow.resumed', 'agent.task_assigned');
  });

  test('can be cancelled while it waits for its seat', () => {
    given(plan)
      .commands(starts(), reassigns('a', 'editors'), reassigns('b', 'editors'))
      .when(cancelsTask('b'))
      .thenHappens('task.cancelling')
      .when(completes('a'))
      .thenHappens('task.completed', 'agent.task_assigned')
      .when(completes('c'))
      .thenIs('completed');
  });

  test('of many items is one of them, or those that are open', () => {
    const parallel = aPlan({
      agents: { w: { count: 2, type: 'x' }, v: { count: 2, type: 'x' } },
      tasks: { a: { parallel: true } },
    });
    given(parallel)
      .commands(starts({ input: [1, 2, 3] }), completes('a[0]'))
      .when(reassigns('a[1]', 'v'))
      .thenHappens({ type: 'task.reassigned', task: 'a', item: 1, to: 'v', ...told }, 'agent.task_assigned')
      .when(reassigns('a', 'v-2'))
      .thenHappens('task.reassigned', 'agent.task_assigned')
      .thenState(({ tasks }) =>
        expect(tasks[0]?.items.map((item) => item.status.kind)).toEqual(['completed', 'assigned', 'ready']),
      );
  });
});

describe('a task is not reassigned', () => {
  test('to who cannot do it, or does not exist', () => {
    given(plan)
      .commands(starts())
      .when(reassigns('a', 'cooks'))
      .thenRejected('agent_unable', 'cooks may not do a; these may: writers, editors and ghosts')
      .when(reassigns('a', 'nobody'))
      .thenRejected('agent_unable', 'nobody is neither a group nor a seat; these may: ')
      .when(reassigns('nothing', 'cooks'))
      .thenRejected('task_not_found');
  });

  test('while it is being cancelled', () => {
    given(plan)
      .commands(starts(), cancelsTask('a'))
      .when(reassigns('a', 'ghosts'))
      .thenRejected('task_settled', 'a is being cancelled; its agent has not stopped yet');
  });

  test('without capabilities to compare nobody stands in for another type', () => {
    given(aPlan({ agents: { w: { type: 'x' }, v: { type: 'y' } } }))
      .commands(starts())
      .when(reassigns('a', 'v'))
      .thenRejected('agent_unable');
  });
});
