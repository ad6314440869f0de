import { CheckedResource } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTINUE } from '../law.ts';
import type { Claim, ResourceAnswer } from './claim.ts';
import type { ResourceCommand } from './law.ts';
import { MAX_LEASES, type RateState } from './rate.ts';

const RATE = 'rate/default/search';
const claimOf = (execution: string): Claim => ({ execution, task: 'ask', activation: 1, attempt: 1 });
const leases = (execution: string, permits = 1, limit = 2, perMs = 1_000): ResourceCommand => ({
  type: 'rate.lease',
  claim: claimOf(execution),
  permits,
  limit,
  perMs,
});
const returns = (execution: string, times?: readonly number[]): ResourceCommand => ({
  type: 'rate.return',
  claim: claimOf(execution),
  ...(times === undefined ? {} : { times }),
});

function aRate() {
  const checked = new CheckedResource(RATE);
  const tell = (command: ResourceCommand, now: number) => checked.tell(command, now);
  const times = (command: ResourceCommand, now: number): readonly number[] | undefined => {
    const [message] = tell(command, now).messages;
    const answer = message?.command as ResourceAnswer | undefined;
    return answer?.type === 'resource.granted' ? answer.notBefore : undefined;
  };
  return { checked, state: checked.state as RateState, tell, times };
}

describe('a rate', () => {
  test('gives each permit the time from which it may be used', () => {
    const { tell, times } = aRate();
    expect(tell(leases('a'), 100)).toMatchObject({
      events: [{ type: 'rate.leased', claim: claimOf('a'), times: [100], limit: 2 }],
      messages: [{ to: 'a', command: { type: 'resource.granted', resource: RATE, notBefore: [100] } }],
    });
    expect(times(leases('b'), 200)).toEqual([200]);
    expect(times(leases('c'), 300)).toEqual([1_100]);
    expect(times(leases('d'), 300)).toEqual([1_200]);
    expect(times(leases('e'), 300)).toEqual([2_100]);
  });

  test('leases permits in blocks', () => {
    const { times } = aRate();
    expect(times(leases('a', 5), 0)).toEqual([0, 0, 1_000, 1_000, 2_000]);
    expect(times(leases('b', 2), 0)).toEqual([2_000, 3_000]);
  });

  test('answers the same claim the same way again', () => {
    const { times, tell } = aRate();
    times(leases('a', 3), 0);
    expect(times(leases('a', 3), 50)).toEqual([0, 0, 1_000]);
    expect(tell(leases('a', 3), 60).events).toEqual([]);
  });

  test('gives what came back unused to who comes next', () => {
    const { tell, times } = aRate();
    times(leases('a', 6), 0);
    expect(tell(returns('a', [2_000, 2_000, 2_000, 7_000]), 500).events).toEqual([
      { type: 'rate.returned', claim: claimOf('a'), times: [2_000, 2_000] },
    ]);
    expect(times(leases('b', 3), 500)).toEqual([2_000, 2_000, 3_000]);
  });

  test('takes one permit of a block back, and each once', () => {
    const { state, tell, times } = aRate();
    times(leases('a', 4, 1), 0);
    tell(returns('a', [1_000]), 10);
    expect([...state.leases]).toEqual([{ claim: claimOf('a'), times: [0, 2_000, 3_000] }]);
    expect(tell(returns('a', [1_000]), 10).events).toEqual([]);
    expect(times(leases('b', 2, 1), 20)).toEqual([1_000, 4_000]);
  });

  test('has no use for a time that has passed', () => {
    const { tell, times } = aRate();
    times(leases('a', 4), 0);
    expect(tell(returns('a'), 1_500).events).toEqual([]);
    times(leases('b', 2), 1_500);
    tell(returns('b'), 1_600);
    expect(times(leases('c', 1), 9_000)).toEqual([9_000]);
  });

  test('does not mind what comes back twice, or was never given', () => {
    const { tell, times } = aRate();
    times(leases('a', 4), 0);
    tell(returns('a'), 500);
    expect(tell(returns('a'), 500).events).toEqual([]);
    expect(tell(returns('stranger'), 500).events).toEqual([]);
  });

  test('takes a whole lease back before its time', () => {
    const { state, tell, times } = aRate();
    times(leases('a', 2), 0);
    times(leases('b', 2), 0);
    tell(returns('b'), 10);
    expect(state.leases.size).toBe(1);
    expect(times(leases('b', 2), 20)).toEqual([1_000, 1_000]);
  });

  test('keeps to the limit of the version that asks', () => {
    const { times } = aRate();
    times(leases('a', 4, 4), 0);
    expect(times(leases('b', 1, 2), 0)).toEqual([1_000]);
    expect(times(leases('c', 1, 8), 0)).toEqual([1_000]);
  });

  test('promises so much and no more', () => {
    const { state, tell } = aRate();
    for (let n = 0; n < MAX_LEASES; n++)
      state.leases.push(`w${n}/ask#1~1`, { claim: claimOf(`w${n}`), times: [5_000] });
    expect(tell(leases('late'), 0)).toMatchObject({
      events: [],
      messages: [{ command: { code: 'queue_full', message: '10000 wait for their turn in search already' } }],
    });
    const old = aRate();
    for (let n = 0; n < MAX_LEASES; n++)
      old.state.leases.push(`w${n}/ask#1~1`, { claim: claimOf(`w${n}`), times: [5] });
    expect(old.times(leases('a'), 10)).toEqual([10]);
  });

  test('remembers what blocks somebody, and nothing else', () => {
    const { state, checked, times } = aRate();
    for (let n = 0; n < 50; n++) times(leases(`r${n}`, 1, 3), n * 10);
    expect(state.times.length).toBeLessThanOrEqual(6);
    expect(state.leases.size).toBeLessThan(50);
    expect(checked.tell(CONTINUE, 0).events).toEqual([]);
  });
});

test('in no window of the time are more permits than the limit, whoever asks and gives back', () => {
  const who = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const move = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('lease' as const),
        who,
        permits: fc.integer({ min: 1, max: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('return' as const), who, ahead: fc.nat(300) }) },
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.tuple(move, fc.nat(60)), { maxLength: 40 }),
      (limit, moves) => {
        const { state, tell } = aRate();
        let now = 0;
        const given = new Map<string, readonly number[]>();
        const gone: number[] = [];
        for (const [at, pause] of moves) {
          now += pause;
          if (at.kind === 'lease') {
            // An attempt that is over and comes back is another claim.
            const old = state.leases.get(`${at.who}/ask#1~1`) === undefined ? given.get(at.who) : undefined;
            if (old !== undefined) gone.push(...old);
            const [event] = tell(leases(at.who, at.permits, limit, 100), now).events;
            if (event?.type === 'rate.leased') {
              given.set(at.who, event.times);
              expect(event.times).toHaveLength(at.permits);
              expect(Math.min(...event.times)).toBeGreaterThanOrEqual(now);
            }
          } else {
            const own = given.get(at.who)?.filter((time, n) => time >= now + at.ahead && n % 2 === 0);
            const [event] = tell(returns(at.who, own ?? []), now).events;
            if (event?.type === 'rate.returned') {
              const left = [...(given.get(at.who) as readonly number[])];
              for (const time of event.times) left.splice(left.indexOf(time), 1);
              given.set(at.who, left);
            }
          }
          const all = [...gone, ...[...given.values()].flat()].toSorted((a, b) => a - b);
          for (const [n, time] of all.entries()) {
            const first = all[n - limit];
            if (first !== undefined) expect(time - first).toBeGreaterThanOrEqual(100);
          }
        }
      },
    ),
  );
});
