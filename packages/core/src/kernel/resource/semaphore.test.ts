import { CheckedResource } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../law.ts';
import { type Claim, claimKey } from './claim.ts';
import type { ResourceCommand } from './law.ts';
import { FIRST_CHECK_MS, LONGEST_CHECK_MS, MAX_CLAIMS_WAITING, type SemaphoreState } from './semaphore.ts';

const LOCK = 'lock/default/stock';
const CHECK: ResourceCommand = { type: 'timer', timer: { kind: 'holder_check' } };
const claimOf = (execution: string, item?: number): Claim => ({
  execution,
  task: 'pay',
  ...(item === undefined ? {} : { item }),
  activation: 1,
});
const acquires = (execution: string, count = 1, capacity = 1): ResourceCommand => ({
  type: 'semaphore.acquire',
  claim: claimOf(execution),
  count,
  capacity,
});
const releases = (execution: string): ResourceCommand => ({
  type: 'semaphore.release',
  claim: claimOf(execution),
});
const grantTo = (execution: string): Message => ({
  to: execution,
  command: { type: 'resource.granted', resource: LOCK, claim: claimOf(execution) },
});

function lock(...asking: readonly string[]) {
  const checked = new CheckedResource(LOCK);
  for (const execution of asking) checked.tell(acquires(execution), 0);
  const state = checked.state as SemaphoreState;
  const tell = (command: ResourceCommand, now = 100) => checked.tell(command, now);
  return { checked, state, tell, holders: () => [...state.holders.keys()] };
}

describe('a lock', () => {
  test('is granted to the first who asks', () => {
    const { state, tell } = lock();
    expect(tell(acquires('a'))).toMatchObject({
      events: [{ type: 'semaphore.granted', claim: claimOf('a'), count: 1 }],
      messages: [grantTo('a')],
      effects: [],
    });
    expect(state.holders.get('a/pay#1')).toEqual({ claim: claimOf('a'), count: 1, since: 100 });
  });

  test('is refused to whoever waits for it in a circle, and to nobody else', () => {
    const { tell, holders } = lock('a', 'b', 'c');
    const breaks = (execution: string, ...held: readonly string[]): ResourceCommand => ({
      type: 'semaphore.break',
      claim: claimOf(execution),
      holders: held,
      explanation: 'a circle',
    });
    // It was somebody else's when the circle was seen.
    for (const others of [['c/pay#1'], []]) expect(tell(breaks('b', ...others)).events).toEqual([]);
    expect(tell(breaks('b', 'a/pay#1'))).toMatchObject({
      events: [{ type: 'semaphore.withdrawn', claim: claimOf('b') }],
      messages: [{ to: 'b', command: { type: 'resource.denied', code: 'deadlocked', message: 'a circle' } }],
    });
    // It has left, and the other one has it meanwhile.
    for (const execution of ['b', 'a']) expect(tell(breaks(execution, 'a/pay#1')).events).toEqual([]);
    expect(holders()).toEqual(['a/pay#1']);
  });

  test('is looked after soon by whoever joins the line late', () => {
    const { state, tell } = lock('a', 'b');
    for (const at of [30_000, 90_000, 210_000]) tell(CHECK, at);
    expect(state.check?.at).toBe(450_000);
    tell(acquires('c'), 220_000);
    expect(state.check).toEqual({ at: 220_000 + FIRST_CHECK_MS, round: 0 });
    tell(acquires('d'), 221_000);
    expect(state.check?.at).toBe(250_000);
  });

  test('is looked after soon when somebody has left the line: it may have been in one circle of several', () => {
    const { state, tell } = lock('a', 'b', 'c');
    for (const at of [30_000, 90_000, 210_000]) tell(CHECK, at);
    tell(releases('c'), 210_001);
    expect(state.check).toEqual({ at: 210_001 + FIRST_CHECK_MS, round: 0 });
    tell(releases('b'), 220_000);
    expect(state.check).toBeUndefined();
  });

  test('has the others wait and goes to them in their order', () => {
    const { tell } = lock('a', 'b', 'c');
    expect(tell(releases('a'))).toMatchObject({
      events: [{ type: 'semaphore.released' }, { type: 'semaphore.granted', claim: claimOf('b') }],
      messages: [grantTo('b')],
    });
    expect(tell(releases('b')).messages).toEqual([grantTo('c')]);
    expect(tell(releases('c')).messages).toEqual([]);
  });

  test('is left by who does not want to wait any longer', () => {
    const { tell } = lock('a', 'b', 'c');
    expect(tell(releases('b')).events).toEqual([{ type: 'semaphore.withdrawn', claim: claimOf('b') }]);
    expect(tell(releases('a')).messages).toEqual([grantTo('c')]);
  });

  test('answers the same claim the same way again', () => {
    const { state, tell } = lock('a', 'b');
    expect(tell(acquires('a'))).toMatchObject({ events: [], messages: [grantTo('a')] });
    expect(tell(acquires('b'))).toMatchObject({ events: [], messages: [] });
    expect([state.holders.size, state.waiting.size]).toEqual([1, 1]);
  });

  test('does not mind a release of what it does not know, nor a second one', () => {
    const { tell } = lock('a');
    expect(tell(releases('stranger')).events).toEqual([]);
    tell(releases('a'));
    expect(tell(releases('a')).events).toEqual([]);
  });

  test('tells who comes when too many wait', () => {
    const { state, tell } = lock('a');
    for (let n = 0; n < MAX_CLAIMS_WAITING; n++) {
      state.waiting.push(`w${n}`, { claim: claimOf(`w${n}`), count: 1, capacity: 1, since: 0 });
    }
    const { events, messages } = tell(acquires('late'));
    expect(events).toEqual([]);
    expect(messages).toMatchObject([
      {
        to: 'late',
        command: { type: 'resource.denied', code: 'queue_full', message: '10000 wait for stock already' },
      },
    ]);
  });
});

