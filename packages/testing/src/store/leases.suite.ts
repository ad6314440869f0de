/** S5: one live owner a shard; an epoch grows with every change of owner and never repeats. */
import { SHARD_COUNT, type ShardClaim, shardOf } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import {
  LEASE_MS,
  NOW,
  newId,
  onStore,
  owner,
  type StoreOpener,
  storeError,
  strangerTo,
  Writer,
} from './fixtures.ts';

const A = owner('engine-a');
const B = owner('engine-b');

function epochs(claims: readonly ShardClaim[]): readonly number[] {
  return [...new Set(claims.map(({ epoch }) => epoch))];
}

export function leaseSuite(open: StoreOpener): void {
  describe('S5 lease', () => {
    it(
      'gives all shards of a new store to the first who asks, under epoch 1',
      onStore(open, async ({ store }) => {
        const claims = await store.leases.claim(A, NOW, LEASE_MS);
        expect(claims.map(({ shard }) => shard)).toEqual(Array.from({ length: SHARD_COUNT }, (_, n) => n));
        expect(epochs(claims)).toEqual([1]);
        expect(claims.every(({ position }) => position === 0)).toBe(true);
      }),
    );

    it(
      'gives nothing to a second owner while the first lives',
      onStore(open, async ({ store }) => {
        await store.leases.claim(A, NOW, LEASE_MS);
        expect(await store.leases.claim(B, NOW + LEASE_MS - 1, LEASE_MS)).toEqual([]);
        expect(await store.leases.holders()).toEqual([
          { owner: A, expiresAt: NOW + LEASE_MS, shards: SHARD_COUNT },
        ]);
        expect(await store.leases.renew(B.id, NOW, LEASE_MS)).toBe(false);
      }),
    );

    it(
      'gives an expired lease to the next, under a higher epoch, and tells the first by its renewal',
      onStore(open, async ({ store }) => {
        await store.leases.claim(A, NOW, LEASE_MS);
        const taken = await store.leases.claim(B, NOW + LEASE_MS, LEASE_MS);
        expect(taken).toHaveLength(SHARD_COUNT);
        expect(epochs(taken)).toEqual([2]);
        expect(await store.leases.renew(A.id, NOW + LEASE_MS, LEASE_MS)).toBe(false);
        expect(await store.leases.renew(B.id, NOW + LEASE_MS, LEASE_MS)).toBe(true);
        expect(await store.leases.holders()).toEqual([
          { owner: B, expiresAt: NOW + 2 * LEASE_MS, shards: SHARD_COUNT },
        ]);
      }),
    );

    it(
      'prolongs by renewal',
      onStore(open, async ({ store }) => {
        await store.leases.claim(A, NOW, LEASE_MS);
        expect(await store.leases.renew(A.id, NOW + 9_000, LEASE_MS)).toBe(true);
        expect(await store.leases.claim(B, NOW + LEASE_MS + 8_999, LEASE_MS)).toEqual([]);
        expect(await store.leases.claim(B, NOW + LEASE_MS + 9_000, LEASE_MS)).toHaveLength(SHARD_COUNT);
      }),
    );

    it(
      'lets an owner renew a lease that ran out but was not taken: the fence decides, not the clock',
      onStore(open, async ({ store }) => {
        await store.leases.claim(A, NOW, LEASE_MS);
        expect(await store.leases.renew(A.id, NOW + 5 * LEASE_MS, LEASE_MS)).toBe(true);
        expect(await store.leases.claim(B, NOW + 5 * LEASE_MS, LEASE_MS)).toEqual([]);
      }),
    );

    it(
      'keeps the epoch when an owner claims again, live or expired',
      onStore(open, async ({ store }) => {
        await store.leases.claim(A, NOW, LEASE_MS);
        expect(epochs(await store.leases.claim(A, NOW + 1, LEASE_MS))).toEqual([1]);
        expect(epochs(await store.leases.claim(A, NOW + 3 * LEASE_MS, LEASE_MS))).toEqual([1]);
        expect(await store.leases.claim(B, NOW + 3 * LEASE_MS + 1, LEASE_MS)).toEqual([]);
      }),
    );

    it(
      'takes the shards of owners known to be dead at once, and of no others',
      onStore(open, async ({ store }) => {
        await store.leases.claim(A, NOW, LEASE_MS);
        expect(await store.leases.claim(B, NOW, LEASE_MS, ['somebody', 'else'])).toEqual([]);
        const taken = await store.leases.claim(B, NOW, LEASE_MS, ['somebody', A.id]);
        expect(taken).toHaveLength(SHARD_COUNT);
        expect(epochs(taken)).toEqual([2]);
      }),
    );

    it(
      'does not take its own shards from an owner that names itself dead',
      onStore(open, async ({ store }) => {
        await store.leases.claim(A, NOW, LEASE_MS);
        expect(epochs(await store.leases.claim(A, NOW, LEASE_MS, [A.id]))).toEqual([1]);
      }),
    );

    it(
      'frees the shards of who releases them, keeps their epochs, and raises them for the next',
      onStore(open, async ({ store }) => {
        const entity = newId();
        const writer = await Writer.claim(store, A.id);
        await store.leases.release(A.id);
        expect(await store.leases.holders()).toEqual([]);
        expect(await store.leases.renew(A.id, NOW, LEASE_MS)).toBe(false);
        // Released is not taken: what was under way may still be written.
        await writer.commit({ events: writer.events(entity, 1) });
        expect(epochs(await store.leases.claim(A, NOW, LEASE_MS))).toEqual([2]);
        await expect(writer.commit({ events: writer.events(entity, 1) })).rejects.toMatchObject(
          storeError('store_fenced'),
        );
        await store.leases.release('nobody');
        expect(await store.leases.holders()).toHaveLength(1);
      }),
    );

    it(
      'never gives an epoch twice, whoever comes and goes',
      onStore(open, async ({ store }) => {
        const given: number[] = [];
        for (let round = 0; round < 6; round++) {
          const next = round % 2 === 0 ? A : B;
          given.push(...epochs(await store.leases.claim(next, NOW + round * LEASE_MS, LEASE_MS)));
          if (round % 3 === 2) await store.leases.release(next.id);
        }
        expect(given).toEqual([1, 2, 3, 4, 5, 6]);
      }),
    );

    it(
      'tells who takes over where each log ends',
      onStore(open, async ({ store }) => {
        const first = newId();
        const second = strangerTo(first);
        const writer = await Writer.claim(store, A.id);
        await writer.commit({ events: [...writer.events(first, 3), ...writer.events(second, 70)] });
        const claims = await store.leases.claim(B, NOW + LEASE_MS, LEASE_MS);
        const position = (entity: string): number | undefined => claims[shardOf(entity)]?.position;
        expect(position(first)).toBe(3);
        expect(position(second)).toBe(70);
        expect(claims.filter(({ position: last }) => last > 0)).toHaveLength(2);
      }),
    );
  });
}
