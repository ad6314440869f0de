/** S1: a commit names the epoch of every shard it writes to; if one does not match, nothing is written. */
import { SHARD_COUNT, shardOf } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import {
  blob,
  commitOf,
  execution,
  LEASE_MS,
  message,
  NOW,
  newId,
  onStore,
  type StoreOpener,
  snapshot,
  storeError,
  strangerTo,
  Writer,
  wakeup,
} from './fixtures.ts';

export function fenceSuite(open: StoreOpener): void {
  describe('S1 fence', () => {
    it(
      'refuses a commit with an old epoch and writes nothing of it',
      onStore(open, async ({ store }) => {
        const entity = newId();
        const old = await Writer.claim(store, 'old');
        await old.commit({ events: old.events(entity, 1) });
        const waiting = message(entity);
        await store.inbox.post([waiting]);

        await Writer.claim(store, 'new', NOW + LEASE_MS);
        const late = old.complete(
          {
            events: old.events(entity, 1),
            messages: [message(newId())],
            consumed: [waiting.id],
            outcomes: [{ id: 'answer', at: NOW, outcome: '{}' }],
            executions: [execution(entity)],
            snapshots: [snapshot(entity, 2)],
            wakeups: [wakeup(entity, NOW)],
            blobs: [blob(entity, 'late')],
          },
          [entity],
        );
        await expect(store.log.commit(late)).rejects.toMatchObject(storeError('store_fenced'));

        expect(await store.log.readEntity(entity, 0, 10)).toHaveLength(1);
        expect(await store.log.readShard(shardOf(entity), 0, 10)).toHaveLength(1);
        expect(await store.inbox.read('all', 10)).toEqual([waiting]);
        expect(await store.inbox.outcome('answer')).toBeUndefined();
        expect(await store.executions.get(entity)).toBeUndefined();
        expect(await store.log.snapshot(entity)).toBeUndefined();
        expect(await store.wakeups.of([entity])).toEqual([]);
        expect(await store.blobs.read([blob(entity, 'late').digest])).toEqual([]);
      }),
    );

    it(
      'refuses a commit that writes nothing, too: who only answers must be the owner',
      onStore(open, async ({ store }) => {
        const entity = newId();
        const old = await Writer.claim(store, 'old');
        await old.commit({}, [entity]);
        await Writer.claim(store, 'new', NOW + LEASE_MS);
        await expect(old.commit({}, [entity])).rejects.toMatchObject(storeError('store_fenced'));
      }),
    );

    it(
      'refuses the whole commit when one of many epochs is wrong',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const good = newId();
        const bad = strangerTo(good);
        const events = [...writer.events(good, 1), ...writer.events(bad, 1)];
        const { shard, epoch } = writer.epoch(bad);
        const epochs = [writer.epoch(good), { shard, epoch: epoch + 1 }];
        await expect(store.log.commit(commitOf({ epochs, events }))).rejects.toMatchObject(
          storeError('store_fenced'),
        );
        expect(await store.log.readEntity(good, 0, 10)).toEqual([]);
      }),
    );

    it(
      'checks an epoch that is named although nothing is written to its shard',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const other = writer.epoch(strangerTo(entity));
        const epochs = [writer.epoch(entity), { shard: other.shard, epoch: other.epoch - 1 }];
        const commit = commitOf({ epochs, events: writer.events(entity, 1) });
        await expect(store.log.commit(commit)).rejects.toMatchObject(storeError('store_fenced'));
      }),
    );

    it(
      'refuses a shard that nobody ever claimed under an epoch',
      onStore(open, async ({ store }) => {
        const entity = newId();
        const commit = commitOf({ epochs: [{ shard: shardOf(entity), epoch: 1 }] });
        await expect(store.log.commit(commit)).rejects.toMatchObject(storeError('store_fenced'));
      }),
    );

    it(
      'refuses a shard that does not exist',
      onStore(open, async ({ store }) => {
        const commit = commitOf({ epochs: [{ shard: SHARD_COUNT, epoch: 0 }] });
        await expect(store.log.commit(commit)).rejects.toMatchObject(storeError('store_data_refused'));
      }),
    );

    it(
      'refuses to write to a shard whose epoch is not named: events, executions, snapshots, consumed messages, wake-ups, blobs',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const named = newId();
        const entity = strangerTo(named);
        const epochs = [writer.epoch(named)];
        const waiting = message(entity);
        await store.inbox.post([waiting]);
        for (const unfenced of [
          { events: writer.events(entity, 1) },
          { executions: [execution(entity)] },
          { snapshots: [snapshot(entity, 1)] },
          { consumed: [waiting.id] },
          { wakeups: [wakeup(entity, NOW)] },
          { woken: [entity] },
          { blobs: [blob(entity, 'unfenced')] },
        ]) {
          await expect(store.log.commit(commitOf({ epochs, ...unfenced }))).rejects.toMatchObject(
            storeError('store_data_refused'),
          );
        }
        expect(await store.log.readEntity(entity, 0, 10)).toEqual([]);
        expect(await store.executions.get(entity)).toBeUndefined();
        expect(await store.log.snapshot(entity)).toBeUndefined();
        expect(await store.inbox.of(entity)).toEqual([waiting]);
      }),
    );

    it(
      'lets a commit post messages to shards it does not own',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const sender = newId();
        const sent = message(strangerTo(sender), { id: `${sender}:1.0` });
        await writer.commit({ events: writer.events(sender, 1), messages: [sent] });
        expect(await store.inbox.of(sent.entity)).toEqual([sent]);
      }),
    );
  });
}