describe('a quota', () => {
  test('is shared by as many as it has room for', () => {
    const { tell, holders } = lock();
    tell(acquires('a', 2, 4));
    tell(acquires('b', 2, 4));
    expect(tell(acquires('c', 1, 4)).events).toMatchObject([{ type: 'semaphore.queued' }]);
    expect(holders()).toEqual(['a/pay#1', 'b/pay#1']);
  });

  test('lets nobody overtake who asks for more', () => {
    const { tell, holders } = lock();
    tell(acquires('a', 3, 4));
    tell(acquires('b', 2, 4));
    expect(tell(acquires('c', 1, 4)).messages).toEqual([]);
    tell(releases('a'));
    expect(holders()).toEqual(['b/pay#1', 'c/pay#1']);
  });

  test('denies what it could never give', () => {
    const { tell } = lock();
    expect(tell(acquires('a', 5, 4))).toMatchObject({
      events: [],
      messages: [
        {
          command: {
            type: 'resource.denied',
            code: 'quota_too_small',
            message: '5 of stock are asked for at once, and there are 4',
          },
        },
      ],
    });
  });

  test('keeps to the capacity of the version that asks, raised or lowered', () => {
    const { tell, holders } = lock();
    for (const one of ['a', 'b']) tell(acquires(one, 1, 2));
    expect(tell(acquires('newer', 1, 3)).messages).toHaveLength(1);
    expect(tell(acquires('lower', 1, 1)).messages).toEqual([]);
    for (const one of ['a', 'b']) tell(releases(one));
    expect(holders()).toEqual(['newer/pay#1']);
    tell(releases('newer'));
    expect(holders()).toEqual(['lower/pay#1']);
  });
});

