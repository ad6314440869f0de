/** R1: a key of a tenant belongs to the request that came with it first, until it is forgotten. */
import type { RequestAnswer, RequestClaim } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { NOW, newId, onStore, type StoreOpener } from './fixtures.ts';

const claim = (changes: Partial<RequestClaim> = {}): RequestClaim => ({
  tenant: 'default',
  key: 'order-1',
  digest: 'd'.repeat(64),
  id: newId(),
  at: NOW,
  ...changes,
});
const ANSWER: RequestAnswer = { status: 202, headers: { location: '/größe' }, body: '{"is":"grün"}' };

export function requestSuite(open: StoreOpener): void {
  describe('R1 request', () => {
    it(
      'has the id it was claimed with first, whoever comes with its key, over any store of the same data',
      onStore(open, async ({ store, reopen }) => {
        const first = claim();
        expect(await store.requests.claim(first)).toEqual({ kind: 'new', id: first.id });
        expect(await store.requests.claim(claim())).toEqual({ kind: 'again', id: first.id });
        const again = await reopen();
        expect(await again.requests.claim(claim({ at: NOW + 1 }))).toEqual({ kind: 'again', id: first.id });
        await again.close();
      }),
    );

    it(
      'is one, of many that come at the same moment',
      onStore(open, async ({ store, reopen }) => {
        const other = await reopen();
        const claims = Array.from({ length: 20 }, () => claim());
        const claimed = await Promise.all(
          claims.map((one, n) => (n % 2 === 0 ? store : other).requests.claim(one)),
        );
        expect(claimed.filter(({ kind }) => kind === 'new')).toHaveLength(1);
        expect(new Set(claimed.map((one) => (one.kind === 'other' ? '' : one.id))).size).toBe(1);
        await other.close();
      }),
    );

    it(
      'is another one with other contents, and its own for each tenant and key',
      onStore(open, async ({ store }) => {
        await store.requests.claim(claim());
        expect(await store.requests.claim(claim({ digest: 'e'.repeat(64) }))).toEqual({ kind: 'other' });
        for (const changes of [{ tenant: 'acme' }, { key: 'order-2' }, { tenant: 'default"', key: '","' }])
          expect((await store.requests.claim(claim(changes))).kind).toBe('new');
      }),
    );

    it(
      'is answered as it was answered first',
      onStore(open, async ({ store, reopen }) => {
        const first = claim();
        await store.requests.claim(first);
        await store.requests.settle(first.id, ANSWER);
        await store.requests.settle(first.id, { ...ANSWER, status: 500 });
        const again = await reopen();
        const answered = { kind: 'again', id: first.id, answer: ANSWER };
        expect(await again.requests.claim(claim())).toEqual(answered);
        await again.close();
      }),
    );

    it(
      'is forgotten by its age, the oldest first and no more than asked for, answered or not',
      onStore(open, async ({ store }) => {
        const claims = [3, 1, 2, 4].map((n) => claim({ key: `order-${n}`, at: NOW + n }));
        for (const one of claims) await store.requests.claim(one);
        await store.requests.settle(claims[1]?.id as string, ANSWER);
        expect(await store.requests.prune(NOW + 1, 9)).toBe(0);
        expect(await store.requests.prune(NOW + 4, 2)).toBe(2);
        const kinds = async (): Promise<readonly string[]> =>
          Promise.all(claims.map(async (one) => (await store.requests.claim(one)).kind));
        expect(await kinds()).toEqual(['again', 'new', 'new', 'again']);
        expect(await store.requests.prune(NOW + 9, 9)).toBe(4);
        expect(await store.requests.prune(NOW + 9, 9)).toBe(0);
      }),
    );

    it(
      'that is released without an answer leaves its key to whoever comes next, and one that was answered keeps it',
      onStore(open, async ({ store, reopen }) => {
        const [first, other] = [claim(), claim({ digest: 'e'.repeat(64) })];
        await store.requests.claim(first);
        await store.requests.release(newId());
        await store.requests.release(first.id);
        await store.requests.settle(first.id, ANSWER);
        expect(await store.requests.claim(other)).toEqual({ kind: 'new', id: other.id });
        await store.requests.settle(other.id, ANSWER);
        await store.requests.release(other.id);
        const again = await reopen();
        expect((await again.requests.claim(claim())).kind).toBe('other');
        await again.close();
      }),
    );

    it(
      'that was forgotten and comes anew has nothing of the answer to the one before',
      onStore(open, async ({ store }) => {
        const [old, anew] = [claim(), claim({ at: NOW + 9 })];
        await store.requests.claim(old);
        await store.requests.prune(NOW + 1, 9);
        expect(await store.requests.claim(anew)).toEqual({ kind: 'new', id: anew.id });
        await store.requests.settle(old.id, ANSWER);
        expect(await store.requests.claim(claim())).toEqual({ kind: 'again', id: anew.id });
      }),
    );
  });
}
