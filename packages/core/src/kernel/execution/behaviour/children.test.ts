import {
  aComputed,
  aPlan,
  aSchema,
  CHILD_WORKFLOW,
  cancels,
  childAt,
  childEnds,
  completes,
  fails,
  fires,
  type Given,
  given,
  pauses,
  resolves,
  resumes,
  starts,
  type TaskSketch,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { derivedUuid, isUuid } from '../../../ids.ts';
import { MAX_WORKFLOW_DEPTH } from '../../../plan/definition.ts';
import type { Message } from '../../law.ts';
import type { AdmissionPass } from '../../resource/admission.ts';
import type { ExecutionCommand, StartCommand } from '../commands.ts';
import type { Parent } from '../events.ts';
import { taskOutput } from '../input.ts';
import { viewExecution } from '../look/view.ts';
import { why } from '../look/why/why.ts';

const planOf = (sketch: TaskSketch = {}) =>
  aPlan({ agents: { w: 1 }, tasks: { sub: { workflow: 'research', ...sketch }, after: ['sub'] } });
const plan = planOf();

/** The id of the child of a place. */
const child = (run: Given, place = 'sub'): string => childAt(run.state, place).execution;
const begun = (sketch: TaskSketch = {}): Given => given(planOf(sketch)).commands(starts(), resolves('sub'));
const done = { status: 'completed', output: 'found' } as const;

describe('a task that is a workflow', () => {
  test('waits for an execution whose id is known at once, and asks for its version', () => {
    const run = given(plan).at(5).when(starts());
    const execution = child(run);
    expect(isUuid(execution)).toBe(true);
    run
      .thenHappens(
        'workflow.requested',
        'workflow.planned',
        'workflow.agents_allocated',
        'workflow.execution_started',
        {
          type: 'task.waiting',
          task: 'sub',
          attempt: 1,
          on: { kind: 'child', execution, workflow: 'research' },
        },
      )
      .thenOwes(
        { kind: 'arm', timer: { kind: 'execution_timeout' }, at: 3_600_005 },
        { kind: 'start_child', task: 'sub', item: undefined, attempt: 1, execution, workflow: 'research' },
      );
  });

  test('may name the version', () => {
    given(planOf({ version: '7' }))
      .commands(starts())
      .thenState(({ tasks }) =>
        expect(tasks[0]?.items[0]?.status).toMatchObject({ on: { workflow: 'research', version: '7' } }),
      );
  });

  test('asks the admission of the workflow to let its child in, of which it is the parent', () => {
    const run = given(plan).commands(starts());
    const execution = child(run);
    run
      .when(resolves('sub', { limit: 3, input: { topic: 'tea' } }))
      .thenHappens({
        type: 'task.child_started',
        task: 'sub',
        attempt: 1,
        execution,
        workflow: CHILD_WORKFLOW,
      })
      .thenSends({
        to: 'admission/inner',
        command: {
          type: 'admission.request',
          execution,
          limit: 3,
          start: {
            type: 'start',
            workflow: CHILD_WORKFLOW,
            pattern: 'supervisor',
            input: { topic: 'tea' },
            timeoutMs: 3_600_000,
            parent: { task: 'sub', attempt: 1, execution: 'execution', depth: 1, lineage: ['workflow'] },
          },
          parent: { execution: 'execution', task: 'sub', activation: 1 },
        },
      })
      .when(resolves('sub'))
      .thenHappens();
  });

  test('lets its child in at once where that is of its own workflow', () => {
    const run = given(plan).commands(starts());
    run.when(resolves('sub', { workflow: { ...CHILD_WORKFLOW, id: 'workflow' } }));
    run.thenState(() => undefined);
    expect(run.messages[0]?.command).toMatchObject({ isInside: true });
  });

  test('has its child begin as an execution of its own tenant', () => {
    const run = given(plan).commands({ ...(starts() as StartCommand), tenant: 'acme' });
    run.when(resolves('sub')).thenHappens('task.child_started');
    expect(run.messages[0]?.command).toMatchObject({ start: { tenant: 'acme' } });
  });

  test('completes with what its child gave', () => {
    const run = begun();
    run
      .when(childEnds('sub', done))
      .thenHappens(
        {
          type: 'task.child_ended',
          task: 'sub',
          attempt: 1,
          execution: child(run),
          status: 'completed',
        },
        { type: 'task.completed', task: 'sub', attempt: 1, output: 'found' },
        'agent.task_assigned',
      )
      .thenState((state) => expect(taskOutput(state, 0)).toBe('found'));
  });

  test('fails with what its child failed of, and tries again by its policy with another child', () => {
    const run = begun({ retryPolicy: 'fixed' });
    const first = child(run);
    const error = { code: 'agent_error', message: 'no luck' };
    run
      .when(childEnds('sub', { status: 'failed', error }))
      .thenHappens('task.child_ended', {
        type: 'task.retry_scheduled',
        task: 'sub',
        attempt: 1,
        error: { code: 'agent_error', message: `execution ${first} failed: no luck` },
        until: 1_000,
      })
      .when(fires('retry_due', 'sub'), 1_000)
      .thenHappens('task.retry_due', 'task.waiting');
    expect(child(run)).not.toBe(first);
  });

  test('names its child and the one that failed first, and nobody between them', () => {
    const run = begun();
    const first = child(run);
    const error = { code: 'agent_error', message: 'execution x failed: execution y failed: no luck' };
    run.when(childEnds('sub', { status: 'failed', error })).thenState(({ status }) =>
      expect(status).toMatchObject({
        error: { message: `execution ${first} failed: execution y failed: no luck` },
      }),
    );
  });

  test('fails where its child was cancelled', () => {
    const run = begun({ retryPolicy: 'fixed' });
    run
      .when(childEnds('sub', { status: 'cancelled', reason: 'enough' }))
      .thenHappens('task.child_ended', 'task.failed', 'workflow.failing', 'workflow.failed')
      .thenState(({ status }) =>
        expect(status).toMatchObject({
          error: { code: 'child_cancelled', message: `execution ${child(run)} was cancelled: enough` },
        }),
      );
  });

  test('fails where there is no such workflow, or no place even in line', () => {
    const error = { code: 'workflow_not_found', message: 'there is no workflow research', retry: 'never' };
    given(plan)
      .commands(starts())
      .when((state) => ({ type: 'child.unresolved', ...childAt(state, 'sub'), error }) as ExecutionCommand)
      .thenHappens('task.failed', 'workflow.failing', 'workflow.failed');
    const denied: ExecutionCommand = {
      type: 'resource.denied',
      resource: 'admission/inner',
      claim: { execution: 'execution', task: 'sub', activation: 1 },
      code: 'queue_full',
      message: 'too many',
    };
    const run = begun();
    run
      .when(denied)
      .thenHappens('task.failed', 'workflow.failing', 'task.child_cancelling', 'workflow.failed');
    run.when(denied).thenHappens();
  });

  test('holds the output of its child to its schema', () => {
    begun({ output: aSchema((value) => value === 5) })
      .when(childEnds('sub', done))
      .thenHappens('task.child_ended', 'task.failed', 'workflow.failing', 'workflow.failed');
  });

  test('does not mind answers about a child that it does not wait for', () => {
    const run = begun();
    const stale: ExecutionCommand = {
      type: 'child.ended',
      task: 'sub',
      attempt: 1,
      execution: 'another',
      outcome: done,
    };
    run.when(stale).thenHappens();
    run.commands(childEnds('sub', done));
    run.when(childEnds('sub', done)).thenHappens();
    run
      .when((state) => ({
        type: 'child.unresolved',
        ...childAt(state, 'sub'),
        error: { code: 'workflow_not_found', message: '' },
      }))
      .thenHappens();
    run.when(resolves('sub')).thenHappens();
  });

  test('is not spoken of any more when its parent has ended before it began', () => {
    const run = given(plan).commands(starts());
    const at = childAt(run.state, 'sub');
    const error = { code: 'workflow_not_found', message: 'there is none' } as const;
    run.when(cancels()).thenIs('cancelled');
    run.when({ type: 'child.unresolved', ...at, error }).thenHappens();
    const claim = { execution: 'execution', task: 'sub', activation: 1 };
    run
      .when({ type: 'resource.denied', resource: 'admission/inner', claim, code: 'queue_full', message: '' })
      .thenHappens();
  });

  test('may be one of many items', () => {
    const forEach = aComputed(() => ['tea', 'coffee', 'water']);
    const run = given(planOf({ parallel: true, forEach, maxConcurrency: 2 })).commands(
      starts(),
      resolves('sub[0]'),
      resolves('sub[1]'),
    );
    expect(new Set([child(run, 'sub[0]'), child(run, 'sub[1]')]).size).toBe(2);
    run
      .when(childEnds('sub[1]', done))
      .thenHappens('task.child_ended', 'task.completed', 'task.waiting')
      .commands(resolves('sub[2]'), childEnds('sub[0]', done), childEnds('sub[2]', done))
      .thenState((state) => expect(taskOutput(state, 0)).toEqual(['found', 'found', 'found']));
  });

  test('does not go deeper than it may', () => {
    const parent: Parent = {
      execution: 'outer',
      task: 'sub',
      attempt: 1,
      depth: MAX_WORKFLOW_DEPTH,
      lineage: ['workflow'],
    };
    given(plan)
      .commands({ ...starts(), parent } as ExecutionCommand)
      .thenIs('failed')
      .thenState(({ status }) => expect(status).toMatchObject({ error: { code: 'workflow_too_deep' } }));
  });

  test('gives its child a deadline where it has one', () => {
    const run = begun({ timeoutMs: 500 });
    const execution = child(run);
    run.when(fires('wait_due', 'sub'), 500).thenHappens(
      { type: 'task.timed_out', task: 'sub', attempt: 1, afterMs: 500 },
      {
        type: 'task.failed',
        task: 'sub',
        attempt: 1,
        error: {
          code: 'task_timed_out',
          message: 'its execution did not end within the timeout of 0.5 s',
        },
      },
      'workflow.failing',
      { type: 'task.child_cancelling', task: 'sub', execution, reason: 'nobody waits for it any more' },
      'workflow.failed',
    );
  });
});

describe('the end of a parent', () => {
  test('is told to its child, and waits for it', () => {
    const run = begun();
    const execution = child(run);
    run
      .when(cancels('enough'))
      .thenHappens('workflow.cancelling', {
        type: 'task.child_cancelling',
        task: 'sub',
        execution,
        reason: 'enough',
      })
      .thenSends({
        to: 'admission/inner',
        command: {
          type: 'admission.withdraw',
          execution,
          cancel: { type: 'cancel', by: 'execution execution', reason: 'enough' },
        },
      })
      .when(childEnds('sub', { status: 'cancelled', reason: 'enough' }))
      .thenHappens(
        'task.child_ended',
        { type: 'task.cancelled', task: 'sub', attempt: 1, confirmed: true },
        'workflow.cancelled',
      );
  });

  test('comes without the word of its child after ten seconds', () => {
    begun()
      .commands(cancels())
      .when(fires('cancel_deadline'), 10_000)
      .thenHappens(
        { type: 'task.cancelled', task: 'sub', attempt: 1, confirmed: false },
        'workflow.cancelled',
      );
  });

  test('comes at once where its child has not begun, which then never does', () => {
    given(plan)
      .commands(starts())
      .when(cancels())
      .thenHappens('workflow.cancelling', 'workflow.cancelled')
      .when(resolves('sub'))
      .thenHappens();
  });

  test('lets a child go whose task is cancelled, done by hand or begun again', () => {
    const left = 'task.child_cancelling';
    begun()
      .when({ type: 'task.cancel', task: 'sub', extent: 'task', by: 'ann' })
      .thenHappens('task.cancelling', left, 'task.skipped', 'workflow.completed');
    begun()
      .when({ type: 'task.complete', task: 'sub', output: 1, by: 'ann' })
      .thenHappens('task.overridden', left, 'agent.task_assigned');
    const tasks: Record<string, TaskSketch> = {
      first: {},
      sub: { dependsOn: ['first'], workflow: 'research' },
      judge: { dependsOn: ['first'], onFailure: { kind: 'goto', task: 'first', maxTimes: 1 } },
    };
    const run = given(aPlan({ agents: { w: 2 }, tasks })).commands(
      starts(),
      completes('first'),
      resolves('sub'),
    );
    run.when(fails('judge')).thenHappens('task.failed', 'task.reentered', left, 'agent.task_assigned');
  });
});

describe('a pause of a parent', () => {
  const passed = (execution: string, command: AdmissionPass['command']): Message => ({
    to: 'admission/inner',
    command: { type: 'admission.pass', execution, command },
  });

  test('is passed on to children that have begun, and so is its end', () => {
    const run = begun();
    const execution = child(run);
    run
      .when(pauses('lunch'), 7)
      .thenSends(
        passed(execution, {
          type: 'pause',
          checkpoint: derivedUuid(7, execution),
          by: 'ann',
          reason: 'lunch',
        }),
      )
      .when(pauses())
      .thenRejected('not_running');
    run.when(resumes()).thenSends(passed(execution, { type: 'resume', by: 'ann' }));
    run.when(pauses()).thenSends(expect.objectContaining({ to: 'admission/inner' }) as never);
  });

  test('keeps a child from beginning, which is asked for again when it is over', () => {
    const run = given(plan).commands(starts(), pauses());
    run.when(resolves('sub')).thenHappens();
    run.when(resumes()).thenOwes(expect.objectContaining({ kind: 'arm' }) as never, {
      kind: 'start_child',
      task: 'sub',
      item: undefined,
      attempt: 1,
      execution: child(run),
      workflow: 'research',
    });
  });

  test('lets a child end', () => {
    begun().commands(pauses()).when(childEnds('sub', done)).thenHappens('task.child_ended', 'task.completed');
  });
});

describe('a child', () => {
  const parent: Parent = {
    execution: 'outer',
    task: 'sub',
    item: 2,
    attempt: 3,
    depth: 1,
    lineage: ['w'],
  };
  const inner = (sketch = {}) =>
    given(aPlan(sketch)).commands({ ...starts({ input: 'x' }), parent } as ExecutionCommand);
  const told = (outcome: object) => ({
    to: 'outer',
    command: {
      type: 'child.ended',
      task: 'sub',
      item: 2,
      attempt: 3,
      execution: 'execution',
      outcome,
    },
  });

  test('knows its parent', () => {
    const { state } = inner();
    expect(viewExecution(state, 0).parent_execution_id).toBe('outer');
  });

  test('tells its parent how it ended', () => {
    const ends = (run: Given) => run.messages.find(({ to }) => to === 'outer');
    expect(ends(inner().when(completes('a', 5)))).toEqual(told({ status: 'completed', output: 5 }));
    const outputs = aComputed(() => ({ all: 1 }));
    expect(ends(inner({ outputs }).when(completes('a')))).toEqual(
      told({ status: 'completed', output: { all: 1 } }),
    );
    expect(ends(inner().when(fails('a')))).toEqual(
      told({ status: 'failed', error: { code: 'agent_error', message: 'it broke' } }),
    );
    const run = inner();
    run.commands(cancels('enough'));
    expect(ends(run.when(fails('a', { code: 'agent_aborted' })))).toEqual(
      told({ status: 'cancelled', reason: 'enough' }),
    );
  });
});

test('who waits for a child is shown and explained', () => {
  const run = given(planOf({ timeoutMs: 60_000 })).commands(starts());
  const execution = child(run);
  const words = () => why(run.state, 0).find(({ subject }) => subject === 'sub');
  expect(words()).toMatchObject({
    code: 'waits_for_child',
    sentence: `sub waits for execution ${execution} (workflow research), which is about to start, for another 1 min at the longest.`,
    waits_for: [execution],
  });
  run.commands(resolves('sub'));
  expect(words()?.sentence).toBe(
    `sub waits for execution ${execution} (workflow research), for another 1 min at the longest.`,
  );
  const forever = begun();
  expect(why(forever.state, 0)[0]?.sentence).toBe(
    `It waits: sub waits for execution ${child(forever)} (workflow research).`,
  );
  expect(viewExecution(run.state, 0).tasks[0]).toMatchObject({
    status: 'waiting',
    child_execution_id: execution,
  });
});
