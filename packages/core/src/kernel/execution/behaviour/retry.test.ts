import {
  aComputed,
  aPlan,
  cancels,
  cancelsTask,
  completes,
  completesByHand,
  type DefinitionSketch,
  fails,
  failsByHand,
  fires,
  type Given,
  given,
  loses,
  pauses,
  retries,
  skipsByHand,
  starts,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { CantataError } from '../../../errors.ts';
import { turnAddress } from '../../../ids.ts';
import { why } from '../look/why/why.ts';
import { attemptOf } from '../lookup.ts';

const aborted = { code: 'agent_aborted', message: 'stopped' };
const never = { retry: 'never' } as const;
const workflow = { id: 'workflow', name: 'test', version: '1.0.0', digest: 'digest' };
const pair = aPlan({ agents: { w: 2 }, tasks: { a: [], b: [], c: ['a', 'b'], d: ['c'] } });
const told = { by: 'ann', reason: 'mended' };

const statuses = ({ state }: Given): readonly string[] => state.tasks.map(({ status }) => status);
/** Failed in `a`, while `b` was told to stop. */
const broken = (): Given => given(pair).commands(starts(), fails('a', never), fails('b', aborted));

describe('an execution that has failed', () => {
  test('asks the admission for its place before it is reopened', () => {
    broken()
      .when({ ...retries(), workflow: undefined } as never)
      .thenHappens()
      .thenSends({
        to: 'admission/workflow',
        command: {
          type: 'admission.request',
          execution: 'execution',
          limit: 1,
          start: { type: 'retry', tasks: [], key: 'same', ...told, workflow },
        },
      })
      .thenIs('failed');
  });

  test('hands an attempt that was lost before it failed out as another one than before', () => {
    const run = given(aPlan({ tasks: { a: [] } })).commands(starts(), pauses(), loses('a'));
    run.commands(failsByHand('a')).thenIs('failed');
    run.when(retries()).thenHappens('workflow.reopened', {
      type: 'agent.task_assigned',
      task: 'a',
      attempt: 1,
      assignment: 2,
      seat: 'workers',
    });
  });

  test('runs what failed and what was stopped again, under the old addresses, with all its attempts', () => {
    const run = broken().when(retries(), 5_000);
    run.thenHappens(
      { type: 'workflow.reopened', tasks: ['a', 'b'], key: 'same', ...told },
      { type: 'agent.task_assigned', task: 'a', attempt: 2, assignment: 2, seat: 'w-1' },
      { type: 'agent.task_assigned', task: 'b', attempt: 2, assignment: 2, seat: 'w-2' },
    );
    expect(run.state.deadline).toBe(5_000 + 3_600_000);
    expect([...run.state.inFlight].map((item) => turnAddress('x', attemptOf(run.state, item)))).toEqual([
      'x/a#1.1',
      'x/b#1.1',
    ]);
    run
      .when(completes('a', 'late', { attempt: 1 }))
      .thenRejected('stale_result')
      .commands(completes('a'), completes('b'), completes('c'), completes('d'))
      .thenIs('completed');
  });

  test('gives what runs again a new address where that is wanted', () => {
    const run = broken().when(retries({ key: 'new' }));
    expect([...run.state.inFlight].map((item) => turnAddress('x', attemptOf(run.state, item)))).toEqual([
      'x/a#2.1',
      'x/b#2.1',
    ]);
    expect(run.state.tasks.map(({ loopedFrom }) => loopedFrom)).toEqual([2, 2, undefined, undefined]);
  });

  test('keeps what was completed', () => {
    const run = given(pair).commands(starts(), completes('b', 'kept'), fails('a', never)).when(retries());
    run.thenHappens({ type: 'workflow.reopened', tasks: ['a'], key: 'same', ...told }, 'agent.task_assigned');
    expect(statuses(run)).toEqual(['open', 'completed', 'pending', 'pending']);
  });

  test('has all attempts of its policy again', () => {
    const plan = aPlan({ tasks: { a: { retryPolicy: 'fixed' } } });
    const run = given(plan).commands(starts(), fails('a', never), retries(), fails('a'));
    run.thenState(({ tasks }) => expect(tasks[0]?.items[0]?.status.kind).toBe('retrying'));
    expect(why(run.state, 0).map(({ sentence }) => sentence)).toContain(
      'Attempt 2 of a failed (agent_error: it broke); attempt 3 of at most 6 starts in 1 s.',
    );
  });

  test('goes on with what waited when it ended', () => {
    const plan = aPlan({
      agents: { w: 3 },
      tasks: {
        a: [],
        b: { retryPolicy: 'fixed' },
        c: { wait: { kind: 'for', forMs: 60_000 } },
        d: [],
        e: [],
      },
    });
    given(plan)
      .commands(starts(), fails('b'), fails('a', never), completes('d'), loses('e'))
      .when(retries(), 10)
      .thenHappens('workflow.reopened', 'agent.task_assigned', 'agent.task_assigned')
      .when(fires('retry_due', 'b'), 30_000)
      .thenHappens('task.retry_due', 'agent.task_assigned')
      .when(fires('wait_due', 'c'), 60_000)
      .thenHappens('task.completed')
      .commands(completes('a'), completes('b'), completes('e'))
      .thenIs('completed');
  });

  test('could not open a task, and asks again whether it can', () => {
    const run = given(pair).commands(starts(), failsByHand('c'), fails('a', aborted), fails('b', aborted));
    run
      .when(retries())
      .thenHappens(
        { type: 'workflow.reopened', tasks: ['a', 'b', 'c'], key: 'same', ...told },
        'agent.task_assigned',
        'agent.task_assigned',
      );
    expect(statuses(run)).toEqual(['open', 'open', 'pending', 'pending']);
    run.commands(completes('a'), completes('b'), completes('c'), completes('d')).thenIs('completed');
  });

  test('could not open its first task, and opens it again', () => {
    let isMended = false;
    const input = aComputed(() => {
      if (isMended) return 'mended';
      throw new CantataError('expression_failed', 'no such value');
    });
    const run = given(aPlan({ tasks: { a: { input } } })).commands(starts());
    run.thenIs('failed');
    isMended = true;
    run.when(retries()).thenHappens('workflow.reopened', 'task.opened', 'agent.task_assigned');
  });

  test('of many items runs those again that were not completed, as many at a time as it may', () => {
    const plan = aPlan({
      agents: { w: 4 },
      tasks: { a: { parallel: true, maxConcurrency: 2 }, b: ['a'] },
    });
    const run = given(plan)
      .commands(
        starts({ input: [1, 2, 3, 4] }),
        completes('a[0]', 'one'),
        fails('a[1]', never),
        fails('a[2]', aborted),
      )
      .when(retries());
    run.thenHappens(
      { type: 'workflow.reopened', tasks: ['a'], key: 'same', ...told },
      'agent.task_assigned',
      'agent.task_assigned',
    );
    expect(run.state.tasks[0]?.items.map(({ status }) => status.kind)).toEqual([
      'completed',
      'assigned',
      'assigned',
      'held',
    ]);
    run.commands(completes('a[1]'), completes('a[2]'), completes('a[3]'), completes('b')).thenIs('completed');
  });

  test('asks what was to be asked when it ended, whether a task may come', () => {
    const join = { kind: 'when', condition: aComputed<boolean>(() => true) } as const;
    const plan = aPlan({ agents: { w: 2 }, tasks: { a: [], b: [], c: { dependsOn: ['b'], join } } });
    const run = given(plan).commands(starts(), fails('a', never), completes('b'));
    expect(statuses(run)).toEqual(['failed', 'completed', 'joining']);
    run.commands(retries(), completes('a'), completes('c')).thenIs('completed');
  });

  test('between two rounds of a loop goes on with the next', () => {
    const loop = { maxIterations: 2, onLimit: 'complete' } as const;
    const plan = aPlan({ agents: { w: 2 }, tasks: { a: [], l: { loop } } });
    const run = given(plan).commands(starts(), fails('a', never), completes('l')).when(retries());
    run.thenHappens('workflow.reopened', 'task.repeated', 'agent.task_assigned', 'agent.task_assigned');
    run.commands(completes('l'), completes('a')).thenIs('completed');
  });

  test('was ended as failed by a task, which is asked again', () => {
    const end = { kind: 'terminate', terminate: { as: 'failed' }, dependsOn: ['a'] } as const;
    const plan = aPlan({ agents: { w: 2 }, tasks: { a: [], b: [], end } });
    given(plan)
      .commands(starts(), completes('a'), fails('b', aborted))
      .when(retries())
      .thenHappens(
        { type: 'workflow.reopened', tasks: ['b', 'end'], key: 'same', ...told },
        'workflow.terminating',
        'workflow.failed',
      );
  });

  test('may fail and be retried again', () => {
    broken()
      .commands(retries(), fails('a', never), fails('b', aborted))
      .when(retries())
      .thenHappens('workflow.reopened', 'agent.task_assigned', 'agent.task_assigned');
  });
});

describe('what was opened by nothing but the end', () => {
  const opened = (after: DefinitionSketch['tasks']): Given =>
    given(aPlan({ agents: { w: 4 }, tasks: { a: [], x: [], ...after } })).commands(
      starts(),
      completes('x'),
      cancels(),
      fails('a', aborted),
    );
  const assigned = (task: string) => expect.objectContaining({ type: 'agent.task_assigned', task }) as never;

  const needs = { locks: [aComputed(() => 'stock')], quotas: [] };
  test.each([
    ['whatever becomes of it', { dependsOn: ['a'], metBy: { a: 'any' } }],
    ['or one of two', { dependsOn: ['a', 'x'], metBy: { a: 'any', x: 'failed' }, join: { kind: 'any' } }],
    ['and asks for its lock', { dependsOn: ['a'], metBy: { a: 'any' }, needs }],
    ['and another', { dependsOn: ['a', 'x'], metBy: { a: 'any' }, join: { kind: 'at_least', count: 2 } }],
  ] as const)('waits once more for what runs again, %s', (_, b) => {
    const run = opened({ b, c: ['b'] });
    run.when(retries()).thenHappens('workflow.reopened', assigned('a'));
    expect(statuses(run)).toEqual(['open', 'completed', 'pending', 'pending']);
    const first = 'needs' in b ? 'task.acquiring' : assigned('b');
    run.when(completes('a')).thenHappens('task.completed', first);
  });

  test('is ready still where something else has opened it, too', () => {
    const b = { dependsOn: ['a', 'x'], metBy: { a: 'any' }, join: { kind: 'any' } } as const;
    const run = given(aPlan({ agents: { w: 1 }, tasks: { x: [], a: [], b } }));
    run.commands(starts(), completes('x'), cancels(), fails('a', aborted), retries());
    expect(statuses(run)).toEqual(['completed', 'open', 'open']);
  });

  test('listens only when it may', () => {
    const b = { dependsOn: ['a'], metBy: { a: 'any' }, on: { topic: 'news', isSkipped: false } } as const;
    const coordination = { type: 'hybrid', eventDriven: ['news'], graphBased: ['dependencies'] } as const;
    const run = given(aPlan({ agents: { w: 1 }, coordination, tasks: { a: [], b } }));
    run.commands(starts(), cancels(), fails('a', aborted), retries());
    expect(statuses(run)).toEqual(['open', 'pending']);
    run.commands(completes('a'));
    expect(statuses(run)).toEqual(['completed', 'listening']);
  });

  test('is ready still where the condition of its join held', () => {
    const join = { kind: 'when', condition: aComputed<boolean>(() => true) } as const;
    const b = { dependsOn: ['a', 'x'], join } as const;
    const run = given(aPlan({ agents: { w: 1 }, tasks: { x: [], a: [], b } }));
    run.commands(starts(), completes('x'), cancels(), fails('a', aborted), retries());
    expect(statuses(run)).toEqual(['completed', 'open', 'open']);
  });
});

describe('a task that is named', () => {
  const tolerant = aPlan({
    agents: { w: 2 },
    tasks: {
      a: { onFailure: { kind: 'continue' } },
      b: ['a'],
      c: { dependsOn: ['b', 'x'], join: { kind: 'any' } },
      x: [],
      e: ['x'],
    },
  });

  test('runs again although the workflow went on without it, and what was skipped for it is asked anew', () => {
    const run = given(tolerant).commands(starts(), fails('a', never));
    run.commands(completes('x'), completes('c'), fails('e', never));
    expect(statuses(run)).toEqual(['failed', 'skipped', 'completed', 'completed', 'failed']);
    run
      .when(retries({ tasks: ['a'] }))
      .thenHappens(
        { type: 'workflow.reopened', tasks: ['a', 'e'], key: 'same', ...told },
        'agent.task_assigned',
        'agent.task_assigned',
      );
    expect(statuses(run)).toEqual(['open', 'pending', 'completed', 'completed', 'open']);
    run.commands(completes('a'), completes('b'), completes('e')).thenIs('completed');
  });

  test('is skipped again where it depends on what ends as before', () => {
    const run = given(tolerant).commands(
      starts(),
      fails('a', never),
      completes('x'),
      completes('c'),
      fails('e', never),
    );
    run.commands(retries({ tasks: ['a'] }), fails('a', never));
    expect(statuses(run)).toEqual(['failed', 'skipped', 'completed', 'completed', 'open']);
  });

  test('was cancelled or skipped by hand', () => {
    const run = given(aPlan({ agents: { w: 3 }, tasks: { a: [], b: [], c: [], d: ['b'] } }));
    run.commands(starts(), cancelsTask('b'), fails('b', aborted), skipsByHand('c'), fails('a', never));
    expect(statuses(run)).toEqual(['failed', 'cancelled', 'skipped', 'skipped']);
    run
      .when(retries({ tasks: ['b', 'c'] }))
      .thenHappens(
        { type: 'workflow.reopened', tasks: ['a', 'b', 'c'], key: 'same', ...told },
        'agent.task_assigned',
        'agent.task_assigned',
        'agent.task_assigned',
      );
    run.commands(completes('a'), completes('b'), completes('c'), completes('d')).thenIs('completed');
  });

  test('must exist, and not be completed', () => {
    given(pair)
      .commands(starts(), completes('b'), fails('a', never))
      .when({ ...retries({ tasks: ['nobody'] }), workflow: undefined } as never)
      .thenRejected('task_not_found', 'execution execution has no task nobody')
      .when({ ...retries({ tasks: ['b'] }), workflow: undefined } as never)
      .thenRejected('not_retryable', 'b is completed; it has not failed, nor was it cancelled or skipped')
      .when({ ...retries({ tasks: ['c'] }), workflow: undefined } as never)
      .thenRejected('not_retryable', 'c is not settled, and goes on by itself; ');
  });
});

describe('an execution that was cancelled', () => {
  test('goes on with what the cancel stopped, and not with what was cancelled before', () => {
    const run = given(pair).commands(starts(), cancelsTask('b'), cancels('enough'));
    run.commands(fails('a', aborted), fails('b', aborted)).thenIs('cancelled');
    run
      .when({ type: 'retry', tasks: [], key: 'same', by: 'ann', workflow })
      .thenHappens(
        { type: 'workflow.reopened', tasks: ['a'], key: 'same', by: 'ann', reason: 'retried by ann' },
        'task.skipped',
        'task.skipped',
        'agent.task_assigned',
      );
    expect(statuses(run)).toEqual(['open', 'cancelled', 'skipped', 'skipped']);
  });
});

describe('nothing is retried', () => {
  test('of an execution that is open or completed', () => {
    const refused = { ...retries(), workflow: undefined } as never;
    given(pair)
      .commands(starts())
      .when(refused)
      .thenRejected('not_retryable', 'execution execution is running; only what has failed or was cancelled')
      .commands(completes('a'), completes('b'), completes('c'), completes('d'))
      .when(refused)
      .thenRejected('not_retryable', 'execution execution is completed; ');
  });

  test('of one that changed while it asked: its place is given back, unless it needs it', () => {
    given(pair)
      .commands(starts(), completes('a'), completes('b'), completes('c'))
      .when(retries())
      .thenHappens()
      .thenSends()
      .commands(completes('d'))
      .when(retries())
      .thenHappens()
      .thenSends({
        to: 'admission/workflow',
        command: { type: 'admission.release', execution: 'execution' },
      });
  });
});

describe('a task that is named, and on whose end others have acted', () => {
  const any = { a: 'any' } as const;
  const after = (b: NonNullable<DefinitionSketch['tasks']>[string]): Given =>
    given(aPlan({ agents: { w: 3 }, tasks: { a: [], b, c: [], d: ['b'] } })).commands(
      starts(),
      fails('a', never),
    );

  test('does not run again once they have ended', () => {
    const run = after({ dependsOn: ['a'], metBy: any }).commands(completes('b'), fails('c', never));
    run
      .commands(fails('d', aborted))
      .when({ ...retries({ tasks: ['a'] }), workflow: undefined } as never)
      .thenRejected('not_retryable', 'b has already acted on how a ended; fork the execution from there');
    run.commands(retries(), completes('c'), completes('d')).thenIs('completed');
  });

  test('runs again, and they wait for it once more, where the end has stopped them', () => {
    const run = after({ dependsOn: ['a'], metBy: any }).commands(fails('c', never), fails('b', aborted));
    expect(statuses(run)).toEqual(['failed', 'cancelled', 'failed', 'opening']);
    run.commands(retries({ tasks: ['a'] }));
    expect(statuses(run)).toEqual(['open', 'pending', 'open', 'pending']);
    run.commands(completes('a'), completes('c'), completes('b'), completes('d')).thenIs('completed');
  });

  test('runs again, and they wait for it once more, where they have failed', () => {
    const run = after({ dependsOn: ['a'], metBy: any }).commands(completes('c'), fails('b', never));
    run.commands(retries({ tasks: ['a'] }));
    expect(statuses(run)).toEqual(['open', 'pending', 'completed', 'pending']);
    expect(run.state.tasks[1]?.activation).toBe(2);
    run.commands(completes('a'), completes('b'), completes('d')).thenIs('completed');
  });

  test('runs again, and they wait for it once more, where they wait for a time', () => {
    const wait = { kind: 'for', forMs: 60_000 } as const;
    const run = after({ dependsOn: ['a'], metBy: any, wait }).commands(fails('c', never));
    run.commands(retries({ tasks: ['a'] }));
    expect(statuses(run)).toEqual(['open', 'pending', 'open', 'pending']);
  });

  test('runs again beside them where something else has opened them, too', () => {
    const b = { dependsOn: ['a', 'c'], metBy: any, join: { kind: 'any' } } as const;
    const run = given(aPlan({ agents: { w: 3 }, tasks: { c: [], a: [], b, x: [] } }));
    run.commands(starts(), completes('c'), completes('b'), fails('a', never), fails('x', never));
    run.commands(retries({ tasks: ['a'] }));
    expect(statuses(run)).toEqual(['completed', 'open', 'completed', 'open']);
  });

  test('runs again beside those for which an operator has answered', () => {
    const run = after({ dependsOn: ['a'], metBy: any }).commands(completesByHand('b'), fails('c', never));
    run.commands(fails('d', aborted), retries({ tasks: ['a'] }));
    expect(statuses(run)).toEqual(['open', 'completed', 'open', 'open']);
    run.commands(completes('a'), completes('c'), completes('d')).thenIs('completed');
  });
});
