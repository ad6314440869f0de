/** Permits of rates: leased in blocks for all items that need one. */
import {
  aComputed,
  aPlan,
  cancels,
  fails,
  fires,
  type Given,
  given,
  pauses,
  resumes,
  starts,
  type TaskSketch,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Claim } from '../../resource/claim.ts';
import type { RateCommand } from '../../resource/rate.ts';
import type { PermitsAsked } from '../events.ts';
import { violations } from '../look/invariants.ts';
import { neededWords } from '../look/why/acquiring.ts';
import type { RateLine } from '../rates.ts';
import type { Item } from '../state.ts';

const SEARCH = 'rate/default/search';
const needs = {
  locks: [],
  quotas: [],
  rate: { limit: 10, perMs: 60_000, key: aComputed(() => 'search') },
};
const LEAVE = { to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } };

/** A task of so many items, for which there are seats enough. */
const many = (count: number, more: TaskSketch = {}): Given =>
  given(
    aPlan({
      agents: { w: 110 },
      tasks: {
        a: {
          agent: 'w',
          parallel: true,
          forEach: aComputed(() => Array.from({ length: count }, (_, n) => n)),
          needs,
          ...more,
        },
      },
    }),
  );
/** As which it has asked last. */
const block = ({ log }: Given): Claim =>
  (log.findLast(({ type }) => type === 'task.permits_asked') as PermitsAsked).claim;
const asks = ({ lastMessages }: Given): readonly (readonly [string, number?])[] =>
  lastMessages.map(({ command }) =>
    command.type === 'rate.lease' ? [command.type, command.permits] : [command.type],
  );
const grants = (run: Given, times: readonly number[], claim = block(run)): Given =>
  run.when({ type: 'resource.granted', resource: SEARCH, claim, notBefore: times });
const giveBack = (claim: Claim, times?: readonly number[]) => {
  const command: RateCommand = { type: 'rate.return', claim, ...(times === undefined ? {} : { times }) };
  return { to: SEARCH, command };
};
const kinds = ({ state }: Given): readonly string[] =>
  (state.tasks[0]?.items ?? []).map(({ status }) => status.kind);
const count = (run: Given, kind: string): number => kinds(run).filter((one) => one === kind).length;
const now = (permits: number): readonly number[] => Array.from({ length: permits }, () => 0);

describe('items that need permits of the same rate', () => {
  test('ask with one message for a hundred of them, and for the next when those are handed out', () => {
    const run = many(102).when(starts());
    expect(asks(run)).toEqual([['rate.lease', 100]]);
    grants(run, now(100));
    expect(count(run, 'assigned')).toBe(100);
    expect(asks(run)).toEqual([['rate.lease', 2]]);
    grants(run, now(2));
    expect(count(run, 'assigned')).toBe(102);
    expect(asks(run)).toEqual([]);
    expect(run.state.rates.lines.size).toBe(0);
  });

  test('get them in their order, and those that come later are asked for when no permit is for later', () => {
    const run = many(102).commands(starts());
    grants(run, [...now(99), 5_000]);
    expect(kinds(run).slice(98, 101)).toEqual(['assigned', 'acquiring', 'acquiring']);
    expect(asks(run)).toEqual([]);
    run.when(fires('permit_due', 'a[99]'), 5_000);
    expect(asks(run)).toEqual([['rate.lease', 2]]);
    expect(run.log.at(-1)?.type).toBe('agent.task_assigned');
  });

  test('give back at once what comes for those that were given up meanwhile', () => {
    const run = many(3).commands(starts());
    run.commands({ type: 'task.cancel', task: 'a', item: 1, extent: 'item', by: 'ann' } as never);
    grants(run, [0, 0, 7_000]).thenSends(giveBack(block(run), [7_000]));
    expect(kinds(run)).toEqual(['assigned', 'cancelled', 'assigned']);
  });

  test('want none any more when all are given up: what comes late is given back too', () => {
    const run = many(3).commands(starts());
    const claim = block(run);
    run
      .when(cancels())
      .thenHappens(
        'workflow.cancelling',
        { type: 'task.released', claims: [{ resource: SEARCH, claim }] },
        'workflow.cancelled',
      )
      .thenSends(giveBack(claim), LEAVE as never);
    grants(run, [0, 0, 7_000], claim)
      .thenHappens()
      .thenSends(giveBack(claim, [7_000]));
  });

  test('have no use for an answer without permits', () => {
    const run = many(1).commands(starts());
    run
      .when({ type: 'resource.granted', resource: SEARCH, claim: { ...block(run), block: 99 } })
      .thenHappens()
      .thenSends();
  });

  test('keep what they have when the same answer comes again', () => {
    const run = many(3).commands(starts());
    const claim = block(run);
    grants(run, [0, 6_000, 7_000], claim);
    run.commands({ type: 'task.cancel', task: 'a', item: 2, extent: 'item', by: 'ann' } as never);
    grants(run, [0, 6_000, 7_000], claim)
      .thenHappens()
      .thenSends(giveBack(claim, [7_000]));
  });

  test('give back those whose time is to come with one message a block', () => {
    const run = many(4).commands(starts());
    grants(run, [0, 6_000, 7_000, 8_000]);
    run
      .when({ type: 'task.cancel', task: 'a', extent: 'task', by: 'ann' })
      .thenHappens('task.cancelling', 'task.released')
      .thenSends(giveBack(block(run), [8_000, 7_000, 6_000]));
  });

  test('need another one for each attempt', () => {
    const run = many(2, { retryPolicy: 'fixed' }).commands(starts());
    grants(run, [0, 0]).commands(fails('a[0]')).at(60_000);
    run.when(fires('retry_due', 'a[0]'));
    expect(asks(run)).toEqual([['rate.lease', 1]]);
    expect(run.lastMessages[0]?.command).toMatchObject({ claim: { item: 0 } });
  });

  test('ask for each rate apart', () => {
    const each = { ...needs, rate: { ...needs.rate, key: aComputed(({ index }) => `row ${String(index)}`) } };
    const run = many(2, { needs: each }).when(starts());
    expect(run.lastMessages.map(({ to }) => to)).toEqual(['rate/default/row 0', 'rate/default/row 1']);
  });
});

