/** When a task comes whose dependencies may end in other ways, or of which not all must be met. */
import {
  aComputed,
  aPlan,
  cancels,
  completes,
  type DefinitionSketch,
  fails,
  fires,
  given,
  loses,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { why } from '../look/why/why.ts';

const flow = (tasks: DefinitionSketch['tasks'], seats = 5) =>
  given(aPlan({ agents: { workers: seats }, tasks: tasks ?? {} })).commands(starts());
const aCondition = aComputed<boolean>;
const assigned = (task: string) =>
  ({ type: 'agent.task_assigned', task, attempt: 1, assignment: 1 }) as const;

describe('a join of any', () => {
  const tasks = { a: [], b: [], c: { dependsOn: ['a', 'b'], join: { kind: 'any' } } } as const;

  test('fires with the first that is completed, and never again', () => {
    flow(tasks)
      .when(completes('b'))
      .thenHappens('task.completed', { ...assigned('c'), seat: 'workers-3' })
      .commands(completes('c'))
      .when(completes('a'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('lives through a dependency that can not meet it', () => {
    flow({ ...tasks, a: { onFailure: { kind: 'continue' } } })
      .commands(fails('a', { retry: 'never' }))
      .thenHappens({
        type: 'task.failed',
        task: 'a',
        attempt: 1,
        error: { code: 'agent_error', message: 'it broke', retry: 'never' },
        handled: 'continue',
      })
      .when(completes('b'))
      .thenHappens('task.completed', 'agent.task_assigned');
  });

  test('is skipped when none is left that could meet it', () => {
    const no = { when: aCondition(() => false) };
    flow({ a: no, b: no, c: { dependsOn: ['a', 'b'], join: { kind: 'any' } } }).thenHappens(
      'workflow.requested',
      'workflow.planned',
      'workflow.agents_allocated',
      'workflow.execution_started',
      'task.skipped',
      'task.skipped',
      { type: 'task.skipped', task: 'c', dependency: 'b' },
      'workflow.completed',
    );
  });

  test('says for how many it waits', () => {
    flow(tasks).thenState((state) => {
      expect(why(state, 0).find(({ subject }) => subject === 'c')?.sentence).toBe(
        'c waits for one of a and b (a is running and b is running).',
      );
    });
  });
});

describe('a join of at least so many', () => {
  const tasks = {
    a: { onFailure: { kind: 'continue' } },
    b: { onFailure: { kind: 'continue' } },
    c: { onFailure: { kind: 'continue' } },
    d: { dependsOn: ['a', 'b', 'c'], join: { kind: 'at_least', count: 2 } },
  } as const;

  test('fires with that many', () => {
    flow(tasks)
      .commands(completes('a'))
      .thenHappens('task.completed')
      .when(completes('c'))
      .thenHappens('task.completed', 'agent.task_assigned');
  });

  test('is skipped as soon as too few are left', () => {
    flow(tasks)
      .commands(fails('a'))
      .when(fails('b'))
      .thenHappens('task.failed', { type: 'task.skipped', task: 'd', dependency: 'b' })
      .thenState((state) => {
        expect(why(state, 0).find(({ subject }) => subject === 'd')?.sentence).toBe(
          'd was skipped; b failed, on which it depends.',
        );
      });
  });

  test('says for how many more it waits', () => {
    flow(tasks).thenState((state) => {
      expect(why(state, 0).at(-1)?.sentence).toMatch('d waits for 2 of a, b and c');
    });
  });
});

describe('a join with a condition', () => {
  const condition = aCondition(({ tasks }) => tasks['a']?.output === 'yes' || tasks['b']?.output === 'yes');
  const reading = { ...condition, source: 'somebody says yes', reads: { input: false, tasks: ['a', 'b'] } };
  const tasks = {
    a: [],
    b: [],
    c: { dependsOn: ['a', 'b'], join: { kind: 'when', condition: reading } },
  } as const;

  test('is asked whenever a dependency ends', () => {
    flow(tasks)
      .when(completes('a', 'no'))
      .thenHappens('task.completed', { type: 'task.awaited', task: 'c' })
      .when(completes('b', 'yes'))
      .thenHappens('task.completed', { type: 'task.opened', task: 'c' }, 'agent.task_assigned');
  });

  test('fires before all have ended', () => {
    flow(tasks)
      .when(completes('a', 'yes'))
      .thenHappens('task.completed', 'task.opened', 'agent.task_assigned');
  });

  test('is skipped when its last answer is no', () => {
    flow(tasks)
      .commands(completes('a', 'no'))
      .when(completes('b', 'no'))
      .thenHappens('task.completed', { type: 'task.skipped', task: 'c' }, 'workflow.completed');
  });

  test('says what it waits for, and why it was skipped', () => {
    const sentence = (run: ReturnType<typeof flow>) =>
      why(run.state, 0).find(({ subject }) => subject === 'c')?.sentence;
    expect(sentence(flow(tasks))).toBe(
      'c waits for somebody says yes to become true, of which it is asked when one of these ends: a and b (a is running and b is running).',
    );
    const more = { ...tasks, d: [] };
    const skipped = flow(more).commands(completes('a', 'no'), completes('b', 'no'));
    expect(sentence(skipped)).toBe('c was skipped; its condition is false: somebody says yes.');
    const both = { ...more, c: { ...tasks.c, when: aCondition(() => true) } };
    expect(sentence(flow(both).commands(completes('a', 'no'), completes('b', 'no')))).toMatch(
      'one of its conditions is false: somebody says yes; ',
    );
  });

  test('that can not be evaluated fails its task', () => {
    const broken = { ...reading, evaluate: () => JSON.parse('9'.repeat(2_000_000)) as boolean };
    flow({ ...tasks, c: { dependsOn: ['a', 'b'], join: { kind: 'when', condition: broken } } })
      .when(completes('a'))
      .thenHappens('task.completed', 'task.failed', 'workflow.failing');
  });
});

describe('a dependency that says how it must end', () => {
  test('on failure: the handler runs, and the workflow is completed', () => {
    flow({ pay: [], apologise: { dependsOn: ['pay'], metBy: { pay: 'failed' } }, ship: ['pay'] })
      .when(fails('pay', { retry: 'never' }))
      .thenHappens(
        'task.failed',
        { type: 'task.skipped', task: 'ship', dependency: 'pay' },
        'agent.task_assigned',
      )
      .when(completes('apologise'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('on failure: the handler is skipped where nothing failed', () => {
    flow({ pay: [], apologise: { dependsOn: ['pay'], metBy: { pay: 'failed' } } })
      .when(completes('pay'))
      .thenHappens(
        'task.completed',
        { type: 'task.skipped', task: 'apologise', dependency: 'pay' },
        'workflow.completed',
      );
  });

  test('on skip', () => {
    flow({ a: { when: aCondition(() => false) }, b: { dependsOn: ['a'], metBy: { a: 'skipped' } } })
      .when(completes('b'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('however it ends', () => {
    flow({ a: [], b: { dependsOn: ['a'], metBy: { a: 'any' } } })
      .when(fails('a', { retry: 'never' }))
      .thenHappens('task.failed', 'agent.task_assigned');
    flow({ a: [], b: { dependsOn: ['a'], metBy: { a: 'any' } } })
      .when(completes('a'))
      .thenHappens('task.completed', 'agent.task_assigned');
  });

  test('does not save a workflow whose task says that its failure ends it', () => {
    flow({ a: { onFailure: { kind: 'fail' } }, b: { dependsOn: ['a'], metBy: { a: 'failed' } } })
      .when(fails('a', { retry: 'never' }))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('a task that could not be opened has failed, too', () => {
    const when = { ...aCondition(() => true), evaluate: () => JSON.parse('9'.repeat(2_000_000)) as boolean };
    flow({ a: { when }, b: { dependsOn: ['a'], metBy: { a: 'failed' } } }).thenHappens(
      'workflow.requested',
      'workflow.planned',
      'workflow.agents_allocated',
      'workflow.execution_started',
      'task.failed',
      'agent.task_assigned',
    );
  });
});

describe('a parallel task of which some items fail, and the workflow goes on', () => {
  const tasks = {
    a: { parallel: true, onFailure: { kind: 'continue' } },
    b: { dependsOn: ['a'], metBy: { a: 'any' } },
  } as const;

  test('ends as failed when the last item is over; what was completed is kept', () => {
    flow(tasks, 3)
      .commands(fails('a[0]', { retry: 'never' }), completes('a[1]', 'one'))
      .when(completes('a[2]', 'two'))
      .thenHappens('task.completed', 'agent.task_assigned')
      .thenState(({ tasks }) => {
        expect(tasks[0]).toMatchObject({ status: 'failed', isHandled: true, openItems: 0 });
      });
  });
});

describe('a join that cancels the rest', () => {
  const tasks = {
    before: { timeoutMs: 60_000 },
    quick: [],
    slow: { dependsOn: ['before'] },
    other: [],
    first: { dependsOn: ['quick', 'slow', 'other'], join: { kind: 'any' }, cancelRemaining: true },
    more: { dependsOn: ['other'] },
  } as const;
  const fired = () => flow(tasks).commands(completes('quick'));

  test('cancels what leads to it alone, and leaves what others need', () => {
    flow(tasks)
      .when(completes('quick'))
      .thenHappens(
        'task.completed',
        { type: 'task.opened', task: 'first' },
        {
          type: 'task.cancelling',
          tasks: ['before', 'slow'],
          by: 'first',
          reason: 'the join of first has fired without it',
        },
        'agent.task_assigned',
      );
  });

  test('tells the agents, and gives them ten seconds', () => {
    flow(tasks)
      .when(completes('quick'), 100)
      .thenState(({ tasks, inFlight }) => {
        expect(tasks.map(({ status }) => status)).toEqual([
          'open',
          'completed',
          'cancelled',
          'open',
          'open',
          'pending',
        ]);
        expect([...inFlight][0]?.status).toMatchObject({ stopping: { deadline: 10_100 } });
      });
  });

  test('an agent that stops has stopped, whatever it says', () => {
    fired()
      .when(fails('before', { code: 'agent_aborted' }))
      .thenHappens({ type: 'task.cancelled', task: 'before', attempt: 1, confirmed: true });
    fired().when(fails('before')).thenHappens('task.cancelled');
  });

  test('an answer that was faster counts', () => {
    fired()
      .when(completes('before', 1))
      .thenHappens('task.completed')
      .thenState(({ tasks }) => expect(tasks[0]?.status).toBe('completed'));
  });

  test('an agent that says nothing is not waited for longer', () => {
    fired()
      .when(fires('stop_deadline', 'before'), 9_999)
      .thenHappens()
      .when(fires('stop_deadline', 'before'), 10_000)
      .thenHappens({ type: 'task.cancelled', task: 'before', attempt: 1, confirmed: false });
    fired().when(fires('stop_deadline', 'other'), 10_000).thenHappens();
    fired().when(fires('stop_deadline', 'quick'), 10_000).thenHappens();
    fired().when(fires('stop_deadline', 'nobody'), 10_000).thenHappens();
  });

  test('the rest of the execution does not wait for it', () => {
    fired()
      .commands(completes('first'), completes('other'), completes('more'))
      .when(fires('stop_deadline', 'before'), 10_000)
      .thenHappens('task.cancelled', 'workflow.completed');
  });

  test('cancels what leads to it by way of a task that has ended already', () => {
    const race = { kind: 'any' } as const;
    flow({
      slow: [],
      quick: [],
      semifinal: { dependsOn: ['quick', 'slow'], join: race },
      other: [],
      final: { dependsOn: ['semifinal', 'other'], join: race, cancelRemaining: true },
    })
      .commands(completes('quick'))
      .when(completes('semifinal'))
      .thenHappens(
        'task.completed',
        'task.opened',
        {
          type: 'task.cancelling',
          tasks: ['other', 'slow'],
          by: 'final',
          reason: 'the join of final has fired without it',
        },
        'agent.task_assigned',
      );
  });

  test('has nothing to cancel when it was the last', () => {
    flow({ a: [], b: { dependsOn: ['a'], cancelRemaining: true } })
      .when(completes('a'))
      .thenHappens('task.completed', 'task.opened', 'agent.task_assigned');
  });

  test('cancels what waits for a seat or for its next attempt, and what is undecided', () => {
    const undecided = { dependsOn: ['quick'], when: aCondition(() => true) };
    given(
      aPlan({
        agents: { fast: 1, workers: 1 },
        tasks: {
          quick: { agent: 'fast' },
          retried: { agent: 'workers', retryPolicy: 'fixed' },
          seated: { agent: 'workers' },
          queued: { agent: 'workers', parallel: true },
          undecided,
          first: {
            dependsOn: ['quick', 'retried', 'seated', 'queued', 'undecided'],
            join: { kind: 'any' },
            cancelRemaining: true,
            priority: 1,
          },
        },
      }),
    )
      .commands(starts(), fails('retried'))
      .when(completes('quick'))
      .thenState(({ tasks, retrying }) => {
        const status = Object.fromEntries(
          ['quick', 'retried', 'seated', 'queued'].map((id, n) => [id, tasks[n]?.status]),
        );
        expect(status).toEqual({
          quick: 'completed',
          retried: 'cancelled',
          seated: 'open',
          queued: 'cancelled',
        });
        expect(retrying.size).toBe(0);
      });
  });

  test('an execution that is cancelled meanwhile does not wait for it longer than for others', () => {
    fired()
      .commands(cancels())
      .when(completes('first'))
      .commands(fails('before', { code: 'agent_aborted' }), fails('other', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'workflow.cancelled');
  });
});

describe('one item that is cancelled', () => {
  const some = { type: 'task.cancelling', tasks: ['a'], item: 1, by: 'ann', reason: 'wrong' } as const;

  test('leaves the others alone; the task ends as cancelled', () => {
    flow({ a: { parallel: true }, b: ['a'] }, 2)
      .events(some, some)
      .commands(completes('a[0]'))
      .when(fails('a[1]', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'task.skipped', 'workflow.completed')
      .thenState((state) => {
        expect(state.tasks[0]?.status).toBe('cancelled');
        expect(state.counters).toMatchObject({ cancelledTasks: 1, skippedTasks: 1 });
      });
  });

  test('that waits for its next attempt is not tried again', () => {
    flow({ a: { parallel: true, retryPolicy: 'fixed' } }, 2)
      .commands(fails('a[1]'))
      .events(some, { type: 'task.cancelling', tasks: ['a'], item: 1, by: 'ann', reason: 'again' })
      .when(completes('a[0]'))
      .thenHappens('task.completed', 'workflow.completed');
  });

  test('fails its task where another one failed', () => {
    flow({ a: { parallel: true, onFailure: { kind: 'continue' } } }, 2)
      .events(some)
      .commands(fails('a[0]', { retry: 'never' }))
      .when(loses('a[1]'))
      .thenHappens(
        { type: 'task.cancelled', task: 'a', item: 1, attempt: 1, confirmed: false },
        'workflow.completed',
      )
      .thenState(({ tasks }) => expect(tasks[0]?.status).toBe('failed'));
  });
});

describe('a task that is cancelled before it starts', () => {
  test('has settled, and says so', () => {
    flow({ a: [], b: ['a'], c: ['b'] })
      .events({ type: 'task.cancelling', tasks: ['b', 'b'], by: 'ann', reason: 'not needed' })
      .thenState((state) => {
        expect(why(state, 0).find(({ subject }) => subject === 'b')?.sentence).toBe(
          'b was cancelled before it started.',
        );
      })
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        { type: 'task.skipped', task: 'c', dependency: 'b' },
        'workflow.completed',
      );
  });

  test('is decided about no more', () => {
    flow({ a: [], b: { dependsOn: ['a'], when: aCondition(() => true) } })
      .events({ type: 'task.completed', task: 'a', attempt: 1, output: null })
      .events({ type: 'task.cancelling', tasks: ['b'], by: 'ann', reason: 'not needed' })
      .when({ type: 'continue' })
      .thenHappens('workflow.completed');
  });
});

describe('a task that is cancelled while it is open', () => {
  test('keeps the items that are over', () => {
    flow({ a: { parallel: true } }, 2)
      .commands(completes('a[0]', 'kept'))
      .events({ type: 'task.cancelling', tasks: ['a'], by: 'ann', reason: 'enough' })
      .when(fails('a[1]'))
      .thenHappens('task.cancelled', 'workflow.completed')
      .thenState(({ tasks }) => {
        expect(tasks[0]?.items.map(({ status }) => status.kind)).toEqual(['completed', 'cancelled']);
      });
  });
});
