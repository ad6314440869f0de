import {
  aComputed,
  aPlan,
  completes,
  type DefinitionSketch,
  fails,
  fires,
  type Given,
  given,
  pauses,
  reassigns,
  resumes,
  skipsByHand,
  starts,
  upgrades,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import { taskOutput } from '../input.ts';
import { upgradeReport } from '../look/upgrade.ts';

const agents = { w: 2 };
const next = (tasks: DefinitionSketch['tasks'], rest: DefinitionSketch = { agents }) =>
  aPlan({ version: '2.0.0', ...rest, tasks: tasks ?? {} });
const begun = (tasks: DefinitionSketch['tasks'], rest: DefinitionSketch = { agents }): Given =>
  given(aPlan({ ...rest, tasks: tasks ?? {} })).commands(starts());
const told = {
  type: 'workflow.upgraded',
  workflow: { id: 'workflow', name: 'test', version: '2.0.0', digest: 'next' },
  by: 'ann',
  reason: 'mended',
} as const;
const statuses = ({ state }: Given): Readonly<Record<string, string>> =>
  Object.fromEntries(state.tasks.map(({ index, status }) => [String(state.plan.tasks[index]?.id), status]));

describe('an execution that is upgraded', () => {
  test('keeps what is completed and what is at work, and does the rest by the new version', () => {
    const run = begun({ a: [], b: ['a'], c: ['b'] }).commands(completes('a', 'kept'));
    run
      .knows(
        'next',
        next({ first: [], a: ['first'], b: ['a'], c: { dependsOn: ['b', 'first'] }, last: ['c'] }),
      )
      .when(upgrades(), 100)
      .thenHappens(
        { ...told, stopped: [] },
        { type: 'agent.task_assigned', task: 'first', attempt: 1, assignment: 1, seat: 'w-1' },
      );
    expect(statuses(run)).toEqual({
      first: 'open',
      a: 'completed',
      b: 'open',
      c: 'pending',
      last: 'pending',
    });
    expect(taskOutput(run.state, 1)).toBe('kept');
    expect(run.state.request?.workflow.version).toBe('2.0.0');
    run.commands(completes('b'), completes('first'), completes('c'), completes('last')).thenIs('completed');
  });

  test('forgets tasks that are gone, and what they gave', () => {
    const run = begun({ a: [], b: [], c: ['b'] }).commands(completes('a'));
    run
      .knows('next', next({ b: [], d: ['b'] }))
      .when(upgrades())
      .thenHappens({ ...told, stopped: [] });
    expect(statuses(run)).toEqual({ b: 'open', d: 'pending' });
    run.when(completes('b')).thenHappens('task.completed', 'agent.task_assigned');
  });

  test('asks what was about to be decided again, by what the new version says', () => {
    const run = begun({ a: [], b: { dependsOn: ['a'], when: aComputed(() => false) }, c: ['b'] });
    run.commands(pauses(), completes('a')).knows('next', next({ a: [], b: ['a'], c: ['b'] }));
    run.when(upgrades()).thenHappens({ ...told, stopped: [] });
    run.when(resumes()).thenHappens('workflow.resumed', 'agent.task_assigned');
    expect(statuses(run)).toEqual({ a: 'completed', b: 'open', c: 'pending' });
  });

  test('keeps what was skipped, and who or what it was skipped for', () => {
    const tasks = { a: { when: aComputed(() => false) }, b: ['a'], x: [], y: ['x'], z: [] };
    const run = begun(tasks).commands(skipsByHand('x'));
    run
      .knows('next', next({ b: [], y: [], z: [] }))
      .when(upgrades())
      .thenHappens({ ...told, stopped: [] });
    expect(statuses(run)).toEqual({ b: 'skipped', y: 'skipped', z: 'open' });
    const other = begun(tasks);
    other.knows('next', next({ ...tasks, more: [] })).when(upgrades());
    expect(statuses(other)).toEqual({
      a: 'skipped',
      b: 'skipped',
      x: 'open',
      y: 'pending',
      z: 'open',
      more: 'open',
    });
  });

  test('goes on with what waits: a seat, an attempt, a time, the next round', () => {
    const loop = { maxIterations: 2, onLimit: 'complete' } as const;
    const tasks = {
      a: { retryPolicy: 'fixed' },
      b: [],
      c: { wait: { kind: 'for', forMs: 60_000 } },
      l: { loop },
      q: [],
    } as const;
    const run = begun(tasks).commands(pauses(), fails('a'), completes('b'), resumes(), pauses());
    run.commands(completes('l')).knows('next', next({ ...tasks, more: [] }));
    run.when(upgrades()).thenHappens({ ...told, stopped: [] });
    run.when(resumes()).thenHappens('workflow.resumed', 'task.repeated', 'agent.task_assigned');
    run
      .when(fires('retry_due', 'a'), 60_000)
      .thenHappens('task.retry_due')
      .when(fires('wait_due', 'c'))
      .thenHappens('task.completed');
  });

  test('forgets a seat that is gone where nobody sits, and to whom something was given', () => {
    const run = begun({ a: [], b: ['a'] }, { agents: { w: 2, v: { count: 1, type: 'w' } } });
    run.commands(reassigns('a', 'w-2'), fails('a', { retry: 'wanted' }), reassigns('b', 'v'));
    run.knows('next', next({ a: [], b: ['a'] }, { agents: { w: 1 } })).when(upgrades());
    run
      .thenHappens({ ...told, stopped: [] })
      .when(fires('retry_due', 'a'), 60_000)
      .thenHappens('task.retry_due', {
        type: 'agent.task_assigned',
        task: 'a',
        attempt: 2,
        assignment: 1,
        seat: 'w',
      });
  });

  test('keeps to whom something was given where the new version has that one', () => {
    const run = begun({ a: [], b: ['a'] }).commands(reassigns('a', 'w-2'));
    run.commands(fails('a', { retry: 'wanted' }));
    run.knows('next', next({ a: [], b: ['a'], more: ['b'] })).when(upgrades());
    run.when(fires('retry_due', 'a'), 60_000).thenHappens('task.retry_due', {
      type: 'agent.task_assigned',
      task: 'a',
      attempt: 2,
      assignment: 1,
      seat: 'w-2',
    });
    const group = begun({ a: [] })
      .commands(pauses(), reassigns('a', 'w'))
      .knows('next', next({ a: [], more: [] }));
    group.when(upgrades()).thenState(({ tasks }) => expect(tasks[0]?.items[0]?.reassigned).toBe('w'));
  });
});

describe('a task at work that was changed or removed', () => {
  const changed = next({ a: { timeoutMs: 5_000 }, c: [] });

  test('stands against it', () => {
    begun({ a: [], b: [] })
      .knows('next', changed)
      .when(upgrades())
      .thenRejected('upgrade_refused', 'a and b are at work and would have to be stopped')
      .knows('next', next({ a: [] }))
      .when(upgrades())
      .thenRejected('upgrade_refused', 'b is at work and would have to be stopped');
  });

  test('is stopped where that is wanted, and begins anew under another address or is gone', () => {
    begun({ a: [], b: [] })
      .knows('next', changed)
      .when(upgrades('stop'))
      .thenHappens({ ...told, stopped: ['a', 'b'] }, 'agent.task_assigned', 'agent.task_assigned')
      .thenState(({ tasks }) => expect(tasks.map(({ activation }) => activation)).toEqual([2, 1]))
      .when(completes('a', 'late', { activation: 1 } as never))
      .thenRejected('stale_result')
      .commands(completes('a'), completes('c'))
      .thenIs('completed');
  });

  test('is one whose seat is gone, or became another agent', () => {
    const run = begun({ a: [], b: [] });
    run.knows('next', next({ a: [], b: [] }, { agents: { w: 1 } }));
    expect(upgradeReport(run.state, run.state.versions.get('next') as never).stops).toEqual(['a', 'b']);
    const other = next({ a: [], b: [] }, { agents: { w: { count: 2, type: 'robot' } } });
    expect(upgradeReport(run.state, other).stops).toEqual(['a', 'b']);
  });
});

describe('the report of an upgrade', () => {
  test('says of each task that comes, goes or changes what becomes of it', () => {
    const run = begun({ done: [], gone: ['done'], late: ['gone'], work: [] }).commands(completes('done'));
    const report = upgradeReport(
      run.state,
      next({ done: { priority: 1 }, late: [], work: { priority: 1 }, new: [] }),
    );
    expect(report).toEqual({
      from: '1.0.0',
      to: '2.0.0',
      tasks: [
        { id: 'done', change: 'changed', status: 'completed', effect: 'stays' },
        { id: 'late', change: 'changed', status: 'pending', effect: 'follows' },
        { id: 'work', change: 'changed', status: 'open', effect: 'stops' },
        { id: 'new', change: 'added', status: null, effect: 'joins' },
        { id: 'gone', change: 'removed', status: 'open', effect: 'stops' },
      ],
      stops: ['work', 'gone'],
      refused: [],
    });
    const removed = upgradeReport(run.state, next({ gone: [], work: [] }));
    expect(removed.tasks).toContainEqual({
      id: 'late',
      change: 'removed',
      status: 'pending',
      effect: 'goes',
    });
  });
});

describe('nothing is upgraded', () => {
  const plain = (): Given => begun({ a: [] });

  test('to the version it has', () => {
    const same = {
      ...upgrades(),
      workflow: { ...told.workflow, digest: 'digest', version: '1.0.0' },
    } as never;
    plain().when(same).thenRejected('upgrade_refused', 'execution execution has the version 1.0.0 already');
  });

  test('to another workflow, or at its end', () => {
    plain()
      .knows('next', next({ a: [] }, { agents, name: 'other' }))
      .when(upgrades())
      .thenRejected('upgrade_refused', 'it is an execution of test, not of other')
      .knows('next', next({ a: [], b: [] }))
      .commands(completes('a'))
      .when(upgrades())
      .thenRejected('upgrade_refused', 'execution execution is at its end');
  });

  test('when what a task gave would have another form', () => {
    begun({ a: [], b: ['a'] })
      .commands(completes('a'))
      .knows('next', next({ a: { parallel: true }, b: ['a'] }))
      .when(upgrades())
      .thenRejected(
        'upgrade_refused',
        'a is completed, and what it gave has another form in the new version',
      );
  });

  test('when what was done could not be undone any more', () => {
    const compensate = { who: { kind: 'group', group: 'w' } } as never;
    const run = begun({ a: { compensate }, b: ['a'] }).commands(completes('a'));
    run
      .knows('next', next({ a: [], b: ['a'] }))
      .when(upgrades())
      .thenRejected('upgrade_refused', 'a could not be undone any more: the new version does not say how');
    run.knows('next', next({ b: ['a'], a: { compensate }, c: ['b'] })).when(upgrades());
    run.thenHappens({ ...told, stopped: [] });
    expect([...run.state.compensations.values()].map(({ task }) => task)).toEqual([1]);
  });
});
