/** S6: of its snapshots an entity keeps the newest of each occasion, and none goes before a newer one is durable. */
import { SNAPSHOTS_KEPT, type SnapshotOccasion, type SnapshotSegment, type Store } from '@cantata/core';
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
      'reads the newest one, or the newest one of before',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        for (const n of upTo(4)) await writer.commit({ snapshots: [snapshot(entity, n * 10)] });
        const before = async (sequence?: number): Promise<number | undefined> =>
          (await store.log.snapshot(entity, sequence))?.sequence;
        expect([await before(), await before(40), await before(39), await before(10)]).toEqual([
          40,
          30,
          30,
          undefined,
        ]);
      }),
    );

    it(
      'keeps a segment as long as a snapshot that has it, and writes it once',
      onStore(open, async ({ store, reopen }) => {
        const writer = await Writer.claim(store);
        const [one, other] = [newId(), newId()];
        const put = (sequence: number, occasion: SnapshotOccasion, segments: readonly SnapshotSegment[]) =>
          writer.commit({ snapshots: [snapshot(one, sequence, { occasion, segments })] });
        const segment = (digest: string): SnapshotSegment => ({ digest, data: `segment ${digest}` });
        const [a, b, c] = [segment('a'), segment('b'), segment('c')];
        const named = ({ digest }: SnapshotSegment): SnapshotSegment => ({ digest, data: null });
        await put(1, 'asked', [a, b]);
        await put(2, 'routine', [named(a), c]);
        await writer.commit({ snapshots: [snapshot(other, 1, { segments: [b] })] });
        const again = await reopen();
        expect((await again.log.snapshot(one))?.segments).toEqual([a, c]);
        expect((await again.log.snapshot(one, 2))?.segments).toEqual([a, b]);
        await again.close();
        // The routine one gives way, and with it the segment that nobody else has.
        await put(3, 'routine', [named(b), named(a)]);
        expect((await store.log.snapshot(one))?.segments).toEqual([b, a]);
        await expect(put(4, 'routine', [named(c)])).rejects.toMatchObject(storeError('store_data_refused'));
        expect((await store.log.snapshot(one))?.sequence).toBe(3);
        await put(3, 'routine', [c]);
        expect((await store.log.snapshot(one))?.segments).toEqual([c]);
        expect((await store.log.snapshot(one, 3))?.segments).toEqual([a, b]);
        expect((await store.log.snapshot(other))?.segments).toEqual([b]);
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
