/** S7: an entity has at most one wake-up; commits alone write and remove it, and the next one is found by its time. */
import { type Store, shardOf, type WakeupRow } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import {
  execution,
  NOW,
  newId,
  onStore,
  type StoreOpener,
  storeError,
  strangerTo,
  Writer,
  wakeup,
} from './fixtures.ts';

async function page(
  store: Store,
  limit: number,
  shards: readonly number[] | 'all' = 'all',
): Promise<readonly WakeupRow[]> {
  const rows: WakeupRow[] = [];
  for (;;) {
    const last = rows.at(-1);
    const after = last === undefined ? undefined : { at: last.at as number, entity: last.entity };
    const next = await store.wakeups.next(shards, limit, after);
    rows.push(...next);
    if (next.length < limit) return rows;
  }
}

export function wakeupSuite(open: StoreOpener): void {
  describe('S7 wake-up', () => {
    it(
      'is found by time, the earliest first, page by page and whole, however many have the same time',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const rows = Array.from({ length: 60 }, (_, n) => wakeup(newId(), NOW + ((n * 7) % 5)));
        await writer.commit({ wakeups: rows });
        const all = await store.wakeups.next('all', 100);
        expect(all.map(({ at }) => at)).toEqual(rows.map(({ at }) => at as number).toSorted((a, b) => a - b));
        expect(new Set(all)).toEqual(new Set(rows));
        for (const limit of [1, 7, 60]) expect(await page(store, limit)).toEqual(all);
      }),
    );

    it(
      'is found by its shard',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const other = strangerTo(entity);
        await writer.commit({ wakeups: [wakeup(other, NOW), wakeup(entity, NOW + 1)] });
        expect(await page(store, 1, [shardOf(entity)])).toEqual([wakeup(entity, NOW + 1)]);
        expect(await page(store, 9, [shardOf(entity), shardOf(other)])).toHaveLength(2);
        expect(await page(store, 9, [])).toEqual([]);
      }),
    );

    it(
      'without a time is found by its entity alone',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const [timed, patient] = [newId(), newId()];
        await writer.commit({ wakeups: [wakeup(timed, NOW), wakeup(patient, null)] });
        expect(await store.wakeups.next('all', 10)).toEqual([wakeup(timed, NOW)]);
        expect(new Set(await store.wakeups.of([timed, newId(), patient]))).toEqual(
          new Set([wakeup(timed, NOW), wakeup(patient, null)]),
        );
      }),
    );

    it(
      'is replaced by a newer one: earlier, later, or without a time',
      onStore(open, async ({ store, reopen }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        for (const at of [NOW + 5, NOW + 1, NOW + 9, null]) {
          await writer.commit({ wakeups: [wakeup(entity, at)] });
          expect(await store.wakeups.of([entity])).toEqual([wakeup(entity, at)]);
          expect(await store.wakeups.next('all', 10)).toEqual(at === null ? [] : [wakeup(entity, at)]);
        }
        const again = await reopen();
        expect(await again.wakeups.of([entity])).toEqual([wakeup(entity, null)]);
        await again.close();
      }),
    );

    it(
      'is removed with the commit that says so, and none needs to be there',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const [entity, other] = [newId(), newId()];
        await writer.commit({ wakeups: [wakeup(entity, NOW), wakeup(other, NOW + 1)] });
        await writer.commit({ woken: [entity, newId()], events: writer.events(entity, 1) });
        expect(await store.wakeups.next('all', 10)).toEqual([wakeup(other, NOW + 1)]);
        expect(await store.wakeups.of([entity])).toEqual([]);
      }),
    );

    it(
      'of an entity that wakes and falls asleep in one commit is the new one',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        await writer.commit({ wakeups: [wakeup(entity, NOW)] });
        await writer.commit({ woken: [entity], wakeups: [wakeup(entity, NOW + 7)] });
        expect(await store.wakeups.of([entity])).toEqual([wakeup(entity, NOW + 7)]);
      }),
    );

    it(
      'behind one that is gone meanwhile is the next one',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const [first, second] = [newId(), newId()];
        await writer.commit({ wakeups: [wakeup(first, NOW), wakeup(second, NOW + 1)] });
        await writer.commit({ woken: [first] });
        expect(await store.wakeups.next('all', 10, { at: NOW, entity: first })).toEqual([
          wakeup(second, NOW + 1),
        ]);
      }),
    );

    it(
      'is refused for a shard that is not its entity’s, with the whole commit',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const wrong = { ...wakeup(entity, NOW), shard: shardOf(strangerTo(entity)) };
        await expect(
          writer.commit({ wakeups: [wrong], executions: [execution(entity)] }),
        ).rejects.toMatchObject(storeError('store_data_refused'));
        expect(await store.wakeups.of([entity])).toEqual([]);
        expect(await store.executions.get(entity)).toBeUndefined();
      }),
    );
  });
}
