import {
  aComputed,
  aPlan,
  aSchema,
  cancels,
  completes,
  fails,
  fires,
  type Given,
  given,
  loses,
  pauses,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Needs } from '../../../../plan/definition.ts';
import { CONTINUE } from '../../../law.ts';
import { drainEffects, step } from '../../../step.ts';
import { executionLaw } from '../../law.ts';
import { newExecution } from '../../state.ts';
import type { Cause } from './cause.ts';
import { why } from './why.ts';

const aborted = { code: 'agent_aborted', message: 'stopped' };

/** Two workers; `last` waits for everything. */
const plan = aPlan({
  agents: { w: 2 },
  tasks: { a: { retryPolicy: 'fixed' }, b: [], c: [], last: ['a', 'b', 'c'] },
});
const begun = (): Given => given(plan).commands(starts());

/** It needs a lock, then a permit of a rate. */
const needing = (): Given =>
  given(
    aPlan({
      tasks: {
        a: {
          needs: {
            locks: [aComputed(() => 'stock')],
            quotas: [],
            rate: { limit: 1, perMs: 1_000, key: aComputed(() => 'search') },
          },
        },
        b: ['a'],
      },
    }),
  );
const claim = { execution: 'execution', task: 'a', activation: 1 };
const locked = { type: 'resource.granted', resource: 'lock/default/stock', claim } as const;
const permitted = (at: number, block = 7) =>
  ({
    type: 'resource.granted',
    resource: 'rate/default/search',
    claim: { ...claim, block },
    notBefore: [at],
  }) as const;

const hour = { kind: 'for', forMs: 3_600_000 } as const;

/** `code subject: sentence`, a line a cause. */
const lines = (run: Given, now = 0): readonly string[] =>
  why(run.state, now).map(({ code, subject, sentence }) => `${code} ${subject}: ${sentence}`);

