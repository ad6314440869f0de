/** The tool itself, tried here because it needs a store to stand before. */
import type { CantataError } from '@cantata/core';
import { FaultyStore, VirtualClock } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from './memory/memory-store.ts';

const owner = { id: 'o', host: 'h', pid: 1 };

function faulty(): { store: FaultyStore; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { clock, store: new FaultyStore(createMemoryStore(), clock) };
}

describe('a store that fails on demand', () => {
  it('refuses the calls it is told to, and no other', async () => {
    const { store } = faulty();
    store.refuse('executions.get', 'store_busy', { after: 1, times: 2, when: (id) => id === 'x' });
    const outcomes = [];
    for (const id of ['x', 'y', 'x', 'y', 'x', 'x']) {
      outcomes.push(
        await store.executions.get(id).then(
          () => 'done',
          (error: unknown) => (error as CantataError).code,
        ),
      );
    }
    expect(outcomes).toEqual(['done', 'done', 'store_busy', 'done', 'store_busy', 'done']);
    expect(store.calls.get('executions.get')).toBe(6);
  });

  it('does a thing and says the contrary, does it late, or something else, or says nothing', async () => {
    const { store, clock } = faulty();
    store.loseAnswer('leases.claim');
    await expect(store.leases.claim(owner, clock.now(), 1_000)).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect(await store.leases.holders()).toHaveLength(1);
    store.delay('leases.holders', 500);
    const before = clock.now();
    await clock.of(store.leases.holders());
    expect(clock.now() - before).toBe(500);
    store.alter('leases.holders', () => ['altered']);
    expect(await store.leases.holders()).toEqual(['altered']);
    store.swallow('leases.renew');
    let answered = false;
    void store.leases.renew('o', clock.now(), 1_000).then(() => (answered = true));
    store.refuse('leases.release', new Error('slowly'), { lateMs: 700 });
    const refused = store.leases
      .release('o')
      .catch((error: unknown) => `${(error as Error).message} at ${clock.now() - before - 500}`);
    await clock.advance(1_000);
    expect([answered, await refused]).toEqual([false, 'slowly at 700']);
  });

  it('does nothing any more for a process that was killed, and forgets faults when it heals', async () => {
    const { store, clock } = faulty();
    store.refuse('leases.holders', 'store_full', { times: 100 });
    store.heal();
    expect(await store.leases.holders()).toEqual([]);
    store.delay('leases.claim', 100);
    void store.leases.claim(owner, clock.now(), 1_000);
    const { inbox } = store;
    store.kill();
    let answered = false;
    void inbox.read('all', 1).then(() => (answered = true));
    await clock.advance(1_000);
    expect(answered).toBe(false);
  });

  it('gives the shards to another owner', async () => {
    const { store, clock } = faulty();
    const [mine] = await store.leases.claim(owner, clock.now(), 60_000);
    await store.fence({ ...owner, id: 'other' });
    const epochs = [{ shard: mine?.shard ?? 0, epoch: mine?.epoch ?? 0 }];
    const nothing = {
      events: [],
      messages: [],
      consumed: [],
      outcomes: [],
      executions: [],
      snapshots: [],
      wakeups: [],
      woken: [],
      blobs: [],
    };
    await expect(store.log.commit({ epochs, ...nothing })).rejects.toMatchObject({ code: 'store_fenced' });
    expect([store.asked.length, store.commits.length, store.mostCommitsAtOnce]).toEqual([1, 0, 1]);
  });
});
