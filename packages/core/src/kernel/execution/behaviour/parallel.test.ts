import { aPlan, cancels, completes, fails, given, pauses, resumes, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { itemInput, taskOutput } from '../input.ts';

const plan = aPlan({
  agents: { researchers: 3, writer: 1 },
  tasks: { research: { parallel: true }, write: { agent: 'writer', dependsOn: ['research'] } },
});

describe('a parallel task', () => {
  test('has one item per element where its input is a list', () => {
    given(plan)
      .when(starts({ input: ['x', 'y'] }))
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        { type: 'task.opened', task: 'research', items: 2 },
        {
          type: 'agent.task_assigned',
          task: 'research',
          item: 0,
          attempt: 1,
          assignment: 1,
          seat: 'researchers-1',
        },
        {
          type: 'agent.task_assigned',
          task: 'research',
          item: 1,
          attempt: 1,
          assignment: 1,
          seat: 'researchers-2',
        },
      )
      .thenState((state) => {
        expect([0, 1].map((item) => itemInput(state, 0, item))).toEqual(['x', 'y']);
      });
  });

  test('has one item per seat of its group where its input is no list, each with the whole of it', () => {
    given(plan)
      .commands(starts({ input: { topic: 'x' } }))
      .thenState((state) => {
        expect(state.tasks[0]?.items).toHaveLength(3);
        expect(itemInput(state, 0, 2)).toEqual({ topic: 'x' });
      });
  });

  test('has one item per seat of every group that can do it', () => {
    const agents = { a: { count: 2, capabilities: ['look'] }, b: { count: 3, capabilities: ['look'] } };
    given(aPlan({ agents, tasks: { t: { parallel: true, requires: ['look'] } } }))
      .commands(starts())
      .thenState(({ inFlight }) => expect(inFlight.size).toBe(5));
  });

  test('completes with its last item, and its output is theirs in the order of the items', () => {
    given(plan)
      .commands(
        starts({ input: ['x', 'y', 'z'] }),
        completes('research[2]', 'Z'),
        completes('research[0]', 'X'),
      )
      .when(completes('research[1]', 'Y'))
      .thenHappens(
        { type: 'task.completed', task: 'research', item: 1, attempt: 1, output: 'Y' },
        'agent.task_assigned',
      )
      .thenState((state) => {
        expect(taskOutput(state, 0)).toEqual(['X', 'Y', 'Z']);
        expect(itemInput(state, 1, undefined)).toEqual(['X', 'Y', 'Z']);
      });
  });

  test('shows null for items that are not done', () => {
    const { state } = given(plan).commands(starts({ input: ['x', 'y'] }), completes('research[1]', 'Y'));
    expect(taskOutput(state, 0)).toEqual([null, 'Y']);
  });

  test('of an empty list is done at once, and what depends on it gets the empty list', () => {
    given(plan)
      .when(starts({ input: [] }))
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        { type: 'task.opened', task: 'research', items: 0 },
        { type: 'agent.task_assigned', task: 'write', attempt: 1, assignment: 1, seat: 'writer' },
      )
      .thenState((state) => expect(itemInput(state, 1, undefined)).toEqual([]));
  });

  test('with more items than seats serves them as seats get free', () => {
    const run = given(plan).commands(starts({ input: [0, 1, 2, 3, 4] }));
    expect(run.state.inFlight.size).toBe(3);
    run.when(completes('research[1]')).thenHappens('task.completed', {
      type: 'agent.task_assigned',
      task: 'research',
      item: 3,
      attempt: 1,
      assignment: 1,
      seat: 'researchers-2',
    });
    expect(run.state.inFlight.size).toBe(3);
  });

  test('splits the list that another task returned', () => {
    const tasks = { split: [], each: { dependsOn: ['split'], parallel: true } };
    given(aPlan({ agents: { w: 2 }, tasks }))
      .commands(starts({ input: 'whole' }))
      .when(completes('split', ['left', 'right']))
      .thenHappens(
        'task.completed',
        { type: 'task.opened', task: 'each', items: 2 },
        'agent.task_assigned',
        'agent.task_assigned',
      )
      .thenState((state) =>
        expect([0, 1].map((item) => itemInput(state, 1, item))).toEqual(['left', 'right']),
      );
  });

  test('after a parallel task works on its outputs item by item', () => {
    const tasks = { first: { parallel: true }, second: { dependsOn: ['first'], parallel: true } };
    given(aPlan({ agents: { w: 2 }, tasks }))
      .commands(starts({ input: ['x', 'y'] }), completes('first[0]', 'X'), completes('first[1]', 'Y'))
      .thenState((state) => expect([0, 1].map((item) => itemInput(state, 1, item))).toEqual(['X', 'Y']));
  });

  test('after a parallel task looks at one output for each item, however many there are', () => {
    const count = 50;
    const tasks = { first: { parallel: true }, second: { dependsOn: ['first'], parallel: true } };
    const run = given(aPlan({ agents: { w: count }, tasks })).commands(
      starts({ input: Array.from({ length: count }, (_, n) => n) }),
      ...Array.from({ length: count }, (_, n) => completes(`first[${n}]`, n)),
    );
    let looks = 0;
    for (const item of run.state.tasks[0]?.items ?? []) {
      const { status } = item;
      Object.defineProperty(item, 'status', {
        get: () => {
          looks += 1;
          return status;
        },
      });
    }
    const inputs = Array.from({ length: count }, (_, item) => itemInput(run.state, 1, item));
    expect(inputs).toEqual(Array.from({ length: count }, (_, n) => n));
    expect(looks).toBe(count);
  });

  test('of one element is still a list', () => {
    given(plan)
      .commands(starts({ input: ['x'] }), completes('research[0]', 'X'))
      .thenState((state) => expect(taskOutput(state, 0)).toEqual(['X']));
  });

  test('fails with the first item that fails for good; the others are told to stop', () => {
    given(plan)
      .commands(starts({ input: ['x', 'y', 'z'] }), completes('research[0]', 'X'))
      .when(fails('research[1]'), 50)
      .thenHappens(
        {
          type: 'task.failed',
          task: 'research',
          item: 1,
          attempt: 1,
          error: { code: 'agent_error', message: 'it broke' },
        },
        {
          type: 'workflow.failing',
          task: 'research',
          item: 1,
          error: { code: 'agent_error', message: 'it broke' },
        },
      )
      .thenOwes(
        {
          kind: 'cancel_agent',
          task: 'research',
          item: 2,
          attempt: 1,
          assignment: 1,
          reason: 'it broke',
        },
        { kind: 'arm', timer: { kind: 'cancel_deadline' }, at: 10_050 },
        { kind: 'disarm', timer: { kind: 'execution_timeout' } },
      )
      .when(completes('research[2]', 'Z'))
      .thenHappens('task.completed', {
        type: 'workflow.failed',
        task: 'research',
        item: 1,
        error: { code: 'agent_error', message: 'it broke' },
      })
      .thenState(({ counters, tasks }) => {
        expect(tasks[0]).toMatchObject({ status: 'failed', openItems: 0 });
        expect(counters).toMatchObject({ failedTasks: 1, completedTasks: 0 });
      });
  });

  test('counts as one failed task however many of its items fail', () => {
    given(plan)
      .commands(starts({ input: ['x', 'y'] }), fails('research[0]'), fails('research[1]'))
      .thenIs('failed')
      .thenState(({ counters }) => expect(counters.failedTasks).toBe(1));
  });

  test('that becomes ready while the execution is paused is split when it is resumed', () => {
    const tasks = { split: [], each: { dependsOn: ['split'], parallel: true } };
    given(aPlan({ agents: { w: 2 }, tasks }))
      .commands(starts(), pauses())
      .when(completes('split', [1, 2]))
      .thenHappens('task.completed')
      .thenState(({ tasks: [, each] }) => expect(each).toMatchObject({ status: 'opening', items: [] }))
      .when(resumes())
      .thenHappens('workflow.resumed', 'task.opened', 'agent.task_assigned', 'agent.task_assigned');
  });

  test('that becomes ready while the execution ends is never split', () => {
    const tasks = { split: [], each: { dependsOn: ['split'], parallel: true } };
    given(aPlan({ agents: { w: 2 }, tasks }))
      .commands(starts(), cancels())
      .when(completes('split', [1, 2]))
      .thenHappens('task.completed', 'workflow.cancelled');
  });
});
