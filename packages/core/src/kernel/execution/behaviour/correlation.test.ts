/** Signals that come under a correlation key. */
import { aComputed, aPlan, aSchema, cancels, fires, type Given, given, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../json.ts';
import type { SignalDefinition, WaitFor } from '../../../plan/definition.ts';
import type { Claim, ResourceAnswer } from '../../resource/claim.ts';
import { why } from '../look/why/why.ts';

const KEY = 'correlation/default/order-17';
const claim: Claim = { execution: 'execution', task: 'a', activation: 1 };
const paid = { kind: 'signal', signal: 'paid' } as const satisfies WaitFor;
const needs = { locks: [], quotas: [], key: aComputed<Json>(() => 'order-17') };

const waiting = (wait: WaitFor = paid, signal: Partial<SignalDefinition> = {}): Given =>
  given(
    aPlan({
      signals: [
        { name: 'paid', isBuffered: true, ...signal },
        { name: 'other', isBuffered: true },
      ],
      tasks: { a: { wait, needs } },
    }),
  ).commands(starts());
const granted: ResourceAnswer = { type: 'resource.granted', resource: KEY, claim };
const delivers = (data: Json = 5, more: { name?: string; delivery?: string; resource?: string } = {}) =>
  ({
    type: 'resource.delivered',
    resource: KEY,
    claim,
    delivery: 'd1',
    name: 'paid',
    data,
    ...more,
  }) as const;

describe('a wait under a key', () => {
  test('claims the key first, and gives it back when it is over', () => {
    waiting()
      .thenSends({ to: KEY, command: { type: 'correlation.claim', claim } })
      .thenState((state) =>
        expect(why(state, 0)[0]?.sentence).toBe('It waits: a waits for the key order-17.'),
      )
      .when(granted)
      .thenHappens(
        { type: 'task.granted', task: 'a', resource: KEY },
        { type: 'task.waiting', task: 'a', attempt: 1, on: { kind: 'signal', signal: 'paid', key: KEY } },
      )
      .when(delivers())
      .thenHappens(
        { type: 'signal.received', signal: 'paid', id: 'd1', data: 5, by: 'order-17' },
        { type: 'signal.consumed', task: 'a', attempt: 1, signal: 'paid', id: 'd1' },
        { type: 'task.completed', task: 'a', attempt: 1, output: 5 },
        'task.released',
        'workflow.completed',
      )
      .thenSends(
        { to: KEY, command: { type: 'correlation.release', claim } },
        { to: 'admission/workflow', command: { type: 'admission.release', execution: 'execution' } },
      )
      .when(delivers())
      .thenHappens()
      .when(delivers(6, { delivery: 'd2' }))
      .thenRejected('already_ended');
  });

  test('tells under which key to send', () => {
    waiting()
      .commands(granted)
      .thenState((state) =>
        expect(why(state, 0)[0]?.sentence).toBe(
          'It waits: a waits for the signal paid under the key order-17; cantata signal --key order-17 paid sends it.',
        ),
      );
  });

  test('fails where somebody else waits under it', () => {
    waiting()
      .when({ type: 'resource.denied', resource: KEY, claim, code: 'key_taken', message: 'taken' })
      .thenHappens(
        {
          type: 'task.failed',
          task: 'a',
          attempt: 1,
          error: { code: 'key_taken', message: 'taken', retry: 'never' },
        },
        'workflow.failing',
        'task.released',
        'workflow.failed',
      );
  });

  test('fails where the key is no text', () => {
    const broken = { ...needs, key: aComputed<Json>(() => ['order']) };
    given(
      aPlan({ signals: [{ name: 'paid', isBuffered: true }], tasks: { a: { wait: paid, needs: broken } } }),
    )
      .commands(starts())
      .thenState(({ status }) => expect(status).toMatchObject({ error: { code: 'resource_invalid' } }));
  });

  test('refuses what is not for it', () => {
    const large = aComputed<boolean>(({ event }) => (event as number) > 10);
    waiting({ ...paid, when: large })
      .when(delivers())
      .thenRejected('signal_unheard')
      .commands(granted)
      .when(delivers(5))
      .thenRejected('signal_unheard', 'nothing waits for the signal paid under the key order-17')
      .when(delivers(50, { name: 'other' }))
      .thenRejected('signal_unheard')
      .when(delivers(50, { name: 'strange' }))
      .thenRejected('signal_unheard')
      .when(delivers(50, { resource: 'correlation/default/order-18' }))
      .thenRejected('signal_unheard')
      .commands(delivers(50))
      .thenIs('completed');
    waiting(paid, { schema: aSchema((data) => data === 1, 'should be 1') })
      .commands(granted)
      .when(delivers(2))
      .thenRejected('signal_unheard', /it does not fit its schema: should be 1/);
  });

  test('gives the key back when it waits in vain, and when the execution ends', () => {
    waiting({ ...paid, patience: { timeoutMs: 5, otherwise: { output: 0 } } })
      .commands(granted)
      .when(fires('wait_due', 'a'), 5)
      .thenHappens('task.timed_out', 'task.completed', 'task.released', 'workflow.completed');
    waiting()
      .commands(granted)
      .when(cancels())
      .thenHappens('workflow.cancelling', 'task.released', 'workflow.cancelled');
  });
});
