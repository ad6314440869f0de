import { CheckedResource } from '@cantata/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BreakerState, MAX_PROBES_WAITING } from './breaker.ts';
import type { Claim } from './claim.ts';
import type { ResourceCommand } from './law.ts';

const BREAKER = 'breaker/default/search_agent';
const DUE: ResourceCommand = { type: 'timer', timer: { kind: 'breaker_due' } };
const claimOf = (execution: string): Claim => ({ execution, task: 'ask', activation: 1, attempt: 1 });
const reports = (...outcomes: readonly boolean[]): ResourceCommand => ({
  type: 'breaker.report',
  outcomes,
  threshold: 3,
  openMs: 1_000,
});
const asks = (execution: string): ResourceCommand => ({ type: 'breaker.ask', claim: claimOf(execution) });
const ends = (execution: string, succeeded?: boolean): ResourceCommand => ({
  type: 'breaker.release',
  claim: claimOf(execution),
  ...(succeeded === undefined ? {} : { succeeded }),
});
const grantOf = (execution: string, isProbe?: true) => ({
  to: execution,
  command: {
    type: 'resource.granted',
    resource: BREAKER,
    claim: claimOf(execution),
    ...(isProbe === undefined ? {} : { isProbe }),
  },
});

function aBreaker(...commands: readonly ResourceCommand[]) {
  const checked = new CheckedResource(BREAKER);
  for (const command of commands) checked.tell(command, 0);
  const state = checked.state as BreakerState;
  const tell = (command: ResourceCommand, now = 100) => checked.tell(command, now);
  return { checked, state, tell };
}
const OPENED = reports(false, false, false);

describe('a circuit breaker', () => {
  test('lets everybody through while it is closed, and needs to write nothing for it', () => {
    expect(aBreaker().tell(asks('a'))).toMatchObject({ events: [], messages: [grantOf('a')], effects: [] });
  });

  test('opens after so many failures in a row', () => {
    const { tell, checked } = aBreaker(reports(false, false));
    expect(tell(reports(false)).events).toEqual([
      { type: 'agent.circuit_opened', failures: 3, openMs: 1_000 },
    ]);
    tell(asks('a'));
    expect(checked.wakesAt).toBe(1_100);
  });

  test('begins to count anew with every success', () => {
    const { state, tell } = aBreaker(reports(false, false));
    expect(tell(reports(true, false)).events).toEqual([{ type: 'breaker.failures_counted', failures: 1 }]);
    expect(tell(reports(true, true)).events).toEqual([{ type: 'breaker.failures_counted', failures: 0 }]);
    expect(tell(reports(true)).events).toEqual([]);
    expect(state.status).toEqual({ kind: 'closed', failures: 0 });
  });

  test('opens within a batch, whatever comes behind', () => {
    expect(aBreaker().tell(reports(false, false, false, true)).events).toMatchObject([
      { type: 'agent.circuit_opened', failures: 3 },
    ]);
  });

  test('keeps everybody waiting while it is open, and counts no late outcomes', () => {
    const { tell } = aBreaker(OPENED);
    expect(tell(asks('a'))).toMatchObject({ events: [{ type: 'breaker.queued' }], messages: [] });
    expect(tell(asks('a')).events).toEqual([]);
    expect(tell(reports(true)).events).toEqual([]);
    expect(tell(DUE, 999).events).toEqual([]);
  });

  test('lets one of them try when its time is over', () => {
    const { tell, checked } = aBreaker(OPENED, asks('a'), asks('b'));
    expect(tell(DUE, 1_000)).toMatchObject({
      events: [{ type: 'agent.circuit_half_opened', claim: claimOf('a') }],
      messages: [grantOf('a', true)],
    });
    expect(checked.wakesAt).toBe(2_000);
    expect(tell(asks('a'), 1_001)).toMatchObject({ events: [], messages: [grantOf('a', true)] });
    expect(tell(asks('c'), 1_001).messages).toEqual([]);
  });

  test('lets who comes later try at once, if nobody waited', () => {
    const { tell } = aBreaker(OPENED);
    expect(tell(DUE, 1_000).events).toEqual([]);
    expect(tell(asks('a'), 5_000).messages).toEqual([grantOf('a', true)]);
  });

  test('closes when the probe succeeds, and lets all through in their order', () => {
    const { tell, checked } = aBreaker(OPENED, asks('a'), asks('b'), asks('c'));
    tell(DUE, 1_000);
    expect(tell(ends('a', true), 1_100)).toMatchObject({
      events: [
        { type: 'agent.circuit_closed' },
        { type: 'breaker.let_through' },
        { type: 'breaker.let_through' },
      ],
      messages: [grantOf('b'), grantOf('c')],
    });
    expect(checked.wakesAt).toBeUndefined();
  });

  test('opens again for as long when the probe fails', () => {
    const { tell, checked } = aBreaker(OPENED, asks('a'), asks('b'));
    tell(DUE, 1_000);
    expect(tell(ends('a', false), 1_100).events).toEqual([
      { type: 'agent.circuit_opened', failures: 1, openMs: 1_000 },
    ]);
    expect(checked.wakesAt).toBe(2_100);
    expect(tell(DUE, 2_100).messages).toEqual([grantOf('b', true)]);
  });

  test('lets the next one try when nothing came of the probe', () => {
    const { tell } = aBreaker(OPENED, asks('a'), asks('b'), asks('c'));
    tell(DUE, 1_000);
    expect(tell(ends('a'), 1_100).events).toMatchObject([
      { type: 'breaker.probe_given_up', claim: claimOf('a') },
      { type: 'agent.circuit_half_opened', claim: claimOf('b') },
    ]);
    expect(tell(DUE, 2_099).events).toEqual([]);
    expect(tell(DUE, 2_100).messages).toEqual([grantOf('c', true)]);
    expect(tell(ends('c'), 2_200).events).toHaveLength(1);
  });

  test('is left by who does not want to wait, and hears nothing from strangers', () => {
    const { tell } = aBreaker(OPENED, asks('a'), asks('b'));
    expect(tell(ends('a')).events).toEqual([{ type: 'breaker.withdrawn', claim: claimOf('a') }]);
    expect(tell(ends('stranger', true)).events).toEqual([]);
    tell(DUE, 1_000);
    expect(tell(ends('stranger', true), 1_001).events).toEqual([]);
  });

  test('tells who comes when too many wait', () => {
    const { state, tell } = aBreaker(OPENED, asks('a'));
    for (let n = 1; n < MAX_PROBES_WAITING; n++)
      state.waiting.push(`w${n}`, { claim: claimOf(`w${n}`), since: 0 });
    expect(tell(asks('late'))).toMatchObject({
      events: [],
      messages: [
        {
          command: {
            code: 'queue_full',
            message: '10000 wait for agents of the type search_agent to recover already',
          },
        },
      ],
    });
  });
});

