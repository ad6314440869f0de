import { CheckedResource } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTINUE } from '../law.ts';
import type { Claim } from './claim.ts';
import { type CorrelationState, MAX_KEPT, REMEMBERED } from './correlation.ts';
import type { ResourceCommand } from './law.ts';

const KEY = 'correlation/default/order-7';
const claimOf = (execution: string): Claim => ({ execution, task: 'paid', activation: 1 });
const claims = (execution: string): ResourceCommand => ({
  type: 'correlation.claim',
  claim: claimOf(execution),
});
const releases = (execution: string): ResourceCommand => ({
  type: 'correlation.release',
  claim: claimOf(execution),
});
const delivers = (delivery: string, keepMs?: number): ResourceCommand => ({
  type: 'correlation.deliver',
  delivery,
  name: 'payment',
  data: { amount: 3 },
  ...(keepMs === undefined ? {} : { keepMs }),
});
const handOver = (execution: string, delivery: string) => ({
  to: execution,
  command: {
    type: 'resource.delivered',
    resource: KEY,
    claim: claimOf(execution),
    delivery,
    name: 'payment',
    data: { amount: 3 },
  },
});

function aKey(...commands: readonly ResourceCommand[]) {
  const checked = new CheckedResource(KEY);
  for (const command of commands) checked.tell(command, 0);
  const tell = (command: ResourceCommand, now = 100) => checked.tell(command, now);
  return { checked, state: checked.state as CorrelationState, tell };
}

describe('a correlation key', () => {
  test('leads what comes to whoever waits for it', () => {
    const { tell } = aKey();
    expect(tell(claims('a')).messages).toEqual([
      { to: 'a', command: { type: 'resource.granted', resource: KEY, claim: claimOf('a') } },
    ]);
    expect(tell(delivers('d1'))).toMatchObject({
      events: [{ type: 'correlation.delivered', claim: claimOf('a'), delivery: 'd1' }],
      messages: [handOver('a', 'd1')],
    });
  });

  test('delivers nothing twice, however often it is sent', () => {
    const { tell } = aKey(claims('a'), delivers('d1'));
    expect(tell(delivers('d1'))).toMatchObject({ events: [], messages: [] });
    expect(tell(delivers('d2')).messages).toHaveLength(1);
  });

  test('refuses what nobody waits for, and says who did', () => {
    const { tell } = aKey();
    expect(tell(delivers('d1')).rejection).toEqual({
      kind: 'rejected',
      code: 'nobody_waits',
      message: 'nobody waits for the key order-7',
    });
    tell(claims('a'));
    tell(releases('a'), 200);
    expect(tell(delivers('d1'), 300).rejection).toEqual({
      kind: 'rejected',
      code: 'nobody_waits',
      message: 'execution a does not wait for the key order-7 any more',
      detail: { execution: 'a', until: 200 },
    });
  });

  test('keeps what came early for who claims it in time, once', () => {
    const { tell } = aKey(delivers('d1', 1_000), delivers('d2', 50), delivers('d1', 1_000));
    expect(tell(claims('a'), 500)).toMatchObject({
      events: [{ type: 'correlation.claimed' }, { type: 'correlation.delivered', delivery: 'd1' }],
      messages: [{ command: { type: 'resource.granted' } }, handOver('a', 'd1')],
    });
    tell(releases('a'), 600);
    expect(tell(claims('b'), 700).messages).toHaveLength(1);
    expect(tell(delivers('d1'), 700).events).toEqual([]);
  });

  test('has room again when the time of any is over, also behind one that is kept for longer', () => {
    const short = Array.from({ length: MAX_KEPT - 1 }, (_, n) => delivers(`d${n}`, 50));
    const { tell } = aKey(delivers('long', 1_000), ...short);
    expect(tell(delivers('early', 1_000), 49).rejection).toMatchObject({ code: 'queue_full' });
    expect(tell(delivers('late', 1_000), 50)).toMatchObject({ events: [{ type: 'correlation.kept' }] });
  });

  test('keeps so much and no more, and forgets what is over', () => {
    const { tell } = aKey(...Array.from({ length: MAX_KEPT }, (_, n) => delivers(`d${n}`, 1_000)));
    expect(tell(delivers('late', 1_000)).rejection).toMatchObject({
      code: 'queue_full',
      message: '100 deliveries are kept for the key order-7 already',
    });
    const { events } = tell(delivers('d0', 1_000), 1_000);
    expect(events).toMatchObject([{ type: 'correlation.kept', until: 2_000 }]);
    expect(tell(claims('a'), 1_500).messages).toHaveLength(2);
  });

  test('belongs to one at a time, and the other is told', () => {
    const { tell } = aKey(claims('a'));
    expect(tell(claims('a'))).toMatchObject({ events: [], messages: [{ to: 'a' }] });
    expect(tell(claims('b'))).toMatchObject({
      events: [{ type: 'correlation.contested' }],
      messages: [
        {
          to: 'b',
          command: {
            type: 'resource.denied',
            code: 'key_taken',
            message: 'execution a waits for the key order-7 already',
          },
        },
      ],
      effects: [{ kind: 'ask_holder', holder: 'a' }],
    });
    tell(releases('b'));
    expect(tell(delivers('d1')).messages).toEqual([handOver('a', 'd1')]);
  });

  test('is free when its holder has ended without a word', () => {
    const { tell } = aKey(claims('a'));
    expect(tell({ type: 'holder.gone', execution: 'b' }).events).toEqual([]);
    expect(tell({ type: 'holder.gone', execution: 'a' }).events).toMatchObject([
      { type: 'correlation.released' },
    ]);
    expect(tell({ type: 'holder.gone', execution: 'a' }).events).toEqual([]);
    expect(tell(claims('b')).messages).toMatchObject([{ to: 'b' }]);
  });

  test('remembers the last deliveries, not all', () => {
    const all = Array.from({ length: REMEMBERED + 1 }, (_, n) => delivers(`d${n}`));
    const { checked, state, tell } = aKey(claims('a'), ...all);
    expect(state.seen.size).toBe(REMEMBERED);
    expect(tell(delivers(`d${REMEMBERED}`)).events).toEqual([]);
    expect(checked.tell(CONTINUE, 100).events).toEqual([]);
  });
});

