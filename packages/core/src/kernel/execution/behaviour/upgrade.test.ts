import {
  aComputed,
  aPlan,
  childEnds,
  completes,
  type DefinitionSketch,
  fails,
  fires,
  type Given,
  given,
  pauses,
  reassigns,
  resolves,
  resumes,
  skipsByHand,
  starts,
  type TaskSketch,
  upgrades,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { ResourceAnswer } from '../../resource/claim.ts';
import { taskOutput } from '../input.ts';
import { upgradeReport } from '../look/upgrade.ts';
import { encodeExecution } from '../snapshot/encode.ts';
import { versionOfSnapshot } from '../snapshot/restore.ts';

const agents = { w: 2 };
const TWO: DefinitionSketch = { agents };
const next = (tasks: DefinitionSketch['tasks'], rest = TWO) =>
  aPlan({ version: '2.0.0', ...rest, tasks: tasks ?? {} });
const begun = (tasks: DefinitionSketch['tasks'], rest = TWO): Given =>
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

  test('does a task that comes back again, under another address than before it was gone', () => {
    const run = begun({ a: [], b: [] }).commands(completes('a'));
    run.knows('next', next({ b: [] })).commands(upgrades());
    run.knows('last', next({ b: [], c: ['b'] })).commands(upgrades('refuse', 'last'));
    run.knows('back', next({ a: [], b: [] }));
    run.when(upgrades('refuse', 'back')).thenHappens('workflow.upgraded', {
      type: 'agent.task_assigned',
      task: 'a',
      activation: 2,
      attempt: 1,
      assignment: 1,
      seat: 'w-1',
    });
    run.commands(completes('a'), completes('b')).thenIs('completed');
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

  test('keeps how often a failure has led back', () => {
    const tasks = {
      a: [],
      b: { dependsOn: ['a'], onFailure: { kind: 'goto', task: 'a', maxTimes: 1 } },
    } as const;
    const run = begun(tasks).commands(completes('a'), fails('b', { retry: 'never' }));
    run
      .knows('next', next({ ...tasks, more: [] }))
      .when(upgrades())
      .thenHappens({ ...told, stopped: [] }, 'agent.task_assigned');
    run
      .commands(completes('a'))
      .when(fails('b', { retry: 'never' }))
      .thenHappens('task.failed', 'workflow.failing');
  });

  test('says in its snapshot which version it has come to', () => {
    const run = begun({ a: [] });
    expect(versionOfSnapshot(encodeExecution(run.state))).toBe('digest');
    run.knows('next', next({ a: [], more: [] })).when(upgrades());
    expect(versionOfSnapshot(encodeExecution(run.state))).toBe('next');
    expect(versionOfSnapshot(encodeExecution(given(aPlan()).state))).toBeUndefined();
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

describe('what executions share', () => {
  const needing = (lock: string, rest: TaskSketch = {}): TaskSketch => ({
    needs: { locks: [aComputed(() => lock)], quotas: [] },
    ...rest,
  });
  const stock = 'lock/default/stock';
  const claim = (task: string, activation = 1) => ({ execution: 'execution', task, activation });
  const granted = (resource: string, task: string): ResourceAnswer => ({
    type: 'resource.granted',
    resource,
    claim: claim(task),
  });
  const tasks = { a: needing('stock'), b: needing('gate'), c: [] };

  test('is kept by who goes on, and waited for on', () => {
    const run = begun(tasks)
      .commands(granted(stock, 'a'))
      .knows('next', next({ first: [], ...tasks }));
    run.when(upgrades()).thenHappens({ ...told, stopped: [] });
    run
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        { type: 'task.released', claims: [{ resource: stock, claim: claim('a') }] },
        'agent.task_assigned',
      )
      .thenSends({ to: stock, command: { type: 'semaphore.release', claim: claim('a') } });
    run.when(granted('lock/default/gate', 'b')).thenHappens('task.granted');
  });

  test('is given back by who is stopped or gone, and asked for anew', () => {
    const run = begun(tasks).commands(granted(stock, 'a'));
    run.knows('next', next({ a: needing('stock', { timeoutMs: 9_000 }), c: [] })).when(upgrades('stop'));
    run
      .thenHappens({ ...told, stopped: ['a', 'b'] }, 'task.released', 'task.acquiring')
      .thenSends(
        { to: stock, command: { type: 'semaphore.release', claim: claim('a') } },
        { to: 'lock/default/gate', command: { type: 'semaphore.release', claim: claim('b') } },
        { to: stock, command: { type: 'semaphore.acquire', claim: claim('a', 2), count: 1, capacity: 1 } },
      );
  });
});

describe('a sub-workflow at work', () => {
  const sub = { workflow: 'research' } as const;

  test('goes on where nothing of it changed', () => {
    const run = begun({ sub, c: ['sub'] })
      .commands(resolves('sub'))
      .knows('next', next({ first: [], sub, c: ['sub'] }));
    run.when(upgrades()).thenHappens({ ...told, stopped: [] }, 'agent.task_assigned');
    run
      .when(childEnds('sub', { status: 'completed', output: 'found' }))
      .thenHappens('task.child_ended', 'task.completed', 'agent.task_assigned');
  });

  test('is let go where it is stopped', () => {
    const run = begun({ sub })
      .commands(resolves('sub'))
      .knows('next', next({ sub: { workflow: 'other' } }));
    run
      .when(upgrades('stop'))
      .thenHappens({ ...told, stopped: ['sub'] }, 'task.child_cancelling', 'task.waiting');
  });
});

test('a task that waits for an event waits for it by the new version', () => {
  const coordination = { type: 'hybrid', eventDriven: ['orders', 'news'], graphBased: [] } as const;
  const rest = { agents, coordination };
  const run = begun({ a: { on: { topic: 'orders', isSkipped: false } }, b: [] }, rest);
  run.knows('next', next({ a: { on: { topic: 'news', isSkipped: false } }, b: [] }, rest)).when(upgrades());
  run.thenHappens({ ...told, stopped: [] }, { type: 'task.listening', task: 'a', topic: 'news' });
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

  test('to a workflow of the same name that is another one', () => {
    const upgrade = upgrades() as unknown as typeof told;
    plain()
      .knows('next', next({ a: [] }))
      .when({ ...upgrade, workflow: { ...told.workflow, id: 'of another tenant' } } as never)
      .thenRejected('upgrade_refused', 'test is another workflow than that of execution execution');
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
    run
      .knows('next', next({ b: [] }))
      .when(upgrades('stop'))
      .thenRejected('upgrade_refused', 'a could not be undone any more: the new version does not say how');
    run.knows('next', next({ b: ['a'], a: { compensate }, c: ['b'] })).when(upgrades());
    run.thenHappens({ ...told, stopped: [] });
    expect([...run.state.compensations.values()].map(({ task }) => task)).toEqual([1]);
  });
});