test('never are two probes under way, and everybody who waits is let through in the end', () => {
  const who = fc.constantFrom('a', 'b', 'c', 'd');
  const move = fc.oneof(
    fc.record({ kind: fc.constant('report' as const), outcomes: fc.array(fc.boolean(), { maxLength: 4 }) }),
    fc.record({ kind: fc.constant('ask' as const), who }),
    fc.record({
      kind: fc.constant('end' as const),
      who,
      succeeded: fc.option(fc.boolean(), { nil: undefined }),
    }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 50 }), (moves) => {
      const { checked, state, tell } = aBreaker();
      let now = 0;
      const waiting = new Set<string>();
      const probing = new Set<string>();
      const told = (step: ReturnType<typeof tell>): void => {
        for (const event of step.events) if (event.type === 'breaker.probe_given_up') probing.clear();
        for (const { to, command } of step.messages) {
          waiting.delete(to);
          if (command.type === 'resource.granted' && command.isProbe === true) probing.add(to);
        }
      };
      for (const at of moves) {
        if (at.kind === 'wait') now += at.ms;
        else if (at.kind === 'report') told(tell(reports(...at.outcomes), now));
        else if (at.kind === 'ask') {
          waiting.add(at.who);
          told(tell(asks(at.who), now));
        } else {
          waiting.delete(at.who);
          if (state.status.kind === 'half_open') probing.delete(at.who);
          told(tell(ends(at.who, at.succeeded), now));
        }
        while (checked.wakesAt !== undefined && checked.wakesAt <= now) told(tell(DUE, now));
        expect(probing.size).toBeLessThanOrEqual(1);
        expect(probing.size === 1).toBe(state.status.kind === 'half_open');
        expect(new Set([...state.waiting].map(({ claim }) => claim.execution))).toEqual(waiting);
      }
      // Whoever tries succeeds from now on.
      for (let n = 0; n < 20; n++) {
        now += 2_000;
        told(tell(DUE, now));
        for (const probe of [...probing]) {
          probing.delete(probe);
          told(tell(ends(probe, true), now));
        }
      }
      expect(waiting.size).toBe(0);
    }),
  );
});