describe('why an execution does not go on', () => {
  const table: readonly (readonly [
    when: string,
    run: () => Given,
    now: number,
    sentences: readonly string[],
  ])[] = [
    ['it has not started', () => given(plan), 0, ['starting execution: It is being started.']],
    [
      'its start was cut short',
      () => given(plan).events(...begun().log.slice(0, 2)),
      0,
      ['starting execution: It is being started.'],
    ],
    [
      'a task waits for a lock',
      () => needing().commands(starts()),
      0,
      [
        'waits_for_resource execution: It waits: a waits for the lock stock.',
        'waits_for_resource a: a waits for the lock stock.',
        'waits_for_tasks b: b waits for a (a is waiting for what it needs).',
      ],
    ],
    [
      'a task waits for its permit',
      () => needing().commands(starts(), locked, permitted(5_000)),
      2_000,
      [
        'waits_for_resource execution: It waits: a has a permit of the rate search for 1970-01-01T00:00:05.000Z, in 3 s. It has the lock stock.',
        'waits_for_resource a: a has a permit of the rate search for 1970-01-01T00:00:05.000Z, in 3 s. It has the lock stock.',
        'waits_for_tasks b: b waits for a (a is waiting for what it needs).',
      ],
    ],
    [
      'many wait for their turn',
      () => {
        const rate = { limit: 1, perMs: 1_000, key: aComputed(() => 'search') };
        const forEach = aComputed(() => [1, 2, 3]);
        const needs = { locks: [], quotas: [], rate };
        return given(aPlan({ tasks: { a: { parallel: true, forEach, needs } } })).commands(starts());
      },
      0,
      [
        'waits_for_resource execution: It waits: a[0] waits for its turn in the rate search; it is the next one. So do a[1] and a[2].',
        'waits_for_resource a[0]: a[0] waits for its turn in the rate search; it is the next one.',
        'waits_for_resource a[1]: a[1] waits for its turn in the rate search: 1 before it.',
        'waits_for_resource a[2]: a[2] waits for its turn in the rate search: 2 before it.',
      ],
    ],
    [
      'two wait for a lock',
      () => {
        const [a] = needing().state.plan.definition.tasks;
        const { needs } = a as { needs: Needs };
        return given(aPlan({ tasks: { a: { needs }, b: { needs } } })).commands(starts());
      },
      0,
      [
        'waits_for_resource execution: It waits: a waits for the lock stock. So does b.',
        ...['a', 'b'].map((id) => `waits_for_resource ${id}: ${id} waits for the lock stock.`),
      ],
    ],
    [
      'several wait for locks',
      () => {
        const [a] = needing().state.plan.definition.tasks;
        const { needs } = a as { needs: Needs };
        return given(aPlan({ tasks: { a: { needs }, b: { needs }, c: { needs } } })).commands(starts());
      },
      0,
      [
        'waits_for_resource execution: It waits: a waits for the lock stock. So do b and c.',
        ...['a', 'b', 'c'].map((id) => `waits_for_resource ${id}: ${id} waits for the lock stock.`),
      ],
    ],
    [
      'a permit for the next attempt was not asked for, because it is paused',
      () => {
        const [a] = needing().state.plan.definition.tasks;
        const { needs } = a as { needs: Needs };
        return given(aPlan({ tasks: { a: { needs, retryPolicy: 'fixed' } } }))
          .commands(starts(), locked, permitted(0), fails('a'), pauses())
          .at(60_000)
          .commands(fires('retry_due', 'a'));
      },
      60_000,
      [
        'paused execution: ann paused it 1 min ago; cantata resume execution continues it.',
        'paused a: a is ready and starts when the execution is resumed.',
      ],
    ],
    [
      'a task that waits for a lock is given up',
      () =>
        given(
          aPlan({
            agents: { w: 2 },
            tasks: { a: needing().state.plan.definition.tasks[0] as object, b: [] },
          }),
        ).commands(starts(), cancels()),
      0,
      [
        'cancelling execution: It is being cancelled (cancelled by ann) and waits for w-1 to stop, at the longest for 10 s.',
        'given_up a: a does not wait any more: the execution is being cancelled.',
      ],
    ],
    [
      'agents work, and others wait for a seat and for them',
      begun,
      0,
      [
        'agents_running execution: It is running: agents work on a and b.',
        'waits_for_seat c: c is ready and waits for a free seat of w: w-1 works on a and w-2 works on b.',
        'waits_for_tasks last: last waits for a, b and c (a is running, b is running and c is waiting for a seat).',
      ],
    ],
    [
      'an attempt failed and is tried again',
      () => begun().commands(fails('a'), completes('b')),
      400,
      [
        'agents_running execution: It is running: agents work on c.',
        'waits_for_retry a: Attempt 1 of a failed (agent_error: it broke); attempt 2 of at most 5 starts in 600 ms.',
        'waits_for_tasks last: last waits for a and c (a is waiting for its next attempt and c is running).',
      ],
    ],
    [
      'nothing runs until the next of two retries',
      () =>
        given(
          aPlan({ agents: { w: 2 }, tasks: { a: { retryPolicy: 'fixed' }, b: { retryPolicy: 'fixed' } } }),
        )
          .commands(starts())
          .at(300)
          .commands(fails('a'))
          .at(100)
          .commands(fails('b')),
      400,
      [
        'waits_for_retry execution: It waits to retry a in 900 ms.',
        'waits_for_retry a: Attempt 1 of a failed (agent_error: it broke); attempt 2 of at most 5 starts in 900 ms.',
        'waits_for_retry b: Attempt 1 of b failed (agent_error: it broke); attempt 2 of at most 5 starts in 900 ms.',
      ],
    ],
    [
      'a retry is due this moment',
      () => given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } })).commands(starts(), fails('a')),
      1_000,
      [
        'waits_for_retry execution: It waits to retry a now.',
        'waits_for_retry a: Attempt 1 of a failed (agent_error: it broke); attempt 2 of at most 5 starts now.',
      ],
    ],
    [
      'an agent wants a retry that no policy names',
      () => given(aPlan()).commands(starts(), fails('a', { retry: 'wanted' })),
      9_000,
      [
        'waits_for_retry execution: It waits to retry a now.',
        'waits_for_retry a: Attempt 1 of a failed (agent_error: it broke); attempt 2 of at most 5 starts now.',
      ],
    ],
    [
      'somebody paused it',
      () => begun().at(60_000).commands(pauses('lunch'), completes('b')),
      260_000,
      [
        'paused execution: ann paused it 3 min 20 s ago (lunch); cantata resume execution continues it.',
        'paused c: c is ready and starts when the execution is resumed.',
        'waits_for_tasks last: last waits for a and c (a is running and c is waiting for a seat).',
      ],
    ],
    [
      'it was paused by a clock that is ahead',
      () => given(aPlan()).at(5_000).commands(starts(), pauses()),
      4_000,
      ['paused execution: ann paused it 0 ms ago; cantata resume execution continues it.'],
    ],
    [
      'a retry waits while it is paused',
      () => given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } })).commands(starts(), fails('a'), pauses()),
      0,
      [
        'paused execution: ann paused it 0 ms ago; cantata resume execution continues it.',
        'waits_for_retry a: Attempt 1 of a failed (agent_error: it broke); attempt 2 of at most 5 starts in 1 s, or when the execution is resumed.',
      ],
    ],
    [
      'a parallel task waits to be split until it is resumed',
      () =>
        given(aPlan({ tasks: { a: [], t: { dependsOn: ['a'], parallel: true }, z: ['t'] } })).commands(
          starts(),
          pauses(),
          completes('a'),
        ),
      0,
      [
        'paused execution: ann paused it 0 ms ago; cantata resume execution continues it.',
        'paused t: t is ready and starts when the execution is resumed.',
        'waits_for_tasks z: z waits for t (t is about to start).',
      ],
    ],
    [
      'some items of a parallel task are done',
      () =>
        given(aPlan({ agents: { w: 2 }, tasks: { t: { parallel: true }, z: ['t'] } })).commands(
          starts({ input: [1, 2, 3] }),
          completes('t[1]'),
        ),
      0,
      [
        'agents_running execution: It is running: agents work on t[0] and t[2].',
        'waits_for_tasks z: z waits for t (t: 1 of 3 items are done).',
      ],
    ],
    [
      'it is a chain',
      () => given(aPlan({ tasks: { a: [], b: ['a'], c: ['b'] } })).commands(starts()),
      0,
      [
        'agents_running execution: It is running: agents work on a.',
        'waits_for_tasks b: b waits for a (a is running).',
        'waits_for_tasks c: c waits for b (b has not started).',
      ],
    ],
    [
      'somebody cancels it',
      () => begun().commands(cancels('enough'), fails('a', aborted)),
      4_000,
      [
        'cancelling execution: It is being cancelled (enough) and waits for w-2 to stop, at the longest for 6 s.',
        'given_up a: a was cancelled; its agent stopped.',
        'given_up c: c does not start any more: the execution is being cancelled.',
        'given_up last: last does not start any more: the execution is being cancelled.',
      ],
    ],
    [
      'it fails, and the deadline has passed',
      () => begun().commands(fails('a'), fails('b')),
      99_000,
      [
        'failing execution: It is failing (it broke) and waits for w-1 to stop, at the longest for 0 ms.',
        'given_up a: Attempt 1 of a failed (agent_error: it broke) and is not tried again: the execution is failing.',
        'task_failed b: b failed in attempt 1: agent_error: it broke',
        'given_up last: last does not start any more: the execution is failing.',
      ],
    ],
    [
      'it failed',
      () =>
        begun().commands(fails('b'), fires('cancel_deadline')).at(10_000).commands(fires('cancel_deadline')),
      99_000,
      [
        'failed execution: It failed in b: agent_error: it broke',
        'given_up a: a was cancelled; its agent gave no answer in time.',
        'task_failed b: b failed in attempt 1: agent_error: it broke',
        'given_up c: c does not start any more: the execution failed.',
        'given_up last: last does not start any more: the execution failed.',
      ],
    ],
    [
      'it took too long',
      () =>
        given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } }))
          .commands(starts({ timeoutMs: 2_000 }), fails('a'))
          .at(2_000)
          .commands(fires('execution_timeout')),
      9_000,
      [
        'failed execution: It failed: execution_timed_out: the execution did not end within its timeout of 2 s',
        'given_up a: Attempt 1 of a failed (agent_error: it broke) and is not tried again: the execution failed.',
      ],
    ],
    [
      'it was cancelled before a parallel task was split',
      () =>
        given(aPlan({ tasks: { a: [], t: { dependsOn: ['a'], parallel: true } } })).commands(
          starts(),
          cancels('enough'),
          completes('a'),
        ),
      0,
      [
        'cancelled execution: It was cancelled: enough.',
        'given_up t: t does not start any more: the execution was cancelled.',
      ],
    ],
    [
      'nothing runs but a timer',
      () => given(aPlan({ tasks: { a: { wait: hour }, b: ['a'] } })).commands(starts()),
      60_000,
      [
        'waits_for_timer execution: It waits: a waits until 1970-01-01T01:00:00.000Z, in 59 min.',
        'waits_for_timer a: a waits until 1970-01-01T01:00:00.000Z, in 59 min.',
        'waits_for_tasks b: b waits for a (a is waiting).',
      ],
    ],
    [
      'several timers run, of which one is due',
      () =>
        given(
          aPlan({ tasks: { a: { wait: hour }, b: { wait: { kind: 'for', forMs: 5 } }, c: { wait: hour } } }),
        ).commands(starts()),
      5,
      [
        'waits_for_timer execution: It waits: b waits until 1970-01-01T00:00:00.005Z, now. So do a and c.',
        'waits_for_timer a: a waits until 1970-01-01T01:00:00.000Z, in 1 h.',
        'waits_for_timer b: b waits until 1970-01-01T00:00:00.005Z, now.',
        'waits_for_timer c: c waits until 1970-01-01T01:00:00.000Z, in 1 h.',
      ],
    ],
    [
      'it is paused before a wait could begin',
      () =>
        given(aPlan({ tasks: { a: [], b: { dependsOn: ['a'], wait: hour } } })).commands(
          starts(),
          pauses(),
          completes('a'),
        ),
      0,
      [
        'paused execution: ann paused it 0 ms ago; cantata resume execution continues it.',
        'paused b: b is ready and starts when the execution is resumed.',
      ],
    ],
    [
      'it is cancelled while a timer runs',
      () => given(aPlan({ tasks: { a: [], b: { wait: hour } } })).commands(starts(), cancels()),
      0,
      [
        'cancelling execution: It is being cancelled (cancelled by ann) and waits for workers to stop, at the longest for 10 s.',
        'given_up b: b does not wait any more: the execution is being cancelled.',
      ],
    ],
    [
      'a wait was cancelled and the rest goes on',
      () =>
        given(
          aPlan({
            tasks: {
              a: [],
              b: { wait: hour },
              c: { dependsOn: ['a', 'b'], join: { kind: 'any' }, cancelRemaining: true },
            },
          }),
        ).commands(starts(), completes('a')),
      0,
      ['agents_running execution: It is running: agents work on c.', 'given_up b: b was cancelled.'],
    ],
    [
      'nothing runs but waits for a signal',
      () =>
        given(
          aPlan({
            signals: [{ name: 'paid', isBuffered: true }],
            tasks: { a: { wait: { kind: 'signal', signal: 'paid' } } },
          }),
        ).commands(starts()),
      0,
      [
        'waits_for_signal execution: It waits: a waits for the signal paid; cantata signal execution paid sends it.',
        'waits_for_signal a: a waits for the signal paid; cantata signal execution paid sends it.',
      ],
    ],
    [
      'a signal with data of a form does not come much longer',
      () =>
        given(
          aPlan({
            signals: [{ name: 'paid', isBuffered: true, schema: aSchema(() => true) }],
            tasks: { a: { wait: { kind: 'signal', signal: 'paid', patience: { timeoutMs: 5_000 } } } },
          }),
        ).commands(starts()),
      5_000,
      [
        "waits_for_signal execution: It waits: a waits for the signal paid, and its time is up; cantata signal execution paid '{…}' sends it.",
        "waits_for_signal a: a waits for the signal paid, and its time is up; cantata signal execution paid '{…}' sends it.",
      ],
    ],
    [
      'somebody is asked',
      () =>
        given(
          aPlan({
            tasks: {
              a: {
                wait: {
                  kind: 'approval',
                  prompt: aComputed<string>(() => 'Ship it?'),
                  patience: { timeoutMs: 60_000 },
                },
              },
              b: { wait: { kind: 'approval', prompt: aComputed<string>(() => 'Really?'), of: 'managers' } },
            },
          }),
        ).commands(starts()),
      20_000,
      [
        'waits_for_person execution: It waits: a waits for somebody to answer "Ship it?", for another 40 s at the longest; cantata approve execution a answers. So does b.',
        'waits_for_person a: a waits for somebody to answer "Ship it?", for another 40 s at the longest; cantata approve execution a answers.',
        'waits_for_person b: b waits for managers to answer "Really?"; cantata approve execution b answers.',
      ],
    ],
    [
      'a task needs an event',
      () =>
        given(
          aPlan({
            agents: { w: 2 },
            coordination: { type: 'hybrid', eventDriven: ['orders'], graphBased: [] },
            tasks: {
              a: { on: { topic: 'orders', isSkipped: true, timeoutMs: 60_000 } },
              b: { on: { topic: 'orders', isSkipped: true, when: aComputed<boolean>(() => true) } },
              c: ['a'],
            },
          }),
        ).commands(starts()),
      20_000,
      [
        'waits_for_event execution: It waits: a waits for an event on orders, for another 40 s at the longest; cantata publish execution orders publishes one. So does b.',
        'waits_for_event a: a waits for an event on orders, for another 40 s at the longest; cantata publish execution orders publishes one.',
        'waits_for_event b: b waits for an event on orders for which () => true is true; it is skipped if nothing else is left to do; cantata publish execution orders publishes one.',
        'waits_for_tasks c: c waits for a (a is waiting for an event).',
      ],
    ],
    [
      'it is cancelled while a task waits for an event',
      () =>
        given(
          aPlan({
            coordination: { type: 'hybrid', eventDriven: ['orders'], graphBased: [] },
            tasks: { a: [], b: { on: { topic: 'orders', isSkipped: false } } },
          }),
        ).commands(starts(), cancels()),
      0,
      [
        'cancelling execution: It is being cancelled (cancelled by ann) and waits for workers to stop, at the longest for 10 s.',
        'given_up b: b does not wait any more: the execution is being cancelled.',
      ],
    ],
    [
      'it is completed',
      () => given(aPlan()).commands(starts(), completes('a')),
      0,
      ['completed execution: It is completed; nothing is left to do.'],
    ],
    [
      'the agent of a task was lost and all seats are taken',
      () => given(aPlan({ tasks: { a: [], b: [] } })).commands(starts(), loses('a')),
      0,
      [
        'agents_running execution: It is running: agents work on b.',
        'waits_for_seat a: a is ready and waits for a free seat of workers: workers works on b.',
      ],
    ],
  ];

  test.each(table)('%s', (_, run, now, sentences) => {
    expect(lines(run(), now)).toEqual(sentences);
  });

  test('an attempt whose time is up has no cause of its own until the same decision says what comes of it', () => {
    const run = given(aPlan({ tasks: { a: { timeoutMs: 5 }, z: ['a'] } })).commands(starts());
    run.events({ type: 'task.timed_out', task: 'a', attempt: 1, afterMs: 5 });
    expect(lines(run).slice(1)).toEqual(['waits_for_tasks z: z waits for a (a is out of time).']);
  });
});

