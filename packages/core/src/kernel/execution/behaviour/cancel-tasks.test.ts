import {
  aPlan,
  cancels,
  cancelsTask,
  completes,
  fails,
  fires,
  type Given,
  given,
  pauses,
  resumes,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';

const aborted = { code: 'agent_aborted', message: 'stopped' };
const told = { by: 'ann', reason: 'not needed' };
const chain = aPlan({ agents: { w: 2 }, tasks: { a: [], b: ['a'], c: ['b'], other: [] } });

const statuses = ({ state }: Given): Readonly<Record<string, string>> =>
  Object.fromEntries(state.tasks.map(({ index, status }) => [String(state.plan.tasks[index]?.id), status]));

describe('a task that is cancelled', () => {
  test('tells its agent to stop, and what depends on it is skipped when it has', () => {
    given(chain)
      .commands(starts())
      .when(cancelsTask('a'), 50)
      .thenHappens({ type: 'task.cancelling', tasks: ['a'], ...told })
      .thenOwes(
        {
          kind: 'cancel_agent',
          task: 'a',
          item: undefined,
          attempt: 1,
          assignment: 1,
          reason: 'not needed',
        },
        { kind: 'arm', timer: { kind: 'stop_deadline', task: 'a', item: undefined }, at: 10_050 },
      )
      .when(fails('a', aborted))
      .thenHappens(
        { type: 'task.cancelled', task: 'a', attempt: 1, confirmed: true },
        { type: 'task.skipped', task: 'b', dependency: 'a' },
        { type: 'task.skipped', task: 'c', dependency: 'b' },
      )
      .when(completes('other'))
      .thenIs('completed');
  });

  test('and has not begun is cancelled at once', () => {
    const run = given(chain).commands(starts()).when(cancelsTask('b'));
    run.thenHappens(
      { type: 'task.cancelling', tasks: ['b'], ...told },
      { type: 'task.skipped', task: 'c', dependency: 'b' },
    );
    expect(statuses(run)).toEqual({ a: 'open', b: 'cancelled', c: 'skipped', other: 'open' });
  });

  test('without a reason names who asked', () => {
    given(chain)
      .commands(starts())
      .when({ type: 'task.cancel', task: 'b', extent: 'task', by: 'ann' })
      .thenHappens(
        { type: 'task.cancelling', tasks: ['b'], by: 'ann', reason: 'cancelled by ann' },
        'task.skipped',
      );
  });

  test('in a pause is cancelled in the pause, and what follows is decided after it', () => {
    given(chain)
      .commands(starts(), pauses())
      .when(cancelsTask('b'))
      .thenHappens({ type: 'task.cancelling', tasks: ['b'], ...told })
      .when(cancelsTask('c'))
      .thenHappens({ type: 'task.cancelling', tasks: ['c'], ...told })
      .when(resumes())
      .thenHappens('workflow.resumed');
  });

  test('of an answer that was faster, the answer counts', () => {
    given(chain)
      .commands(starts(), cancelsTask('a'))
      .when(completes('a', 'done'))
      .thenHappens({ type: 'task.completed', task: 'a', attempt: 1, output: 'done' }, 'agent.task_assigned');
  });

  test('is given up when its agent stays silent, and a later answer is stale', () => {
    given(chain)
      .commands(starts(), cancelsTask('a'))
      .when(fires('stop_deadline', 'a'), 10_000)
      .thenHappens(
        { type: 'task.cancelled', task: 'a', attempt: 1, confirmed: false },
        'task.skipped',
        'task.skipped',
      )
      .thenOwes(
        { kind: 'disarm', timer: { kind: 'stop_deadline', task: 'a', item: undefined } },
        {
          kind: 'cancel_agent',
          task: 'a',
          item: undefined,
          attempt: 1,
          assignment: 1,
          reason: 'not needed',
        },
      )
      .when(completes('a', 'late'))
      .thenRejected('stale_result');
  });
});

describe('an item that is cancelled', () => {
  const parallel = aPlan({ agents: { w: 2 }, tasks: { a: { parallel: true }, b: ['a'] } });

  test('stops alone, and its task ends cancelled when the others are done', () => {
    given(parallel)
      .commands(starts({ input: [1, 2, 3] }))
      .when(cancelsTask('a[2]'))
      .thenHappens({ type: 'task.cancelling', tasks: ['a'], item: 2, ...told })
      .thenOwes()
      .when(completes('a[0]'))
      .thenHappens('task.completed')
      .when(completes('a[1]'))
      .thenHappens('task.completed', 'task.skipped', 'workflow.completed')
      .thenState(({ tasks }) => expect(tasks[0]?.status).toBe('cancelled'));
  });

  test('must be there, and open', () => {
    given(parallel)
      .commands(starts({ input: [1, 2] }), completes('a[0]'))
      .when(cancelsTask('a[7]'))
      .thenRejected('task_not_found', 'there is no a[7]; a has 2 items now')
      .when(cancelsTask('b[0]'))
      .thenRejected('task_not_found', 'there is no b[0]; b has 0 items now')
      .when(cancelsTask('a[0]'))
      .thenRejected('task_settled', 'a[0] is completed already');
  });
});

describe('a region that is cancelled', () => {
  test('is the task and everything that nothing else leads to', () => {
    const plan = aPlan({
      agents: { w: 2 },
      tasks: {
        a: [],
        other: [],
        b: ['a'],
        c: ['a', 'b'],
        d: { dependsOn: ['c', 'other'], join: { kind: 'any' } },
      },
    });
    const run = given(plan)
      .commands(starts())
      .when(cancelsTask('a', 'region'))
      .thenHappens({ type: 'task.cancelling', tasks: ['c', 'b', 'a'], ...told });
    expect(statuses(run)).toMatchObject({ a: 'open', b: 'cancelled', c: 'cancelled', d: 'pending' });
    run.commands(completes('other'), fails('a', aborted), completes('d')).thenIs('completed');
  });

  test('begins behind a task that is done', () => {
    given(chain)
      .commands(starts(), completes('a'))
      .when(cancelsTask('a', 'region'))
      .thenHappens({ type: 'task.cancelling', tasks: ['c', 'b'], ...told });
  });

  test('must have something open', () => {
    given(chain)
      .commands(starts(), completes('a'), completes('b'), completes('c'))
      .when(cancelsTask('b', 'region'))
      .thenRejected('task_settled', 'b and everything that only exists because of it are settled already');
  });
});

describe('nothing is cancelled', () => {
  test('of a task that does not exist or is settled', () => {
    given(chain)
      .commands(starts(), completes('a'))
      .when(cancelsTask('nobody'))
      .thenRejected('task_not_found', 'execution execution has no task nobody')
      .when(cancelsTask('a'))
      .thenRejected('task_settled', 'a is completed already');
  });

  test('of an execution that ends or has ended', () => {
    given(chain)
      .commands(starts(), cancels('enough'))
      .when(cancelsTask('b'))
      .thenRejected('not_running', 'execution execution is being cancelled and cannot be changed')
      .commands(fails('a', aborted), fails('other', aborted))
      .when(cancelsTask('b', 'region'))
      .thenRejected('already_ended');
  });

  test('of an execution that nobody started', () => {
    given(chain).when(cancelsTask('a')).thenRejected('execution_not_found');
  });
});
