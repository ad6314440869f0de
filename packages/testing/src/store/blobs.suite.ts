/** S8: a blob comes with a commit, is kept once however many hold it, and is found by its digest. */
import { describe, expect, it } from 'vitest';
import { blob, newId, onStore, type StoreOpener, storeError, strangerTo, Writer } from './fixtures.ts';

export function blobSuite(open: StoreOpener): void {
  describe('S8 blob', () => {
    it(
      'is found by its digest, however large it is, by any store over the same data',
      onStore(open, async ({ store, reopen }) => {
        const writer = await Writer.claim(store);
        const [small, large] = [blob(newId(), 'small'), blob(newId(), 'große Wörter '.repeat(100_000))];
        await writer.commit({ blobs: [small, large] });
        const again = await reopen();
        const found = await again.blobs.read([large.digest, small.digest, 'sha256:nobody', small.digest]);
        expect(new Map(found.map(({ digest, data }) => [digest, data]))).toEqual(
          new Map([small, large].map(({ digest, data }) => [digest, data])),
        );
        expect(found).toHaveLength(2);
        expect(await again.blobs.read([])).toEqual([]);
        await again.close();
      }),
    );

    it(
      'is kept once, and every entity that wrote it holds it',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const one = newId();
        const other = strangerTo(one);
        await writer.commit({ blobs: [blob(one, 'shared'), blob(one, 'own'), blob(one, 'shared')] });
        await writer.commit({ blobs: [blob(other, 'shared')] });
        expect(await store.blobs.read(['sha256:shared'])).toEqual([
          { digest: 'sha256:shared', data: '"shared"' },
        ]);
        expect((await store.blobs.heldBy(one)).toSorted()).toEqual(['sha256:own', 'sha256:shared']);
        expect(await store.blobs.heldBy(other)).toEqual(['sha256:shared']);
        expect(await store.blobs.heldBy(newId())).toEqual([]);
      }),
    );

    it(
      'that is there already is held without being written again',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const [origin, fork] = [newId(), newId()];
        await writer.commit({ blobs: [blob(origin, 'old')] });
        await writer.commit({
          blobs: [
            { entity: fork, digest: 'sha256:old', data: null },
            blob(fork, 'new'),
            { entity: origin, digest: 'sha256:new', data: null },
          ],
        });
        for (const entity of [origin, fork])
          expect((await store.blobs.heldBy(entity)).toSorted()).toEqual(['sha256:new', 'sha256:old']);
      }),
    );

    it(
      'that is not there cannot be held, and nothing else of the commit happens',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const nowhere = { entity, digest: 'sha256:nowhere', data: null };
        await expect(writer.commit({ blobs: [blob(entity, 'first'), nowhere] })).rejects.toMatchObject(
          storeError('store_data_refused'),
        );
        expect(await store.blobs.read(['sha256:first', 'sha256:nowhere'])).toEqual([]);
        expect(await store.blobs.heldBy(entity)).toEqual([]);
      }),
    );
  });
}