describe('a cause', () => {
  const [execution, ...others] = why(begun().state, 0);
  const of = (subject: string): Cause | undefined => others.find((cause) => cause.subject === subject);

  test('names what is waited for', () => {
    expect(execution?.waits_for).toEqual(['a', 'b']);
    expect(of('c')?.waits_for).toEqual(['w']);
    expect(of('last')?.waits_for).toEqual(['a', 'b', 'c']);
    expect(why(begun().commands(pauses()).state, 0)[0]?.waits_for).toEqual(['cantata resume execution']);
    expect(why(begun().commands(cancels()).state, 0)[0]?.waits_for).toEqual(['w-1', 'w-2']);
  });

  test('says when it goes on by itself, if it does', () => {
    const retry = given(aPlan({ tasks: { a: { retryPolicy: 'fixed' } } }))
      .at(10)
      .commands(starts(), fails('a'));
    expect(why(retry.state, 20).map(({ until }) => until)).toEqual([1_010, 1_010]);
    expect(why(begun().at(10).commands(cancels()).state, 20)[0]?.until).toBe(10_010);
    expect(execution).not.toHaveProperty('until');
  });

  test('of work that waits for seats names every group that could do it, and at most three of the busy', () => {
    const agents = { x: { count: 2, capabilities: ['look'] }, y: { count: 2, capabilities: ['look'] } };
    const run = given(aPlan({ agents, tasks: { t: { requires: ['look'], parallel: true } } })).commands(
      starts({ input: [0, 1, 2, 3, 4] }),
    );
    expect(lines(run)[1]).toBe(
      'waits_for_seat t[4]: t[4] is ready and waits for a free seat of x and y: ' +
        'x-1 works on t[0], x-2 works on t[2] and 2 more.',
    );
  });

  test('is given for at most 200 tasks and items', () => {
    const items = given(aPlan({ tasks: { t: { parallel: true } } })).commands(
      starts({ input: Array.from({ length: 500 }, () => 0) }),
    );
    expect(why(items.state, 0)).toHaveLength(201);
    const tasks = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`t${n}`, n === 0 ? [] : ['t0']]));
    expect(why(given(aPlan({ tasks })).commands(starts()).state, 0)).toHaveLength(201);
  });
});

describe('between two steps of many', () => {
  const plan = aPlan({
    tasks: Object.fromEntries(Array.from({ length: 1_500 }, (_, n) => [`t${n}`, { parallel: true }])),
  });

  test('an execution that goes on at once says how long it may', () => {
    const state = newExecution('execution', plan);
    step(executionLaw, state, starts({ input: [], timeoutMs: 60_000 }), 0);
    drainEffects(state);
    const [execution, next] = why(state, 1_000);
    expect(execution?.sentence).toBe('It is running and times out in 59 s.');
    expect(next).toEqual({
      subject: 't996',
      code: 'starting',
      sentence: 't996 is about to start.',
      waits_for: [],
    });
    step(executionLaw, state, CONTINUE, 0);
    expect(why(state, 0)).toHaveLength(1);
  });

  test('a task with a free seat is about to start', () => {
    const state = newExecution(
      'execution',
      aPlan({ agents: { w: 1_200 }, tasks: { t: { parallel: true } } }),
    );
    step(executionLaw, state, starts(), 0);
    expect(why(state, 0).at(-1)?.sentence).toBe('t[1194] is about to start.');
  });
});
