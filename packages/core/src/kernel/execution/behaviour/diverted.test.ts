import {
  aComputed,
  aPlan,
  cancels,
  cancelsTask,
  completes,
  type DefinitionSketch,
  diverts,
  fails,
  fires,
  type Given,
  given,
  loses,
  pauses,
  reassigns,
  resumes,
  starts,
  upgrades,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../law.ts';
import type { Claim, ResourceAnswer } from '../../resource/claim.ts';
import { why } from '../look/why/why.ts';
import { isLetThrough } from '../lookup.ts';
import type { Item } from '../state.ts';

const WRITERS = 'breaker/default/writer';
const claim: Claim = { execution: 'execution', task: 'a', activation: 1, attempt: 1 };
const asks = (of: Claim = claim, to = WRITERS): Message => ({
  to,
  command: { type: 'breaker.ask', claim: of },
});
const lets = (of: Claim = claim, resource = WRITERS): ResourceAnswer => ({
  type: 'resource.granted',
  resource,
  claim: of,
  isProbe: true,
});
const tells = (succeeded?: boolean, of: Claim = claim): Message => ({
  to: WRITERS,
  command: { type: 'breaker.release', claim: of, ...(succeeded === undefined ? {} : { succeeded }) },
});

const able = { capabilities: ['write'] };
const writers = { count: 2, type: 'writer', ...able };
/** Nobody stands in for the writers. */
const alone = aPlan({
  agents: { writers, cooks: { count: 1, type: 'cook' } },
  tasks: { a: { retryPolicy: 'fixed' } },
});
/** The editors do. */
const both = aPlan({
  agents: { writers, editors: { count: 1, type: 'editor', ...able } },
  tasks: { a: {}, b: {} },
});
const itemOf = (run: Given, task = 0) => run.state.tasks[task]?.items[0];
const sentences = (run: Given, now = 0): readonly string[] =>
  why(run.state, now).map(({ sentence }) => sentence);

describe('an attempt whose agents fail', () => {
  test('goes to another group that may do it, as the same attempt', () => {
    given(both)
      .commands(starts())
      .when(diverts('a', 'writer'))
      .thenHappens(
        { type: 'task.rerouted', task: 'a', attempt: 1, agentType: 'writer', from: 'writers', to: 'editors' },
        { type: 'agent.task_assigned', task: 'a', attempt: 1, assignment: 2, seat: 'editors' },
      )
      .thenSends()
      .thenOwes({
        kind: 'dispatch',
        task: 'a',
        item: undefined,
        attempt: 1,
        assignment: 2,
        seat: 'editors',
        sequence: 8,
      })
      .when(completes('a', 'late', { assignment: 1 }))
      .thenRejected('stale_result');
  });

  test('goes to a group of the plan rather than to one that only could do it, and rather to a free one than to a busy one', () => {
    const plan = aPlan({
      agents: {
        chefs: { count: 2, type: 'chef', capabilities: ['cook'] },
        maids: { count: 1, type: 'maid', capabilities: ['cook', 'clean'] },
        cooks: { count: 1, type: 'cook', capabilities: ['cook', 'taste'] },
      },
      tasks: { a: { requires: ['cook'] }, b: {}, c: { requires: ['clean'] } },
    });
    const goesTo = (run: Given): string | undefined =>
      run.log.flatMap((event) => (event.type === 'task.rerouted' ? [event.to] : [])).at(-1);
    const run = given(plan).commands(starts());
    expect(goesTo(run.commands(diverts('b', 'chef')))).toBe('cooks');
    expect(goesTo(run.commands(diverts('a', 'chef')))).toBe('maids');
  });

  test('does not go back to agents that were given up before, and waits for those that were to do it', () => {
    given(both)
      .commands(starts(), diverts('a', 'writer'))
      .when(diverts('a', 'editor'))
      .thenHappens({
        type: 'task.acquiring',
        task: 'a',
        attempt: 1,
        resources: [{ resource: WRITERS, group: 'writers' }],
      })
      .thenSends(asks());
  });

  test('spends neither an attempt nor a turn, and the next attempt begins where it would have', () => {
    const plan = aPlan({
      agents: { writers, editors: { count: 1, type: 'editor', ...able } },
      tasks: { a: { retryPolicy: 'fixed', budget: { turns: 2 } } },
    });
    given(plan)
      .commands(starts(), diverts('a', 'writer'))
      .thenState(({ counters, tasks }) => expect([counters.turns, tasks[0]?.spent?.turns]).toEqual([1, 1]))
      .when(fails('a'))
      .thenHappens('task.retry_scheduled')
      .when(fires('retry_due', 'a'), 1_000)
      .thenHappens('task.retry_due', {
        type: 'agent.task_assigned',
        task: 'a',
        attempt: 2,
        assignment: 1,
        seat: 'writers-2',
      });
  });

  test('goes no further than an operator said', () => {
    given(both)
      .commands(starts(), reassigns('a', 'editors'))
      .when(diverts('a', 'editor'))
      .thenHappens({
        type: 'task.acquiring',
        task: 'a',
        attempt: 1,
        resources: [{ resource: 'breaker/default/editor', group: 'editors' }],
      })
      .when(lets(claim, 'breaker/default/editor'))
      .thenHappens('task.granted', {
        type: 'agent.task_assigned',
        task: 'a',
        attempt: 1,
        assignment: 3,
        seat: 'editors',
      });
  });

  test('is not one that is stale, and not one that is to stop', () => {
    given(both)
      .commands(starts(), diverts('a', 'writer'))
      .when(diverts('a', 'writer', { assignment: 1 }))
      .thenRejected('stale_result')
      .commands(cancelsTask('b'))
      .when(diverts('b', 'writer'))
      .thenHappens({ type: 'task.cancelled', task: 'b', attempt: 1, confirmed: true })
      .commands(cancels())
      .when(diverts('a', 'editor'))
      .thenHappens({ type: 'task.cancelled', task: 'a', attempt: 1, confirmed: true }, 'workflow.cancelled');
  });

  test('says where it goes while the other group is busy', () => {
    const run = given(both).commands(starts(), diverts('a', 'writer'), diverts('b', 'writer'));
    expect(sentences(run)).toContain(
      'b is ready and waits for a free seat of editors: editors works on a. ' +
        'It goes there instead of to writers, because agents of the type writer fail.',
    );
    run.when(completes('a')).thenHappens('task.completed', {
      type: 'agent.task_assigned',
      task: 'b',
      attempt: 1,
      assignment: 2,
      seat: 'editors',
    });
  });

  test('of which nobody has begun is not undone', () => {
    const plan = aPlan({
      agents: { writers, editors: { count: 1, type: 'editor', ...able } },
      tasks: { a: { compensate: { who: { kind: 'group', group: 'writers' } } } },
    });
    given(plan)
      .commands(starts())
      .thenState(({ compensations }) => expect(compensations.size).toBe(1))
      .when(diverts('a', 'writer'))
      .thenHappens('task.rerouted', 'task.compensation_registered', 'agent.task_assigned')
      .when(diverts('a', 'editor'))
      .thenHappens('task.acquiring')
      .thenState(({ compensations }) => expect(compensations.size).toBe(0))
      .when(cancels())
      .thenHappens('workflow.cancelling', 'task.released', 'workflow.cancelled');
    // A process that ended may have begun it.
    given(plan)
      .commands(starts(), loses('a'), diverts('a', 'writer'))
      .thenState(({ compensations }) => expect(compensations.size).toBe(1));
  });
});

describe('an attempt that waits for a circuit breaker', () => {
  const waits = (): Given => given(alone).commands(starts(), diverts('a', 'writer'));

  test('leaves its seat, and is served by the same group when it is let through', () => {
    const run = given(alone)
      .commands(starts())
      .when(diverts('a', 'writer'))
      .thenHappens({
        type: 'task.acquiring',
        task: 'a',
        attempt: 1,
        resources: [{ resource: WRITERS, group: 'writers' }],
      })
      .thenSends(asks())
      .thenState(({ inFlight, acquiring }) => expect([inFlight.size, acquiring.size]).toEqual([0, 1]));
    expect(sentences(run)).toEqual([
      'It waits: a waits for the circuit breaker of writer.',
      'a waits for the circuit breaker of writer.',
    ]);
    run.when(lets()).thenHappens(
      { type: 'task.granted', task: 'a', resource: WRITERS },
      {
        type: 'agent.task_assigned',
        task: 'a',
        attempt: 1,
        assignment: 2,
        seat: 'writers-2',
      },
    );
  });

  test('is known to be let through, to agents of that type alone', () => {
    const run = waits().commands(lets());
    const item = itemOf(run) as Item;
    expect([isLetThrough(item, 'writer'), isLetThrough(item, 'cook')]).toEqual([true, false]);
    const other = itemOf(given(alone).commands(starts())) as Item;
    expect(isLetThrough(other, 'writer')).toBe(false);
  });

  test('asks although another group could do it, when somebody has to try', () => {
    given(both)
      .commands(starts())
      .when(diverts('a', 'writer', { tries: true }))
      .thenHappens('task.acquiring')
      .thenSends(asks());
  });

  test.each([
    ['an answer', completes('a', 'done'), true],
    ['a failure', fails('a'), false],
    ['an answer it cannot use', fails('a', { code: 'no', retry: 'never' }), true],
    ['a loss', loses('a'), undefined],
  ])('tells it of %s', (_, told, succeeded) => {
    const run = waits().commands(lets()).when(told);
    expect(run.messages).toContainEqual(tells(succeeded));
    expect(run.state.returns).toEqual([]);
    if (succeeded !== true) expect(run.state.claimants.size).toBe(0);
  });

  test('tells it of an attempt that took too long', () => {
    const plan = aPlan({ agents: { writers }, tasks: { a: { retryPolicy: 'fixed', timeoutMs: 50 } } });
    given(plan)
      .commands(starts(), diverts('a', 'writer'), lets())
      .when(fires('attempt_timeout', 'a'), 50)
      .thenHappens('task.timed_out', 'task.retry_scheduled', {
        type: 'task.released',
        claims: [{ resource: WRITERS, claim, succeeded: false }],
      })
      .thenSends(tells(false));
  });

  test('tells it of the failure that ends the task', () => {
    given(aPlan({ agents: { writers }, tasks: { a: {} } }))
      .commands(starts(), diverts('a', 'writer'), lets())
      .when(fails('a'))
      .thenHappens('task.failed', 'workflow.failing', 'task.released', 'workflow.failed');
  });

  test('asks anew when it is tried again and its agents still fail', () => {
    const second = { ...claim, attempt: 2 };
    waits()
      .commands(lets(), fails('a'))
      .at(1_000)
      .commands(fires('retry_due', 'a'))
      .when(diverts('a', 'writer'))
      .thenSends(asks(second));
  });

  test('asks anew after a loss, as the same attempt', () => {
    waits()
      .commands(lets())
      .when(loses('a'))
      .thenHappens('agent.lost', 'task.released', 'agent.task_assigned')
      .when(diverts('a', 'writer'))
      .thenHappens('task.acquiring')
      .thenSends(asks());
  });

  test.each([
    ['the execution', cancels()],
    ['the task', cancelsTask('a')],
  ])('leaves the line when %s is cancelled', (_, told) => {
    const run = waits().when(told);
    expect(run.messages).toContainEqual(tells());
  });

  test('says nothing of an attempt that was taken from its agent', () => {
    const run = waits().commands(lets()).when({ type: 'task.complete', task: 'a', output: 1, by: 'ann' });
    expect(run.messages).toContainEqual(tells());
  });

  test('goes where an operator sends it, and waits no more', () => {
    const run = waits().when(reassigns('a', 'writers-1'));
    expect(run.log.slice(-3).map(({ type }) => type)).toEqual([
      'task.reassigned',
      'task.released',
      'agent.task_assigned',
    ]);
    expect(run.messages).toEqual([tells()]);
    expect(itemOf(run)?.diverted).toBeUndefined();
  });

  test('goes where an operator sends it, although it was let through and waits for a seat', () => {
    const plan = aPlan({
      agents: { writers: { ...writers, count: 1 }, others: { count: 1, type: 'other', ...able } },
      tasks: { a: {}, b: ['a'], c: {} },
    });
    const run = given(plan).commands(starts());
    expect(itemOf(run, 2)?.status.kind).toBe('ready');
    run.commands(diverts('a', 'writer'));
    run.commands(pauses());
    expect(itemOf(run)?.diverted?.to).toBe('others');
    run.commands(reassigns('a', 'writers'), resumes());
    expect(itemOf(run)?.diverted).toBeUndefined();
  });

  test('is let through while the execution is paused, and begins when that is over', () => {
    waits()
      .commands(pauses())
      .when(lets())
      .thenHappens('task.granted')
      .when(reassigns('a', 'writers-1'))
      .thenHappens('task.reassigned', 'task.released')
      .thenSends(tells())
      .when(resumes())
      .thenHappens('workflow.resumed', 'agent.task_assigned');
  });

  test('keeps what else it has', () => {
    const lock = { locks: [aComputed(() => 'stock')], quotas: [] };
    const STOCK = 'lock/default/stock';
    const { attempt: _, ...own } = claim;
    given(aPlan({ agents: { writers }, tasks: { a: { needs: lock, retryPolicy: 'fixed' } } }))
      .commands(starts(), { type: 'resource.granted', resource: STOCK, claim: own })
      .when(diverts('a', 'writer'))
      .thenSends(asks())
      .when(lets())
      .thenHappens('task.granted', 'agent.task_assigned')
      .when(fails('a'))
      .thenHappens('task.retry_scheduled', {
        type: 'task.released',
        claims: [{ resource: WRITERS, claim, succeeded: false }],
      })
      .when(fires('retry_due', 'a'), 1_000)
      .thenHappens('task.retry_due', 'agent.task_assigned')
      .when(completes('a'))
      .thenSends(
        { to: STOCK, command: { type: 'semaphore.release', claim: own } },
        { to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } },
      );
  });

  test('fails where it is refused a place in the line', () => {
    waits()
      .when({ type: 'resource.denied', resource: WRITERS, claim, code: 'queue_full', message: 'many wait' })
      .thenHappens('task.failed', 'workflow.failing', 'task.released', 'workflow.failed');
  });

  test('goes into the line of its task where an upgrade has no group of that name any more', () => {
    const plan = (agents: DefinitionSketch['agents']) =>
      aPlan({
        agents: { ...agents, late: { count: 1, type: 'late', ...able } },
        tasks: { a: { requires: ['write'] } },
      });
    const next = plan({ poets: { count: 1, type: 'writer', ...able } });
    const run = given(plan({ writers }))
      .knows('next', next)
      .commands(starts(), diverts('a', 'writer', { tries: true }), upgrades());
    expect(itemOf(run)?.diverted).toBeUndefined();
    run.when(lets()).thenHappens('task.granted', {
      type: 'agent.task_assigned',
      task: 'a',
      attempt: 1,
      assignment: 2,
      seat: 'poets',
    });
    const other = given(plan({ writers }))
      .knows('next', next)
      .commands(starts(), diverts('a', 'writer'), upgrades());
    expect(itemOf(other)?.diverted?.to).toBe('late');
    other.when(diverts('a', 'late')).thenSends(asks(claim, 'breaker/default/late'));
  });
});