test('what an item waits for has a name, and a time where that is known', () => {
  const run = many(1).commands(starts());
  const item = run.state.tasks[0]?.items[0] as Item;
  expect(neededWords(item, 0)).toBe('a permit of the rate search');
  grants(run, [5_000]);
  expect(neededWords(item, 2_000)).toBe('a permit of the rate search, which comes in 3 s');
  expect(neededWords({ ...item, claims: undefined }, 0)).toBeUndefined();
});

describe('a pause', () => {
  test('gives back the permits that are not used, and they are asked for anew', () => {
    const run = given(
      aPlan({ agents: { w: 1 }, tasks: { a: { needs }, b: { needs }, c: { needs }, d: { needs } } }),
    ).commands(starts());
    const claim = block(run);
    // `a` is at work, `b` waits for the seat, `c` for its time.
    grants(run, [0, 0, 9_000]);
    run
      .when(pauses())
      .thenHappens('workflow.paused', 'workflow.checkpoint_created', {
        type: 'task.released',
        claims: [{ resource: SEARCH, claim, at: 9_000 }],
      })
      .thenSends(giveBack(claim, [9_000]))
      .thenState(({ rates, plan }) => {
        const [line] = rates.lines.values() as Iterable<RateLine>;
        const waiting = Array.from(line?.waiting ?? [], ({ task }) => plan.tasks[task]?.id);
        expect(waiting).toEqual(['b', 'c', 'd']);
      })
      .when(resumes());
    expect(asks(run)).toEqual([['rate.lease', 3]]);
  });

  test('leaves one line to those who all had a permit for later', () => {
    const run = many(3).commands(starts());
    grants(run, [7_000, 8_000, 9_000]);
    run.when(pauses()).thenState(({ rates }) => {
      const [line] = rates.lines.values() as Iterable<RateLine>;
      expect(Array.from(line?.waiting ?? [], ({ index }) => index)).toEqual([0, 1, 2]);
    });
    run.when(resumes());
    expect(asks(run)).toEqual([['rate.lease', 3]]);
  });

  test('gives back what comes while it lasts', () => {
    const run = many(2).commands(starts(), pauses());
    const claim = block(run);
    grants(run, [0, 9_000])
      .thenHappens({ type: 'task.permits_granted', claim, resource: SEARCH, permits: [] })
      .thenSends(giveBack(claim, [0, 9_000]))
      .when(resumes());
    expect(asks(run)).toEqual([['rate.lease', 2]]);
  });
});

