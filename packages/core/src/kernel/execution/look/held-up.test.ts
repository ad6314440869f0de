import {
  aComputed,
  aPlan,
  cancels,
  childAt,
  type Given,
  given,
  pauses,
  resolves,
  starts,
  type TaskSketch,
} from '@cantata/testing';
import { describe, expect, test } from 'vitest';
import type { Needs } from '../../../plan/definition.ts';
import type { Claim } from '../../resource/claim.ts';
import { allHeldUp, heldUpBy } from './held-up.ts';

const STOCK = 'lock/default/stock';
const LOCK: Needs = { locks: [aComputed(() => 'stock')], quotas: [] };
const GPUS: Needs = { locks: [], quotas: [{ name: aComputed(() => 'gpus'), limit: 1, count: 1 }] };
const RATE: Needs = {
  locks: [],
  quotas: [],
  rate: { limit: 1, perMs: 1_000, key: aComputed(() => 'search') },
};
const claimOf = (task: string, activation = 1): Claim => ({ execution: 'execution', task, activation });
const run = (tasks: Record<string, TaskSketch | readonly string[]>): Given =>
  given(aPlan({ agents: { w: 2 }, tasks })).commands(starts());

describe('what an item is held up by', () => {
  test('is the lock or the quota that it asks for', () => {
    const { state } = run({ a: { needs: LOCK }, b: { needs: GPUS } });
    expect(heldUpBy(state, claimOf('a'))).toEqual({ resource: STOCK, since: 0 });
    expect(heldUpBy(state, claimOf('b'))).toEqual({ resource: 'quota/default/gpus', since: 0 });
  });

  test('is its child, once that has asked to be admitted', () => {
    const begun = run({ a: { workflow: 'research', needs: LOCK } });
    begun.commands({ type: 'resource.granted', resource: STOCK, claim: claimOf('a') });
    expect(heldUpBy(begun.state, claimOf('a'))).toBeUndefined();
    const { state } = begun.commands(resolves('a'));
    const { execution } = childAt(state, 'a');
    expect(heldUpBy(state, claimOf('a'))).toEqual({ execution, admission: 'admission/inner' });
  });

  test('is nobody where it is at work, waits for a permit, is another round of it, or is not there', () => {
    const { state } = run({ a: [], b: { needs: RATE }, c: { needs: LOCK } });
    expect(heldUpBy(state, claimOf('a'))).toBeUndefined();
    expect(heldUpBy(state, claimOf('b'))).toBeUndefined();
    expect(heldUpBy(state, claimOf('c', 2))).toBeUndefined();
    expect(heldUpBy(state, claimOf('x'))).toBeUndefined();
  });

  test('is nobody where the execution is paused, or ends', () => {
    const tasks = { a: { needs: LOCK }, b: [] };
    for (const stop of [pauses(), cancels()])
      expect(heldUpBy(run(tasks).commands(stop).state, claimOf('a'))).toBeUndefined();
  });
});

describe('an execution that does nothing but wait for what others have', () => {
  test('names all for which it does', () => {
    const { state } = run({ a: { needs: LOCK }, b: { workflow: 'research' } }).commands(resolves('b'));
    expect(allHeldUp(state)).toEqual([claimOf('a'), claimOf('b')]);
  });

  test.each<[string, TaskSketch | readonly string[]]>([
    ['an agent is at work', []],
    ['it waits for somebody outside', { wait: { kind: 'signal', signal: 'go' } }],
  ])('is none where %s', (_, other) => {
    expect(allHeldUp(run({ a: { needs: LOCK }, b: other }).state)).toBeUndefined();
  });

  test('is none while it is paused', () => {
    expect(allHeldUp(run({ a: { needs: LOCK } }).commands(pauses()).state)).toBeUndefined();
  });
});
