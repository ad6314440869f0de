import {
  aComputed,
  aPlan,
  cancels,
  completes,
  fails,
  fires,
  type Given,
  given,
  loses,
  retriesUndoing,
  skipsByHand,
  skipsUndoing,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import type { Json } from '../../../json.ts';
import type { Compensate } from '../../../plan/definition.ts';
import type { ExecutionCommand } from '../commands.ts';
import type { ExecutionEvent, Parent } from '../events.ts';
import { executionLaw } from '../law.ts';
import { viewExecution } from '../look/view.ts';
import { why } from '../look/why/why.ts';
import { poolOf } from '../seating.ts';

/** An event with these fields, and others. */
function like(fields: Partial<ExecutionEvent>): ExecutionEvent {
  return expect.objectContaining(fields) as ExecutionEvent;
}

const error = { code: 'agent_error', message: 'it broke' };
const undo: Compensate = { who: { kind: 'group', group: 'workers' }, retryPolicy: 'none' };

/** Reserve, then charge; then both lead to ship, which fails. */
const order = (compensate: Partial<Compensate> = {}) =>
  aPlan({
    agents: { workers: 3 },
    tasks: {
      reserve: { compensate: { ...undo, ...compensate } },
      charge: { dependsOn: ['reserve'], compensate: undo },
      ship: ['charge'],
    },
  });

const types = (one: Given): readonly string[] => one.log.map(({ type }) => type);
const failing = (): Given =>
  given(order()).commands(starts({ input: { id: 7 } }), completes('reserve', 'r'), completes('charge', 'c'));
const stuck = (): Given => failing().commands(fails('ship'), fails('~charge'));

describe('a step that can be undone', () => {
  test('is registered before it is handed out, in the same decision', () => {
    given(order())
      .when(starts())
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        { type: 'task.compensation_registered', task: 'reserve' },
        { type: 'agent.task_assigned', task: 'reserve', attempt: 1, assignment: 1, seat: 'workers-1' },
      );
  });

  test('is registered once, however often it is handed out', () => {
    const one = given(aPlan({ tasks: { a: { compensate: undo, retryPolicy: 'fixed' } } })).commands(
      starts(),
      loses('a'),
      fails('a'),
    );
    one.when(fires('retry_due', 'a'), 1_000).thenHappens('task.retry_due', 'agent.task_assigned');
    expect(types(one).filter((type) => type === 'task.compensation_registered')).toHaveLength(1);
  });

  test('of several items is registered item by item, and undone on what each worked on', () => {
    given(aPlan({ agents: { workers: 2 }, tasks: { a: { parallel: true, compensate: undo } } }))
      .commands(starts({ input: [1, 2] }), completes('a[0]', 'one'))
      .when(fails('a[1]'))
      .thenState(({ compensations }) =>
        expect([...compensations.values()].map(({ item, given: handed }) => [item, handed])).toEqual([
          [0, { input: 1, output: 'one', unknown: false }],
          [1, { input: 2, output: null, unknown: true }],
        ]),
      );
  });

  test('of a loop is registered round by round', () => {
    const loop = { maxIterations: 2, onLimit: 'complete' } as const;
    given(aPlan({ tasks: { a: { compensate: undo, loop }, b: ['a'] } }))
      .commands(starts(), completes('a', 1), completes('a', 2))
      .when(fails('b'))
      .thenHappens(
        'task.failed',
        'workflow.failing',
        { type: 'workflow.compensating', steps: 2, timeoutMs: 600_000 },
        {
          type: 'task.compensating',
          task: 'a',
          activation: 2,
          deed: 'compensate',
          input: { input: null, output: 2, unknown: false },
        },
        'agent.task_assigned',
      )
      .when(completes('~a#2'))
      .thenHappens(
        { type: 'task.compensated', task: 'a', activation: 2, deed: 'compensate', attempt: 1, output: null },
        {
          type: 'task.compensating',
          task: 'a',
          deed: 'compensate',
          input: { input: null, output: 1, unknown: false },
        },
        'agent.task_assigned',
      )
      .when(completes('~a'))
      .thenHappens('task.compensated', 'workflow.compensated');
  });

  test('before a jump back is undone after what came behind the jump', () => {
    const goto = { kind: 'goto', task: 'a', maxTimes: 1 } as const;
    given(aPlan({ tasks: { a: { compensate: undo }, b: { dependsOn: ['a'], onFailure: goto } } }))
      .commands(starts(), completes('a', 1), fails('b'), completes('a', 2), fails('b'))
      .thenState(({ undoing, compensations }) => {
        expect(undoing?.left).toBe(2);
        expect([...compensations.values()].map(({ status }) => status)).toEqual(['registered', 'running']);
      })
      .when(completes('~a#2'))
      .thenHappens('task.compensated', 'task.compensating', 'agent.task_assigned');
  });

  test('is not registered where undoing is disabled', () => {
    given(
      aPlan({
        faultTolerance: { sagaPattern: { compensationEnabled: false, rollbackOnFailure: true } },
        tasks: { a: { compensate: undo } },
      }),
    )
      .commands(starts())
      .thenState(({ compensations }) => expect(compensations.size).toBe(0))
      .when(fails('a'))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });
});

