/** S6: of its snapshots an entity keeps the newest of each occasion, and none goes before a newer one is durable. */
import { SNAPSHOTS_KEPT, type SnapshotOccasion, type Store } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { newId, onStore, type StoreOpener, snapshot, storeError, Writer } from './fixtures.ts';

export function boundSuite(open: StoreOpener): void {
  const kept = async (store: Store, entity: string): Promise<readonly number[]> =>
    (await store.log.snapshots(entity)).map(({ sequence }) => sequence);
  const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);

  describe('S6 bound', () => {
    it.each<SnapshotOccasion>(['routine', 'asked'])(
      'keeps the newest snapshots of an entity that are %s, and only as many as are kept',
      async (occasion) => {
        await onStore(open, async ({ store }) => {
          const writer = await Writer.claim(store);
          const entity = newId();
          const most = SNAPSHOTS_KEPT[occasion];
          for (const n of upTo(most + 3)) {
            await writer.commit({ snapshots: [snapshot(entity, n, { occasion })] });
            expect((await store.log.snapshot(entity))?.sequence).toBe(n);
          }
          expect(await kept(store, entity)).toEqual(upTo(most + 3).slice(3));
        })();
      },
    );

    it(
      'counts each occasion and each entity for itself',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const [one, other] = [newId(), newId()];
        await writer.commit({
          snapshots: [
            snapshot(one, 1, { occasion: 'asked' }),
            snapshot(one, 2, { occasion: 'routine' }),
            snapshot(one, 3, { occasion: 'routine' }),
            snapshot(one, 4, { occasion: 'asked' }),
            snapshot(other, 1, { occasion: 'routine' }),
          ],
        });
        expect(await kept(store, one)).toEqual([1, 3, 4]);
        expect(await kept(store, other)).toEqual([1]);
        expect((await store.log.snapshot(one))?.occasion).toBe('asked');
      }),
    );

    it(
      'keeps the newer one where an older one is written late',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        for (const n of [7, 5])
          await writer.commit({ snapshots: [snapshot(entity, n, { occasion: 'routine' })] });
        expect(await kept(store, entity)).toEqual([7]);
      }),
    );

    it(
      'removes nothing in a commit that is refused',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        await writer.commit({ snapshots: [snapshot(entity, 1, { occasion: 'routine' })] });
        const stranger = snapshot(newId(), 1);
        const commit = writer.complete({ snapshots: [snapshot(entity, 2, { occasion: 'routine' })] });
        await expect(
          store.log.commit({ ...commit, snapshots: [...commit.snapshots, stranger] }),
        ).rejects.toMatchObject(storeError('store_data_refused'));
        expect(await kept(store, entity)).toEqual([1]);
      }),
    );
  });
}
