import { CheckedResource, starts } from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { StartCommand } from '../execution/commands.ts';
import type { AdmissionState } from './admission.ts';
import { type Claim, claimKey } from './claim.ts';
import { giveBack } from './give-back.ts';
import { isResource, nameOf, prefixOf, resourceWords, scheduleOf, sharedOf, tenantIn } from './ids.ts';
import {
  isCommandOf,
  newResource,
  type ResourceCommand,
  type ResourceEvent,
  resourceLaw,
  resourceWeight,
} from './law.ts';
import { encodeResource, restoreResource } from './snapshot.ts';

const CLAIM: Claim = { execution: 'run', task: 'pay', activation: 1 };

describe('the id of a resource', () => {
  test('says its kind, whose it is and its name', () => {
    const id = sharedOf('lock', 'default', 'stock/eu');
    expect(id).toBe('lock/default/stock/eu');
    expect([prefixOf(id), nameOf(id)]).toEqual(['lock', 'stock/eu']);
    expect(scheduleOf('w1')).toBe('schedule/w1');
    expect(resourceWords(id)).toBe('the lock stock/eu');
    for (const tenant of ['default', 'a/b%2F', ''])
      expect(tenantIn(sharedOf('rate', tenant, 'flow/task'))).toBe(tenant);
    expect(tenantIn(scheduleOf('w1'))).toBeUndefined();
    expect(resourceWords(sharedOf('rate', 'default', 'search'))).toBe('a permit of the rate search');
  });

  test('is told from that of an execution by its slash', () => {
    expect(isResource('lock/default/stock')).toBe(true);
    expect(isResource('0190a000-0000-7000-8000-000000000001')).toBe(false);
  });

  test('of no kind is refused, and nothing can be told to it', () => {
    expect(() => newResource('well/deep')).toThrow(
      expect.objectContaining({
        code: 'invariant_broken',
        message: 'there is no kind of resource for well/deep',
      }),
    );
    expect(isCommandOf('well/deep', 'semaphore.acquire')).toBe(false);
  });

  test('says what it can be told', () => {
    expect(isCommandOf('lock/default/stock', 'semaphore.acquire')).toBe(true);
    expect(isCommandOf('lock/default/stock', 'continue')).toBe(true);
    expect(isCommandOf('lock/default/stock', 'rate.lease')).toBe(false);
    expect(isCommandOf('rate/default/api', 'rate.lease')).toBe(true);
  });
});

describe('a claim', () => {
  test('is an activation of an item, or one attempt of it', () => {
    expect(claimKey(CLAIM)).toBe('run/pay#1');
    expect(claimKey({ ...CLAIM, item: 2, activation: 3, attempt: 4 })).toBe('run/pay[2]#3~4');
  });

  test('is given back to each kind in its own words', () => {
    expect(
      ['lock', 'quota', 'rate', 'breaker', 'correlation'].map(
        (kind) => giveBack(`${kind}/default/x`, CLAIM).command.type,
      ),
    ).toEqual([
      'semaphore.release',
      'semaphore.release',
      'rate.return',
      'breaker.release',
      'correlation.release',
    ]);
    expect(giveBack('lock/default/x', CLAIM)).toEqual({
      to: 'lock/default/x',
      command: { type: 'semaphore.release', claim: CLAIM },
    });
  });
});

describe('what no kind has a rule for', () => {
  const ids = ['lock/t/x', 'breaker/t/x', 'correlation/t/x', 'schedule/w', 'pool/executions'];

  test.each(ids)('is refused by %s, whatever wrote it', (id) => {
    const state = newResource(id);
    const command = { type: 'fly' } as unknown as ResourceCommand;
    expect(() => resourceLaw.decide(state, command, 0)).toThrow('there is no rule for this command: fly');
  });

  test.each([...ids, 'admission/w'])('is not written down by %s', (id) => {
    const event = { type: 'flew' } as unknown as ResourceEvent;
    expect(() => resourceLaw.evolve(newResource(id), event, 0)).toThrow(
      'there is no rule for this event: flew',
    );
  });

  test('is a calendar that nobody gave: nothing ever comes due', () => {
    const schedule = new CheckedResource('schedule/w');
    const recurrence = { cron: '0 * * * *', timeZone: 'UTC' };
    const plan = {
      recurrence,
      catchUp: 'all',
      overlap: 'skip',
      limit: 1,
      start: starts() as StartCommand,
    } as const;
    schedule.tell({ type: 'schedule.set', plan }, 0);
    expect(schedule.wakesAt).toBeUndefined();
  });
});

describe('a snapshot of a resource', () => {
  const start = starts() as StartCommand;

  test('of before there was a line is read', () => {
    const old = {
      format: 1,
      sequence: 3,
      lastAt: 20,
      holders: [
        ['run-2', 5],
        ['run-1', 20],
      ],
    };
    const state = restoreResource('admission/w', old) as AdmissionState;
    expect(encodeResource(state)).toEqual(old);
    expect([...state.holders.keys()]).toEqual(['run-2', 'run-1']);
  });

  test('weighs as much as the resource has parts', () => {
    const lock = new CheckedResource('lock/default/stock');
    const weigh = () => resourceWeight(lock.state);
    expect(weigh()).toBe(0);
    lock.tell({ type: 'semaphore.acquire', claim: CLAIM, count: 1, capacity: 1 }, 0);
    lock.tell({ type: 'semaphore.acquire', claim: { ...CLAIM, activation: 2 }, count: 1, capacity: 1 }, 0);
    expect(weigh()).toBe(2);
    const admission = new CheckedResource('admission/w');
    admission.tell({ type: 'admission.request', execution: 'a', limit: 1, start }, 0);
    expect(resourceWeight(admission.state)).toBe(1);
    const ids = ['rate/t/x', 'breaker/t/x', 'correlation/t/x', 'schedule/w', 'pool/executions'];
    expect(ids.map((id) => resourceWeight(newResource(id)))).toEqual([0, 1, 1, 1, 0]);
  });

  test('of another format is refused', () => {
    expect(() => restoreResource('admission/w', { format: 2 })).toThrow(
      expect.objectContaining({
        code: 'snapshot_corrupt',
        message: 'a snapshot of admission/w has the format 2',
      }),
    );
  });
});