describe('a failure', () => {
  test('undoes what was done in reverse, each step on what it worked on and gave', () => {
    failing()
      .when(fails('ship'), 50)
      .thenHappens(
        { type: 'task.failed', task: 'ship', attempt: 1, error },
        { type: 'workflow.failing', task: 'ship', error },
        { type: 'workflow.compensating', steps: 2, timeoutMs: 600_000 },
        {
          type: 'task.compensating',
          task: 'charge',
          deed: 'compensate',
          input: { input: 'r', output: 'c', unknown: false },
        },
        {
          type: 'agent.task_assigned',
          task: 'charge',
          deed: 'compensate',
          attempt: 1,
          assignment: 1,
          seat: 'workers-1',
        },
      )
      .thenIs('compensating')
      .when(completes('~charge', 'refunded'), 60)
      .thenHappens(
        { type: 'task.compensated', task: 'charge', deed: 'compensate', attempt: 1, output: 'refunded' },
        {
          type: 'task.compensating',
          task: 'reserve',
          deed: 'compensate',
          input: { input: { id: 7 }, output: 'r', unknown: false },
        },
        'agent.task_assigned',
      )
      .when(completes('~reserve'), 70)
      .thenHappens('task.compensated', { type: 'workflow.compensated' })
      .thenSends({ to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } })
      .thenState(({ status }) =>
        expect(status).toEqual({
          kind: 'compensated',
          at: 70,
          cause: { kind: 'failed', task: 'ship', error },
        }),
      );
  });

  test('undoes at the same time what nothing was built on', () => {
    const one = given(
      aPlan({
        agents: { workers: 3 },
        tasks: { a: { compensate: undo }, b: { compensate: undo }, c: ['a', 'b'] },
      }),
    ).commands(starts(), completes('a'), completes('b'), fails('c'));
    one.thenState(({ inFlight }) => expect(inFlight.size).toBe(2));
  });

  test('undoes the last that was done first, where seats are few', () => {
    const tasks = { a: { compensate: undo, agent: 'many' }, b: { compensate: undo, agent: 'many' } };
    const agents = { workers: 1, many: 2 };
    for (const last of ['a', 'b']) {
      const first = last === 'a' ? 'b' : 'a';
      given(aPlan({ agents, tasks: { ...tasks, c: { dependsOn: ['a', 'b'], agent: 'many' } } }))
        .commands(starts(), completes(first), completes(last), fails('c'))
        .thenState(({ seating }) => expect(seating.occupant[0]?.undoes?.task).toBe(last === 'a' ? 0 : 1))
        .when(completes(`~${last}`))
        .thenHappens('task.compensated', 'agent.task_assigned');
    }
  });

  test('of a step itself undoes it too: nobody knows what it did before it failed', () => {
    given(aPlan({ tasks: { a: { compensate: undo } } }))
      .commands(starts({ input: 5 }))
      .when(fails('a'))
      .thenHappens(
        'task.failed',
        'workflow.failing',
        'workflow.compensating',
        {
          type: 'task.compensating',
          task: 'a',
          deed: 'compensate',
          input: { input: 5, output: null, unknown: true },
          unknown: true,
        },
        'agent.task_assigned',
      );
  });

  test('undoes nothing where the task says that it only fails', () => {
    given(aPlan({ tasks: { a: { compensate: undo }, b: { dependsOn: ['a'], onFailure: { kind: 'fail' } } } }))
      .commands(starts(), completes('a'))
      .when(fails('b'))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('undoes nothing unless a task says so, where the document does not roll back', () => {
    const faultTolerance = { sagaPattern: { compensationEnabled: true, rollbackOnFailure: false } };
    const tasks = {
      a: { compensate: undo },
      b: ['a'],
      c: { dependsOn: ['a'], onFailure: { kind: 'compensate' } },
    } as const;
    const agents = { workers: 2 };
    given(aPlan({ agents, faultTolerance, tasks }))
      .commands(starts(), completes('a'), completes('c'))
      .when(fails('b'))
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
    given(aPlan({ agents, faultTolerance, tasks }))
      .commands(starts(), completes('a'), completes('b'))
      .when(fails('c'))
      .thenHappens(
        'task.failed',
        'workflow.failing',
        'workflow.compensating',
        'task.compensating',
        'agent.task_assigned',
      );
  });

  test('of nobody in particular undoes by what the document says', () => {
    given(aPlan({ agents: { workers: 2 }, tasks: { a: { compensate: undo }, b: ['a'] } }))
      .commands(starts({ timeoutMs: 100 }), completes('a'))
      .when(fires('execution_timeout'), 100)
      .thenHappens('workflow.failing')
      .when(fails('b', { code: 'agent_aborted' }), 101)
      .thenHappens('task.cancelled', 'workflow.compensating', 'task.compensating', 'agent.task_assigned');
  });
});

describe('a cancel', () => {
  test('undoes what was done, and what was at work as something nobody knows the end of', () => {
    given(order())
      .commands(starts(), completes('reserve', 'r'), cancels('changed my mind'))
      .when(fails('charge', { code: 'agent_aborted' }), 5)
      .thenHappens(
        'task.cancelled',
        'workflow.compensating',
        {
          type: 'task.compensating',
          task: 'charge',
          deed: 'compensate',
          input: { input: 'r', output: null, unknown: true },
          unknown: true,
        },
        'agent.task_assigned',
      );
  });

  test('undoes what had answered before it', () => {
    given(order())
      .commands(starts(), completes('reserve', 'r'), cancels())
      .when(completes('charge', 'c'))
      .thenHappens(
        'task.completed',
        'workflow.compensating',
        {
          type: 'task.compensating',
          task: 'charge',
          deed: 'compensate',
          input: { input: 'r', output: 'c', unknown: false },
        },
        'agent.task_assigned',
      );
  });

  test('of what had done nothing is only a cancel', () => {
    given(aPlan({ tasks: { a: [], b: { dependsOn: ['a'], compensate: undo } } }))
      .commands(starts(), cancels())
      .when(fails('a', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'workflow.cancelled');
  });

  test('gives up what had not begun, and what was to be tried again', () => {
    const tasks = { a: { compensate: undo, retryPolicy: 'fixed' }, b: [], c: [] } as const;
    const one = given(aPlan({ agents: { workers: 1 }, tasks })).commands(
      starts(),
      fails('a'),
      completes('b'),
    );
    one
      .commands(cancels(), fails('c', { code: 'agent_aborted' }))
      .thenIs('compensating')
      .thenState(({ retrying, tasks: [a] }) => {
        expect(retrying.size).toBe(0);
        expect(a?.items[0]?.status.kind).toBe('cancelled');
      })
      .when(completes('~a'))
      .thenHappens('task.compensated', 'workflow.compensated')
      .thenState(({ status }) =>
        expect(status).toMatchObject({ kind: 'compensated', cause: { kind: 'cancelled', by: 'ann' } }),
      );
  });

  test('is refused while what was done is undone', () => {
    failing().commands(fails('ship')).when(cancels()).thenRejected('not_running', 'is compensating');
  });
});

describe('what is handed over', () => {
  test('is what the template gives, which sees the step', () => {
    const input = aComputed((scope) => ({ refund: scope.step?.output ?? null }));
    given(order({ input }))
      .commands(starts(), completes('reserve', 'r'), fails('charge'), completes('~charge'))
      .thenState(({ compensations }) =>
        expect([...compensations.values()][0]?.given).toEqual({ refund: 'r' }),
      );
  });

  test('is null where the template does not fit an outcome nobody knows: it is undone all the same', () => {
    const input = aComputed((): string => {
      throw new CantataError('expression_failed', 'no such key');
    });
    given(order({ input }))
      .commands(starts())
      .when(fails('reserve'))
      .thenHappens(
        'task.failed',
        'workflow.failing',
        'workflow.compensating',
        { type: 'task.compensating', task: 'reserve', deed: 'compensate', input: null, unknown: true },
        'agent.task_assigned',
      );
  });

  test('cannot be worked out: then the step is left to an operator', () => {
    const input = aComputed((): string => {
      throw new CantataError('expression_failed', 'no such key');
    });
    given(order({ input }))
      .commands(starts(), completes('reserve', 'r'), fails('charge'))
      .when(completes('~charge'))
      .thenHappens(
        'task.compensated',
        like({ type: 'task.compensation_failed', task: 'reserve', attempt: 0 }),
        { type: 'workflow.compensation_failed', reason: 'reserve could not be undone' },
      )
      .when(retriesUndoing('reserve'))
      .thenHappens(
        'workflow.compensation_resumed',
        'task.compensation_failed',
        'workflow.compensation_failed',
      );
  });
});

describe('undoing that fails', () => {
  test('is tried again by a policy of its own, five times unless the document says otherwise', () => {
    const { retryPolicy: _, ...patient } = undo;
    given(aPlan({ tasks: { a: { compensate: { ...patient, timeoutMs: 5_000 } } } }))
      .commands(starts(), fails('a'))
      .when(fails('~a'), 10)
      .thenHappens(like({ type: 'task.retry_scheduled', task: 'a', deed: 'compensate', attempt: 1 }))
      .when(fires('retry_due', '~a'), 1_000)
      .thenHappens(
        { type: 'task.retry_due', task: 'a', deed: 'compensate' },
        like({ type: 'agent.task_assigned', attempt: 2, deed: 'compensate' }),
      )
      .when(fires('attempt_timeout', '~a'), 6_000)
      .thenHappens(
        { type: 'task.timed_out', task: 'a', deed: 'compensate', attempt: 2, afterMs: 5_000 },
        'task.retry_scheduled',
      );
  });

  test('is handed out again when its process is gone', () => {
    failing()
      .commands(fails('ship'))
      .when(loses('~charge'))
      .thenHappens(like({ type: 'agent.lost', deed: 'compensate' }), {
        type: 'agent.task_assigned',
        task: 'charge',
        deed: 'compensate',
        attempt: 1,
        assignment: 2,
        seat: 'workers-2',
      });
  });

  test('for good leaves what stands before it, and waits for an operator', () => {
    failing()
      .commands(fails('ship'))
      .when(fails('~charge'), 9)
      .thenHappens(
        { type: 'task.compensation_failed', task: 'charge', deed: 'compensate', attempt: 1, error },
        { type: 'workflow.compensation_failed', reason: 'charge could not be undone' },
      )
      .thenSends({ to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } })
      .thenIs('compensation_failed')
      .thenOwes({ kind: 'disarm', timer: { kind: 'compensation_timeout' } });
  });

  test('does not keep what it has nothing to do with from being undone', () => {
    const tasks = { a: { compensate: undo }, b: { compensate: undo }, c: ['a', 'b'] } as const;
    given(aPlan({ agents: { workers: 2 }, tasks }))
      .commands(starts(), completes('a'), completes('b'), fails('c'))
      .when(fails('~a'))
      .thenHappens('task.compensation_failed')
      .when(completes('~b'))
      .thenHappens('task.compensated', 'workflow.compensation_failed');
  });
});

describe('an operator', () => {
  test('has it tried again, with a whole policy of attempts', () => {
    stuck()
      .when(retriesUndoing(), 100)
      .thenHappens(
        {
          type: 'workflow.compensation_resumed',
          by: 'ann',
          steps: [{ task: 'charge', deed: 'compensate' }],
          timeoutMs: 600_000,
        },
        'task.compensating',
        like({ type: 'agent.task_assigned', task: 'charge', attempt: 2, assignment: 1 }),
      )
      .thenIs('compensating')
      .when(fails('~charge'))
      .thenHappens('task.compensation_failed', 'workflow.compensation_failed')
      .commands(retriesUndoing('charge'), completes('~charge'))
      .when(completes('~reserve'))
      .thenHappens('task.compensated', 'workflow.compensated');
  });

  test('has it tried again though its process was lost too often, and it may be lost as often once more', () => {
    const lost = Array.from({ length: 5 }, () => loses('~charge'));
    const one = failing().commands(fails('ship'), ...lost);
    expect(one.state.status.kind).toBe('compensation_failed');
    one.commands(retriesUndoing(), ...lost.slice(1)).thenIs('compensating');
  });

  test('skips it, and what stands before it is undone', () => {
    stuck()
      .when(skipsUndoing('charge', 'refunded by hand'), 100)
      .thenHappens(
        {
          type: 'task.compensation_skipped',
          task: 'charge',
          deed: 'compensate',
          by: 'ann',
          reason: 'refunded by hand',
          timeoutMs: 600_000,
        },
        'task.compensating',
        'agent.task_assigned',
      )
      .when(completes('~reserve'))
      .thenHappens('task.compensated', 'workflow.compensated');
  });

  test('can do both while others are still being undone', () => {
    const tasks = { a: { compensate: undo }, b: { compensate: undo }, c: ['a', 'b'] } as const;
    given(aPlan({ agents: { workers: 2 }, tasks }))
      .commands(starts(), completes('a'), completes('b'), fails('c'), fails('~a'))
      .when(retriesUndoing('a'))
      .thenHappens('workflow.compensation_resumed', 'task.compensating', 'agent.task_assigned')
      .commands(fails('~a'))
      .when(skipsUndoing('a'))
      .thenHappens('task.compensation_skipped');
  });

  test('is told where there is nothing to say', () => {
    given(order()).commands(starts()).when(retriesUndoing()).thenRejected('not_compensating', 'is running');
    stuck().when(skipsUndoing('reserve')).thenRejected('not_compensating', 'reserve waits for no operator');
    failing()
      .commands(fails('ship'))
      .when(retriesUndoing())
      .thenRejected('not_compensating', 'no step waits for an operator');
  });

  test('names the entry of a task that was undone more than once, or means the last that failed', () => {
    const loop = { maxIterations: 2, onLimit: 'complete' } as const;
    const one = given(aPlan({ tasks: { a: { compensate: undo, loop }, b: ['a'] } })).commands(
      starts(),
      completes('a', 1),
      completes('a', 2),
      fails('b'),
      fails('~a#2'),
    );
    one.when(skipsUndoing('a#1')).thenRejected('not_compensating');
    one
      .when(skipsUndoing('a'))
      .thenHappens(
        like({ type: 'task.compensation_skipped', activation: 2 }),
        'task.compensating',
        'agent.task_assigned',
      );
  });
});

describe('the time for all of it', () => {
  test('ends it: who is at work is told to stop, and an operator is waited for', () => {
    failing()
      .commands(fails('ship'))
      .when(fires('compensation_timeout'), 600_000)
      .thenHappens(
        like({ type: 'task.timed_out', task: 'charge', deed: 'compensate' }),
        {
          type: 'task.compensation_failed',
          task: 'charge',
          deed: 'compensate',
          attempt: 1,
          error: {
            code: 'compensation_timed_out',
            message: 'undoing took longer than the 600 s all of it may take',
          },
        },
        { type: 'workflow.compensation_failed', reason: 'undoing took longer than 600 s' },
      )
      .thenIs('compensation_failed')
      .when(completes('~charge', null, { attempt: 1, assignment: 1 }), 600_001)
      .thenRejected('stale_result')
      .when(retriesUndoing(), 600_002)
      .thenHappens('workflow.compensation_resumed', 'task.compensating', 'agent.task_assigned');
  });

  test('ends attempts that wait to be made as well, and is what the start says', () => {
    const { retryPolicy: _, ...patient } = undo;
    given(aPlan({ tasks: { a: { compensate: patient } } }))
      .commands({ ...starts(), compensationTimeoutMs: 100 } as ReturnType<typeof starts>)
      .commands(fails('a'), fails('~a'))
      .when(fires('compensation_timeout'), 99)
      .thenHappens()
      .when(fires('compensation_timeout'), 100)
      .thenHappens('task.compensation_failed', {
        type: 'workflow.compensation_failed',
        reason: 'undoing took longer than 0.1 s',
      });
  });
});

describe('what was left behind', () => {
  const template = aComputed(({ input }) => [input, 'second']);

  test('by a loop with a template is undone on what each round worked on', () => {
    const loop = { maxIterations: 2, onLimit: 'complete' } as const;
    const plan = aPlan({
      agents: { workers: 2 },
      tasks: { a: { parallel: true, input: template, compensate: undo, loop }, b: ['a'] },
    });
    given(plan)
      .commands(starts({ input: 7 }), completes('a[0]'), completes('a[1]'))
      .commands(completes('a[0]'), completes('a[1]'), fails('b'), completes('~a[0]#2'), completes('~a[1]#2'))
      .thenState(({ compensations }) =>
        expect(
          [...compensations.values()].map(({ given: handed }) => (handed as { input: Json }).input),
        ).toEqual([7, 'second', 7, 'second']),
      );
  });

  test('by a loop that is no list is undone on the whole', () => {
    const loop = { maxIterations: 2, onLimit: 'complete' } as const;
    const whole = aComputed(({ input }) => ({ input }));
    given(aPlan({ tasks: { a: { input: whole, compensate: undo, loop }, b: ['a'] } }))
      .commands(starts({ input: 7 }), completes('a'), completes('a'), fails('b'), completes('~a#2'))
      .thenState(({ compensations }) =>
        expect([...compensations.values()][0]?.given).toMatchObject({ input: { input: 7 } }),
      );
  });

  test('by a jump back, before it came again, is undone on nothing anybody knows', () => {
    const goto = { kind: 'goto', task: 'a', maxTimes: 1 } as const;
    const tasks = {
      a: [],
      b: { dependsOn: ['a'], compensate: undo },
      c: { dependsOn: ['b'], onFailure: goto },
    } as const;
    given(aPlan({ tasks }))
      .commands(starts(), completes('a'), completes('b', 'done'), fails('c'))
      .when(fails('a'))
      .thenHappens(
        'task.failed',
        'workflow.failing',
        'workflow.compensating',
        {
          type: 'task.compensating',
          task: 'b',
          deed: 'compensate',
          input: { input: null, output: 'done', unknown: false },
        },
        'agent.task_assigned',
      );
  });

  test('by an operator who skipped it is undone as something nobody knows the end of', () => {
    given(aPlan({ agents: { workers: 2 }, tasks: { a: { compensate: undo }, b: [] } }))
      .commands(starts(), skipsByHand('a'))
      .when(fails('b'))
      .thenHappens(
        'task.failed',
        'workflow.failing',
        'workflow.compensating',
        like({ type: 'task.compensating', task: 'a', unknown: true }),
        'agent.task_assigned',
      );
  });
});

test('an operator names one of the items, and which entry, or means the last that failed', () => {
  const loop = { maxIterations: 2, onLimit: 'complete' } as const;
  const plan = aPlan({
    agents: { workers: 2 },
    tasks: { a: { parallel: true, compensate: undo, loop }, b: ['a'] },
  });
  const one = given(plan).commands(starts({ input: [1, 2] }), completes('a[0]'), completes('a[1]'));
  one.commands(completes('a[0]'), completes('a[1]'), fails('b'), fails('~a[0]#2'), fails('~a[1]#2'));
  one
    .when(skipsUndoing('a[1]#2'))
    .thenHappens(
      like({ type: 'task.compensation_skipped', item: 1, activation: 2 }),
      'workflow.compensation_failed',
    );
  one
    .when(retriesUndoing('a[0]'))
    .thenHappens(like({ type: 'workflow.compensation_resumed' }), 'task.compensating', 'agent.task_assigned');
});

test('what does not come to its end cannot be undone, whoever wrote so', () => {
  const told = { type: 'workflow.compensating', steps: 1, timeoutMs: 1 } as const;
  const { state } = given(order()).commands(starts());
  expect(() => executionLaw.evolve(state, told, 0)).toThrow('only what comes to its end is undone');
  expect(() => executionLaw.evolve(given(order()).state, told, 0)).toThrow('only what comes to its end');
  const over = { type: 'workflow.compensated' } as const;
  expect(() => executionLaw.evolve(state, over, 0)).toThrow('only what is being undone');
  const skipped = { task: 'reserve', deed: 'compensate', by: 'ann', reason: 'no', timeoutMs: 1 } as const;
  expect(() => executionLaw.evolve(state, { type: 'task.compensation_skipped', ...skipped }, 0)).toThrow(
    'nothing is being undone',
  );
  const unknown = { ...skipped, task: 'ship' } as const;
  expect(() => executionLaw.evolve(state, { type: 'task.compensation_skipped', ...unknown }, 0)).toThrow(
    'ship was not registered to be undone',
  );
  expect(() =>
    executionLaw.evolve(state, { type: 'task.retry_due', task: 'reserve', deed: 'compensate' }, 0),
  ).toThrow('the time to undo reserve has not come');
});

test('who stands still has given its place back, and needs none for what an operator has undone', () => {
  const released = {
    to: 'admission/workflow',
    command: { type: 'admission.release', execution: 'execution' },
  };
  const one = failing().commands(fails('ship'));
  one.when(fails('~charge')).thenSends(released as never);
  one.when(retriesUndoing()).thenSends();
  one.commands(fails('~charge')).when(skipsUndoing('charge')).thenSends();
  one.thenIs('compensating');
});

describe('a child that undoes what it did', () => {
  const parent: Parent = { execution: 'above', task: 'sub', attempt: 1, depth: 1, lineage: ['workflow'] };
  const child = (): Given =>
    given(order()).commands(
      { ...starts(), parent } as ExecutionCommand,
      completes('reserve', 'r'),
      completes('charge', 'c'),
      fails('ship'),
    );
  const told = (run: Given): unknown =>
    run.lastMessages.find(({ command }) => command.type === 'child.ended')?.command;

  test('tells its parent why it failed, once all is undone', () => {
    const run = child().commands(completes('~charge')).when(completes('~reserve'));
    expect(told(run)).toMatchObject({ outcome: { status: 'failed', error } });
  });

  test('tells its parent that something could not be undone', () => {
    const run = child().when(fails('~charge'));
    expect(told(run)).toMatchObject({
      outcome: { status: 'failed', error: { code: 'compensation_failed' } },
    });
  });
});

test('what has nothing to undo it any more, because the document changed, waits where its task does', () => {
  const { state } = failing().commands(fails('ship'));
  const turn = [...state.inFlight][0];
  const plan = aPlan({
    agents: { workers: 3 },
    tasks: { reserve: [], charge: ['reserve'], ship: ['charge'] },
  });
  expect(poolOf({ ...state, plan }, turn as NonNullable<typeof turn>)).toBe(plan.tasks[0]?.pool);
});

test('what had not begun when all was undone is not going to, and says so', () => {
  const plan = aPlan({
    agents: { workers: 3 },
    tasks: { reserve: { compensate: undo }, ship: ['reserve'], bill: ['ship'] },
  });
  const { state } = given(plan).commands(
    starts(),
    completes('reserve'),
    cancels(),
    fails('ship', { code: 'agent_aborted' }),
  );
  const sentences = why(state, 0).map(({ sentence }) => sentence);
  expect(sentences).toContain('bill does not start any more: what was done is undone.');
  for (const step of state.compensations.values()) step.status = 'due';
  expect(viewExecution(state, 0).tasks[0]?.status).toBe('compensating');
});