test('whatever is claimed and sent, each delivery reaches one holder at most, and only the one of that time', () => {
  const who = fc.constantFrom('a', 'b', 'c');
  const move = fc.oneof(
    fc.record({ kind: fc.constant('claim' as const), who }),
    fc.record({ kind: fc.constant('release' as const), who }),
    fc.record({
      kind: fc.constant('deliver' as const),
      id: fc.constantFrom('1', '2', '3', '4'),
      keep: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 50 }), (moves) => {
      const { tell } = aKey();
      let holder: string | undefined;
      const kept = new Map<string, number>();
      const delivered = new Set<string>();
      moves.forEach((at, now) => {
        const command =
          at.kind === 'claim'
            ? claims(at.who)
            : at.kind === 'release'
              ? releases(at.who)
              : delivers(at.id, at.keep);
        const handed = tell(command, now).messages.flatMap(({ to, command: answer }) =>
          answer.type === 'resource.delivered' ? [[to, answer.delivery]] : [],
        );
        const expected: string[][] = [];
        if (at.kind === 'release') holder = holder === at.who ? undefined : holder;
        else if (at.kind === 'claim') {
          if (holder === undefined) {
            for (const [id, until] of kept) {
              if (now >= until) continue;
              expected.push([at.who, id]);
              kept.delete(id);
            }
          }
          holder ??= at.who;
        } else if (!delivered.has(at.id) && !((kept.get(at.id) ?? 0) > now)) {
          if (holder !== undefined) expected.push([holder, at.id]);
          else if (at.keep !== undefined) {
            kept.delete(at.id);
            kept.set(at.id, now + at.keep);
          }
        }
        for (const [, id] of expected) delivered.add(id as string);
        expect(handed).toEqual(expected);
      });
    }),
  );
});
