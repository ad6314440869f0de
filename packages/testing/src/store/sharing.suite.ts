/** Several stores over the same data, as several processes on one file: all read and post, the owner alone appends. */
import { type EventRow, type Store, shardOf } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import {
  execution,
  LEASE_MS,
  message,
  NOW,
  newId,
  onStore,
  type StoreOpener,
  storeError,
  Writer,
  workflow,
} from './fixtures.ts';

export function sharingSuite(open: StoreOpener): void {
  describe('two stores over the same data', () => {
    const onBoth = (test: (first: Store, second: Store) => Promise<void>): (() => Promise<void>) =>
      onStore(open, async ({ store, reopen }) => {
        const second = await reopen();
        try {
          await test(store, second);
        } finally {
          await second.close();
        }
      });

    it(
      'see each other’s commits at once',
      onBoth(async (first, second) => {
        const writer = await Writer.claim(first);
        const entity = newId();
        for (let n = 1; n <= 3; n++) {
          await writer.commit({
            events: writer.events(entity, 1),
            executions: [execution(entity, { sequence: n })],
          });
          expect(await second.log.readEntity(entity, 0, 10)).toHaveLength(n);
          expect((await second.executions.get(entity))?.sequence).toBe(n);
        }
        const put = await first.workflows.put(workflow());
        expect(await second.workflows.put(workflow())).toEqual(put);
      }),
    );

    it(
      'post to one inbox, where an id is known to both',
      onBoth(async (first, second) => {
        const writer = await Writer.claim(first);
        const row = message(newId());
        await second.inbox.post([row]);
        await first.inbox.post([row]);
        expect(await first.inbox.read('all', 10)).toEqual([row]);
        await writer.commit({ consumed: [row.id] }, [row.entity]);
        await second.inbox.post([row]);
        expect(await second.inbox.read('all', 10)).toEqual([]);
      }),
    );

    it(
      'are fenced against each other: the one that was overtaken writes nothing more',
      onBoth(async (first, second) => {
        const entity = newId();
        const old = await Writer.claim(first, 'old');
        await old.commit({ events: old.events(entity, 2) });
        const next = await Writer.claim(second, 'next', NOW + LEASE_MS);
        await expect(old.commit({ events: old.events(entity, 1) })).rejects.toMatchObject(
          storeError('store_fenced'),
        );
        expect(await first.leases.renew('old', NOW, LEASE_MS)).toBe(false);
        const [event] = next.events(entity, 1, { sequence: 3 });
        await next.commit({ events: event === undefined ? [] : [event] });
        expect(await first.log.readShard(shardOf(entity), 0, 10)).toHaveLength(3);
      }),
    );

    it(
      'go on where the other one ended, when shards go back and forth',
      onBoth(async (first, second) => {
        const entity = newId();
        const all: EventRow[] = [];
        for (let turn = 0; turn < 4; turn++) {
          const store = turn % 2 === 0 ? first : second;
          const writer = await Writer.claim(store, `owner-${turn}`, NOW + turn * LEASE_MS);
          const events = writer
            .events(entity, 2)
            .map((event) => ({ ...event, sequence: event.sequence + 2 * turn }));
          await writer.commit({ events });
          all.push(...events);
        }
        expect(await first.log.readEntity(entity, 0, 100)).toEqual(all);
        expect(await second.log.readShard(shardOf(entity), 0, 100)).toEqual(all);
      }),
    );

    it(
      'take turns in writing without a word about locks',
      onBoth(async (first, second) => {
        const writer = await Writer.claim(first);
        const entity = newId();
        const work: Promise<unknown>[] = [];
        for (let n = 0; n < 50; n++) {
          work.push(
            writer.commit({ events: writer.events(entity, 1) }),
            second.inbox.post([message(entity)]),
          );
        }
        await Promise.all(work);
        expect(await second.log.readEntity(entity, 0, 100)).toHaveLength(50);
        expect(await first.inbox.of(entity)).toHaveLength(50);
      }),
    );
  });
}