describe('a holder that has ended without giving back', () => {
  test('is looked up when somebody has waited for a while, and later and later', () => {
    const { checked, tell } = lock('a', 'b');
    expect(checked.wakesAt).toBe(FIRST_CHECK_MS);
    expect(tell(CHECK, FIRST_CHECK_MS - 1).events).toEqual([]);
    expect(tell(CHECK, FIRST_CHECK_MS).effects).toMatchObject([
      { kind: 'ask_holder', holder: 'a' },
      { kind: 'arm' },
    ]);
    expect(checked.wakesAt).toBe(3 * FIRST_CHECK_MS);
    for (let n = 0; n < 12; n++) tell(CHECK, checked.wakesAt);
    const now = checked.wakesAt as number;
    tell(CHECK, now);
    expect(checked.wakesAt).toBe(now + LONGEST_CHECK_MS);
  });

  test('is not asked for when it came just now', () => {
    const { checked, tell } = lock('a', 'b', 'c');
    tell(releases('a'), FIRST_CHECK_MS - 1);
    expect(tell(CHECK, FIRST_CHECK_MS).effects).toEqual([
      { kind: 'arm', timer: { kind: 'holder_check' }, at: 2 * FIRST_CHECK_MS },
    ]);
    expect(checked.wakesAt).toBe(2 * FIRST_CHECK_MS);
  });

  test('loses everything it holds and waits for', () => {
    const { tell, holders } = lock('a', 'b');
    tell({ type: 'semaphore.acquire', claim: claimOf('a', 1), count: 1, capacity: 1 });
    const { events, messages } = tell({ type: 'holder.gone', execution: 'a' });
    expect(events.map(({ type }) => type)).toEqual([
      'semaphore.withdrawn',
      'semaphore.released',
      'semaphore.granted',
    ]);
    expect(messages).toEqual([grantTo('b')]);
    expect(holders()).toEqual(['b/pay#1']);
    expect(tell({ type: 'holder.gone', execution: 'a' }).events).toEqual([]);
  });

  test("is nobody's concern when nobody waits any more", () => {
    const { checked, tell } = lock('a', 'b');
    expect(tell(releases('b')).effects).toEqual([{ kind: 'disarm', timer: { kind: 'holder_check' } }]);
    expect(checked.wakesAt).toBeUndefined();
    expect(tell(CHECK, 1e9).events).toEqual([]);
  });
});

test('whatever is asked, it is granted in order and never beyond the capacity', () => {
  const who = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const some = fc.integer({ min: 1, max: 4 });
  const move = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('acquire' as const), who, count: some, capacity: some }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('release' as const), who }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('gone' as const), who }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('check' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 50 }), (moves) => {
      const { checked, state, tell, holders } = lock();
      let held: { readonly key: string; readonly count: number }[] = [];
      let line: { readonly key: string; readonly count: number; readonly capacity: number }[] = [];
      const used = () => held.reduce((sum, { count }) => sum + count, 0);
      moves.forEach((at, n) => {
        const now = n * 10_000;
        if (at.kind === 'check') tell(CHECK, now);
        else {
          const key = claimKey(claimOf(at.who));
          if (at.kind === 'acquire') {
            tell(acquires(at.who, at.count, at.capacity), now);
            const isKnown = [...held, ...line].some((one) => one.key === key);
            if (!isKnown && at.count <= at.capacity)
              line.push({ key, count: at.count, capacity: at.capacity });
          } else {
            tell(at.kind === 'release' ? releases(at.who) : { type: 'holder.gone', execution: at.who }, now);
            held = held.filter((one) => one.key !== key);
            line = line.filter((one) => one.key !== key);
          }
        }
        for (let head = line[0]; head !== undefined && used() + head.count <= head.capacity; head = line[0]) {
          held.push(head);
          line = line.slice(1);
        }
        expect(holders()).toEqual(held.map(({ key }) => key));
        expect([...state.waiting].map(({ claim }) => claimKey(claim))).toEqual(line.map(({ key }) => key));
        expect(state.used).toBe(used());
        expect(checked.wakesAt === undefined).toBe(line.length === 0);
      });
    }),
  );
});
