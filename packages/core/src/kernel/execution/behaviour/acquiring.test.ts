import {
  aComputed,
  aPlan,
  cancels,
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
import { CantataError } from '../../../errors.ts';
import type { Needs } from '../../../plan/definition.ts';
import type { Message } from '../../law.ts';
import type { Claim, ResourceAnswer } from '../../resource/claim.ts';
import type { StartCommand } from '../commands.ts';
import type { PermitsAsked } from '../events.ts';
import { viewExecution } from '../look/view.ts';

const STOCK = 'lock/default/stock';
const GPUS = 'quota/default/gpus';
const SEARCH = 'rate/default/search';
const name = (text: string) => aComputed(() => text);
const LOCK: Needs = { locks: [name('stock')], quotas: [] };
const ALL: Needs = {
  locks: [name('stock')],
  quotas: [{ name: name('gpus'), limit: 4, count: 2 }],
  rate: { limit: 10, perMs: 60_000, key: name('search') },
};
const claim: Claim = { execution: 'execution', task: 'a', activation: 1 };
/** As which the execution has asked for permits last. */
const block = ({ log }: Given): Claim => {
  const asked = log.findLast(({ type }) => type === 'task.permits_asked');
  return (asked as PermitsAsked).claim;
};

const grants = (
  resource: string,
  more: Partial<Extract<ResourceAnswer, { type: 'resource.granted' }>> = {},
): ResourceAnswer => ({
  type: 'resource.granted',
  resource,
  claim,
  ...more,
});
const acquire = (count = 1, capacity = 1, to = STOCK, of = claim): Message => ({
  to,
  command: { type: 'semaphore.acquire', claim: of, count, capacity },
});
const release = (to = STOCK, of = claim): Message => ({
  to,
  command: { type: 'semaphore.release', claim: of },
});
const lease = (of: Claim, permits = 1): Message => ({
  to: SEARCH,
  command: { type: 'rate.lease', claim: of, permits, limit: 10, perMs: 60_000 },
});
const giveUp = (of: Claim, times?: readonly number[]): Message => ({
  to: SEARCH,
  command: { type: 'rate.return', claim: of, ...(times === undefined ? {} : { times }) },
});
/** The rate answers with these times. */
const permits = (run: Given, ...notBefore: readonly number[]): Given =>
  run.when({ type: 'resource.granted', resource: SEARCH, claim: block(run), notBefore });
const needing = (needs: Needs, more = {}): Given =>
  given(aPlan({ tasks: { a: { needs, ...more }, b: ['a'] } }));
const kindOf = (run: Given, task = 0): string | undefined => run.state.tasks[task]?.items[0]?.status.kind;

describe('a task with a lock', () => {
  test('asks for it before it is served', () => {
    const run = needing(LOCK).when(starts()).thenSends(acquire());
    expect(run.log.at(-1)).toEqual({
      type: 'task.acquiring',
      task: 'a',
      attempt: 1,
      resources: [{ resource: STOCK, count: 1, capacity: 1 }],
    });
    expect(kindOf(run)).toBe('acquiring');
  });

  test('shares it with the executions of its tenant alone', () => {
    const lock = 'lock/acme%2Feu/stock';
    const ask = needing(LOCK).when({ ...(starts() as StartCommand), tenant: 'acme/eu' });
    ask
      .thenSends(acquire(1, 1, lock))
      .when(grants(lock))
      .thenHappens('task.granted', 'agent.task_assigned');
    expect(ask.log[0]).toMatchObject({ type: 'workflow.requested', tenant: 'acme/eu' });
    needing({ locks: [], quotas: [], rate: { limit: 1, perMs: 1_000 } })
      .when({ ...(starts() as StartCommand), tenant: 'acme' })
      .thenSends({
        to: 'rate/acme/test/a',
        command: {
          type: 'rate.lease',
          claim: { ...claim, block: 6 },
          permits: 1,
          limit: 1,
          perMs: 1_000,
        },
      });
  });

  test('is served when it has it', () => {
    needing(LOCK)
      .commands(starts())
      .when(grants(STOCK))
      .thenHappens({ type: 'task.granted', task: 'a', resource: STOCK }, 'agent.task_assigned')
      .thenSends();
  });

  test('gives it back when it is completed, before anything else begins', () => {
    needing(LOCK)
      .commands(starts(), grants(STOCK))
      .when(completes('a'))
      .thenHappens(
        'task.completed',
        { type: 'task.released', claims: [{ resource: STOCK, claim }] },
        'agent.task_assigned',
      )
      .thenSends(release());
  });

  test('keeps it while an attempt is followed by another', () => {
    needing(LOCK, { retryPolicy: 'fixed' })
      .commands(starts(), grants(STOCK))
      .when(fails('a'))
      .thenHappens('task.retry_scheduled')
      .at(60_000)
      .when(fires('retry_due', 'a'))
      .thenHappens('task.retry_due', 'agent.task_assigned')
      .thenSends();
  });

  test('gives it back when it fails for good, and the execution ends', () => {
    needing(LOCK)
      .commands(starts(), grants(STOCK))
      .when(fails('a'))
      .thenHappens('task.failed', 'workflow.failing', 'task.released', 'workflow.failed')
      .thenSends(release(), {
        to: 'admission/workflow',
        command: { type: 'admission.release', execution: 'execution' },
      });
  });

  test('fails as deadlocked where it waits for it in a circle, and the log says in which', () => {
    const denied: ResourceAnswer = {
      type: 'resource.denied',
      resource: STOCK,
      claim,
      code: 'deadlocked',
      message: 'a circle',
    };
    needing(LOCK)
      .commands(starts())
      .when(denied)
      .thenHappens(
        { type: 'deadlock.detected', explanation: 'a circle', tasks: ['a'] },
        'task.failed',
        'workflow.failing',
        'task.released',
        'workflow.failed',
      );
  });

  test('leaves the line when the execution is cancelled while it waits', () => {
    needing(LOCK)
      .commands(starts())
      .when(cancels())
      .thenHappens('workflow.cancelling', 'task.released', 'workflow.cancelled');
  });

  test('keeps it until its agent has stopped, when the execution is cancelled', () => {
    needing(LOCK)
      .commands(starts(), grants(STOCK))
      .when(cancels())
      .thenHappens('workflow.cancelling')
      .when(fails('a', { code: 'agent_aborted' }))
      .thenHappens('task.cancelled', 'task.released', 'workflow.cancelled');
  });

  test('leaves the line when the task alone is cancelled, or is said to be done', () => {
    needing(LOCK)
      .commands(starts())
      .when({ type: 'task.cancel', task: 'a', extent: 'task', by: 'ann' })
      .thenHappens('task.cancelling', 'task.released', 'task.skipped', 'workflow.completed')
      .thenState(({ acquiring, claimants }) => expect(acquiring.size + claimants.size).toBe(0));
    needing(LOCK)
      .commands(starts())
      .when({ type: 'task.complete', task: 'a', output: 1, by: 'ann' })
      .thenHappens('task.overridden', 'task.released', 'agent.task_assigned');
    needing(LOCK)
      .commands(starts())
      .when({ type: 'task.fail', task: 'a', by: 'ann' })
      .thenHappens('task.overridden', 'task.failed', 'workflow.failing', 'task.released', 'workflow.failed');
  });

  test('keeps it when its work is given to somebody else', () => {
    const of = { count: 1, capabilities: ['think'] };
    given(aPlan({ agents: { w: of, v: of }, tasks: { a: { requires: ['think'], needs: LOCK } } }))
      .commands(starts(), grants(STOCK))
      .when({ type: 'task.reassign', task: 'a', to: 'v', by: 'ann' })
      .thenHappens('task.reassigned', 'agent.task_assigned')
      .thenSends();
  });

  test('asks for it anew when an execution that had ended goes on', () => {
    const run = given(
      aPlan({
        agents: { w: 1 },
        tasks: {
          x: [],
          a: { needs: LOCK },
          c: { retryPolicy: 'fixed', needs: { locks: [name('other')], quotas: [] } },
        },
      }),
    );
    const other = {
      type: 'resource.granted',
      resource: 'lock/default/other',
      claim: { ...claim, task: 'c' },
    } as const;
    run
      .commands(starts(), grants(STOCK), other)
      .thenState(() => expect(kindOf(run, 1)).toBe('ready'))
      .when(fails('x'))
      .thenState(({ claimants }) => expect(claimants.size).toBe(0))
      .thenIs('failed')
      .thenState(() => expect(kindOf(run, 1)).toBe('acquiring'));
  });

  test('loses it between two attempts when the end begins', () => {
    needing(LOCK, { retryPolicy: 'fixed' })
      .commands(starts(), grants(STOCK), fails('a'))
      .when(cancels())
      .thenHappens('workflow.cancelling', 'task.released', 'workflow.cancelled');
  });

  test('takes it while the execution is paused, and begins when that is over', () => {
    needing(LOCK)
      .commands(starts(), pauses())
      .when(grants(STOCK))
      .thenHappens('task.granted')
      .when(resumes())
      .thenHappens('workflow.resumed', 'agent.task_assigned');
  });

  test('gives it back although the execution is paused', () => {
    needing(LOCK)
      .commands(starts(), grants(STOCK), pauses())
      .when(completes('a'))
      .thenHappens('task.completed', 'task.released');
  });

  test('asks anew, as somebody else, in every round of its loop', () => {
    const loop = { maxIterations: 2, onLimit: 'complete' } as const;
    const again: Claim = { ...claim, activation: 2 };
    needing(LOCK, { loop })
      .commands(starts(), grants(STOCK))
      .when(completes('a'))
      .thenHappens('task.completed', 'task.released', 'task.repeated', 'task.acquiring')
      .thenSends(release(), acquire(1, 1, STOCK, again))
      .when(grants(STOCK))
      .thenHappens()
      .thenSends(release())
      .when({ ...grants(STOCK), claim: again })
      .thenHappens(
        { type: 'task.granted', task: 'a', activation: 2, resource: STOCK },
        'agent.task_assigned',
      );
  });

  test('gives it back when a failure leads back to an earlier task', () => {
    const plan = aPlan({
      tasks: {
        a: { needs: LOCK },
        b: { needs: { locks: [name('other')], quotas: [] } },
        c: { dependsOn: ['a'], onFailure: { kind: 'goto', task: 'a', maxTimes: 1 } },
        d: ['a', 'b'],
      },
    });
    given(plan)
      .commands(starts(), grants(STOCK), completes('a'))
      .when(fails('c'))
      .thenHappens('task.failed', 'task.reentered', 'task.acquiring')
      .commands({ ...grants(STOCK), claim: { ...claim, activation: 2 } })
      .when(cancels())
      .thenHappens('workflow.cancelling', 'task.released');
  });
});

describe('a task that needs several things', () => {
  test('asks for one after the other, in the order of their ids, and for its permit last', () => {
    const run = needing(ALL)
      .when(starts())
      .thenSends(acquire())
      .when(grants(STOCK))
      .thenSends(acquire(2, 4, GPUS))
      .when(grants(GPUS));
    run.thenSends(lease(block(run)));
    permits(run, 0).thenHappens('task.permits_granted', 'agent.task_assigned');
  });

  test('asks in that order whatever the document says', () => {
    needing({ locks: [name('stock'), name('desk'), name('zoo')], quotas: [] })
      .when(starts())
      .thenSends(acquire(1, 1, 'lock/default/desk'))
      .when(grants('lock/default/desk'))
      .thenSends(acquire())
      .when(grants(STOCK))
      .thenSends(acquire(1, 1, 'lock/default/zoo'));
  });

  test('waits for the time of its permit', () => {
    const run = needing(ALL).commands(starts(), grants(STOCK), grants(GPUS)).at(10);
    permits(run, 5_000)
      .thenHappens({
        type: 'task.permits_granted',
        claim: block(run),
        resource: SEARCH,
        permits: [{ task: 'a', notBefore: 5_000 }],
      })
      .thenOwes({ kind: 'arm', timer: { kind: 'permit_due', task: 'a' }, at: 5_000 })
      .when(fires('permit_due', 'a'), 4_999)
      .thenHappens()
      .when(fires('permit_due', 'a'), 5_000)
      .thenHappens({ type: 'task.permit_due', task: 'a' }, 'agent.task_assigned')
      .when(fires('permit_due', 'a'), 6_000)
      .thenHappens();
  });

  test('needs a permit of its own for every attempt, and keeps the rest', () => {
    const run = needing(ALL, { retryPolicy: 'fixed' }).commands(starts(), grants(STOCK), grants(GPUS));
    permits(run, 0)
      .commands(fails('a'))
      .at(60_000)
      .when(fires('retry_due', 'a'))
      .thenHappens(
        'task.retry_due',
        {
          type: 'task.acquiring',
          task: 'a',
          attempt: 2,
          resources: [{ resource: SEARCH, limit: 10, perMs: 60_000 }],
        },
        'task.permits_asked',
      );
    permits(run, 60_000)
      .thenHappens('task.permits_granted', 'agent.task_assigned')
      .when(completes('a', null, { attempt: 2 }))
      .thenSends(release(), release(GPUS));
  });

  test('gives back what it has so far and leaves the line it stands in', () => {
    needing(ALL)
      .commands(starts(), grants(STOCK))
      .when(cancels())
      .thenSends(release(), release(GPUS), {
        to: 'admission/workflow',
        command: { type: 'admission.release', execution: 'execution' },
      });
  });

  test('gives back a permit that it did not use, and its timer is off', () => {
    const run = needing(ALL).commands(starts(), grants(STOCK), grants(GPUS));
    permits(run, 5_000)
      .when(cancels())
      .thenState(({ returns }) => expect(returns).toEqual([]))
      .thenSends(release(), release(GPUS), giveUp(block(run), [5_000]), {
        to: 'admission/workflow',
        command: { type: 'admission.release', execution: 'execution' },
      });
  });

  test('takes a lock once that it names twice', () => {
    needing({ locks: [name('stock'), name('stock')], quotas: [] })
      .commands(starts())
      .when(grants(STOCK))
      .thenHappens('task.granted', 'agent.task_assigned');
  });
});

describe('a rate without a key', () => {
  test('is that of the task alone', () => {
    needing({ locks: [], quotas: [], rate: { limit: 1, perMs: 1_000 } })
      .when(starts())
      .thenSends({
        to: 'rate/default/test/a',
        command: {
          type: 'rate.lease',
          claim: { ...claim, block: 6 },
          permits: 1,
          limit: 1,
          perMs: 1_000,
        },
      });
  });
});

describe('a name that is computed', () => {
  const locked = (value: unknown) =>
    needing({ locks: [aComputed(() => value as string)], quotas: [] }).when(starts());

  test('may be a number', () => {
    locked(7).thenSends(acquire(1, 1, 'lock/default/7'));
  });

  test.each([[''], [null], [{ a: 1 }], ['x'.repeat(201)]])('that comes out as %j is none', (value) => {
    const failed = locked(value).log.find(({ type }) => type === 'task.failed');
    expect(failed).toMatchObject({
      task: 'a',
      attempt: 1,
      error: { code: 'resource_invalid', message: /^the name of a lock must be text of 1 to 200 characters/ },
    });
  });

  test.each(['locks', 'quotas', 'rate', 'key'])('that cannot be worked out fails the task (%s)', (kind) => {
    const broken = aComputed<string>(() => {
      throw new CantataError('expression_failed', 'there is no name');
    });
    const none = { locks: [], quotas: [] };
    const needs: Needs =
      kind === 'locks'
        ? { ...none, locks: [broken] }
        : kind === 'quotas'
          ? { ...none, quotas: [{ name: broken, limit: 1, count: 1 }] }
          : kind === 'rate'
            ? { ...none, rate: { limit: 1, perMs: 1, key: broken } }
            : { ...none, key: broken };
    const failed = needing(needs)
      .when(starts())
      .log.find(({ type }) => type === 'task.failed');
    expect(failed).toMatchObject({ error: { code: 'expression_failed', message: 'there is no name' } });
  });

  test('is worked out for each item', () => {
    const needs: Needs = {
      locks: [aComputed(({ index }) => `row ${String(index)}`)],
      quotas: [],
    };
    needing(needs, { parallel: true, forEach: aComputed(() => ['x', 'y']) })
      .when(starts())
      .thenSends(
        acquire(1, 1, 'lock/default/row 0', { ...claim, item: 0 }),
        acquire(1, 1, 'lock/default/row 1', { ...claim, item: 1 }),
      );
  });
});

describe('an answer of a resource', () => {
  test('that denies fails the task', () => {
    needing(LOCK)
      .commands(starts())
      .when({ type: 'resource.denied', resource: STOCK, claim, code: 'queue_full', message: 'too many wait' })
      .thenHappens(
        {
          type: 'task.failed',
          task: 'a',
          attempt: 1,
          error: { code: 'queue_full', message: 'too many wait', retry: 'never' },
        },
        'workflow.failing',
        'task.released',
        'workflow.failed',
      );
  });

  test('that denies what is not asked for means nothing', () => {
    needing(LOCK)
      .commands(starts(), grants(STOCK))
      .when({ type: 'resource.denied', resource: STOCK, claim, code: 'queue_full', message: 'too many wait' })
      .thenHappens();
  });

  test('that comes again means nothing', () => {
    needing(ALL).commands(starts(), grants(STOCK)).when(grants(STOCK)).thenHappens().thenSends();
  });

  test('for another attempt is given back', () => {
    const other = { ...claim, attempt: 7 };
    needing(ALL)
      .commands(starts(), grants(STOCK), grants(GPUS))
      .when({ ...grants(SEARCH), claim: other })
      .thenHappens()
      .thenSends(giveUp(other));
  });

  test('that comes when the end has begun is given back', () => {
    given(aPlan({ agents: { w: 2 }, tasks: { a: { needs: LOCK }, b: [] } }))
      .commands(starts())
      .when(cancels())
      .thenHappens('workflow.cancelling', 'task.released')
      .when(grants(STOCK))
      .thenHappens()
      .thenSends(release());
  });
});

test('what waits for a lock is seen to wait, and to be cancelled when its execution has ended', () => {
  const run = given(aPlan({ tasks: { a: { needs: LOCK } } })).commands(starts());
  const statuses = (): readonly string[] => viewExecution(run.state, 0).tasks.map(({ status }) => status);
  expect(statuses()).toEqual(['waiting']);
  run.commands(cancels());
  expect(run.state.status.kind).toBe('cancelled');
  expect(statuses()).toEqual(['cancelled']);
});