describe('a rate that has no permits', () => {
  const denies = (run: Given, claim = block(run)): Given =>
    run.when({ type: 'resource.denied', resource: SEARCH, claim, code: 'queue_full', message: 'too many' });
  const error = { code: 'queue_full', message: 'too many', retry: 'never' } as const;

  test('fails who has waited longest, and the others ask again', () => {
    const run = many(3, { onFailure: { kind: 'continue' } }).commands(starts());
    const claim = block(run);
    denies(run).thenHappens(
      { type: 'task.permits_granted', claim, resource: SEARCH, permits: [] },
      { type: 'task.failed', task: 'a', item: 0, attempt: 1, error, handled: 'continue' },
      'task.permits_asked',
    );
    expect(asks(run)).toEqual([['rate.lease', 2]]);
  });

  test('means nothing to who does not ask any more', () => {
    const run = many(3).commands(starts());
    const claim = block(run);
    grants(run, [0, 0, 0]);
    denies(run, claim).thenHappens().thenSends();
  });
});

describe('a log of before permits came in blocks', () => {
  const begun = (): Given => given(aPlan({ tasks: { a: { needs } } })).commands(starts());
  const before = begun().log.slice(0, 5);
  const old = (notBefore?: number): Given =>
    given(aPlan({ tasks: { a: { needs } } })).events(...before, {
      type: 'task.granted',
      task: 'a',
      resource: SEARCH,
      ...(notBefore === undefined ? {} : { notBefore }),
    });

  test('is read: who has a permit waits for its time, and gives it back as it was asked for', () => {
    expect(kinds(old())).toEqual(['ready']);
    const claim = { execution: 'execution', task: 'a', activation: 1, attempt: 1 };
    old(5_000)
      .when(cancels())
      .thenHappens('workflow.cancelling', 'task.released', 'workflow.cancelled')
      .thenSends(giveBack(claim, [5_000]), LEAVE as never);
  });

  test('is read: who waits for one asks in a block', () => {
    const run = given(aPlan({ tasks: { a: { needs } } }))
      .events(...before)
      .when({ type: 'continue' });
    expect(asks(run)).toEqual([['rate.lease', 1]]);
  });
});

test('an execution that is upgraded keeps its place, and what it has asked for', () => {
  const tasks = { a: { needs }, b: { needs } };
  const agents = { w: 2 };
  const run = given(aPlan({ agents, tasks })).commands(starts());
  const claim = block(run);
  const workflow = { id: 'workflow', name: 'test', version: '2.0.0', digest: 'next' };
  run
    .knows('next', aPlan({ agents, version: '2.0.0', tasks: { first: [], ...tasks } }))
    .when({ type: 'upgrade', workflow, onRunning: 'refuse', by: 'ann' } as never);
  grants(run, [0, 6_000], claim).thenState(({ tasks }) =>
    expect(tasks.map(({ items }) => items[0]?.status.kind)).toEqual(['assigned', 'assigned', 'acquiring']),
  );
});

describe('the invariants', () => {
  const line = (run: Given): RateLine => [...run.state.rates.lines.values()][0] as RateLine;
  const found = (touch: (run: Given) => void): readonly string[] => {
    const run = many(2).commands(starts());
    touch(run);
    return violations(run.state);
  };
  const key = '10/60000 rate/default/search';

  test('hold, and see who stands wrongly in a line', () => {
    expect(found(() => undefined)).toEqual([]);
    expect(found((run) => void line(run).waiting.delete(run.state.tasks[0]?.items[0] as Item))).toEqual([
      'Y1: an item stands wrongly in a line, or in none',
    ]);
    expect(found((run) => void line(run).waiting.add({ ...(run.state.tasks[0]?.items[0] as Item) }))).toEqual(
      ['Y1: an item stands in a line, and is elsewhere'],
    );
  });

  test('see a line that miscounts, or asks wrongly', () => {
    expect(
      found((run) => {
        line(run).early = 1;
      }),
    ).toEqual([`Y1: ${key} counts 1 permits that are for later`]);
    expect(found(({ state }) => state.rates.asked.clear())).toEqual([`Y2: the block of ${key} is not known`]);
    expect(found((run) => void run.state.rates.askable.add(line(run)))).toEqual([
      `Y2: ${key} is wrongly to ask`,
    ]);
    const empty = many(0).commands(starts());
    empty.state.rates.lines.set(key, {
      need: { resource: SEARCH, limit: 10, perMs: 60_000 },
      waiting: new Set(),
      asked: { execution: 'execution', task: 'a', activation: 1, block: 9 },
      early: 0,
    });
    expect(violations(empty.state)).toEqual([
      `Y2: ${key} has asked for nobody`,
      `Y2: the block of ${key} is not known`,
      `Y2: ${key} is kept for nobody`,
    ]);
  });
});
