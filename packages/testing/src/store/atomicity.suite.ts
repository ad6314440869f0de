/** S3: a commit happens whole or not at all: events, consumed and new messages, outcomes, executions, snapshots, wake-ups, blobs. */
import { type Commit, type Store, shardOf } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import {
  blob,
  execution,
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

/** A commit with a row of every kind, for an entity whose inbox holds `waiting`. */
function everything(writer: Writer, entity: string, waiting: string): Commit {
  return writer.complete(
    {
      events: writer.events(entity, 3, { type: `type.${entity}` }),
      messages: [message(strangerTo(entity), { id: `${entity}:1.0` })],
      consumed: [waiting],
      outcomes: [{ id: waiting, at: NOW, outcome: '{"kind":"accepted"}' }],
      executions: [execution(entity, { status: `status-${entity}`, digest: `digest-${entity}` })],
      snapshots: [snapshot(entity, 3)],
      wakeups: [wakeup(entity, NOW + 3)],
      blobs: [blob(entity, `blob of ${entity}`)],
    },
    [entity],
  );
}

async function seen(store: Store, commit: Commit): Promise<unknown> {
  const entity = commit.events[0]?.entity as string;
  const sent = commit.messages[0]?.entity as string;
  return {
    events: await store.log.readEntity(entity, 0, 100),
    shard: await store.log.readShard(shardOf(entity), 0, 100),
    waiting: (await store.inbox.of(entity)).map(({ id }) => id),
    messages: await store.inbox.of(sent),
    outcomes: [await store.inbox.outcome(commit.consumed[0] as string)],
    executions: [await store.executions.get(entity)],
    snapshots: [await store.log.snapshot(entity)],
    wakeups: await store.wakeups.of([entity]),
    blobs: await store.blobs.read(commit.blobs.map(({ digest }) => digest)),
    held: await store.blobs.heldBy(entity),
  };
}

export function atomicitySuite(open: StoreOpener): void {
  describe('S3 atomicity', () => {
    it(
      'writes every part of a commit',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const waiting = message(newId(), { replies: true });
        await store.inbox.post([waiting]);
        const commit = everything(writer, waiting.entity, waiting.id);
        await store.log.commit(commit);
        const { events, messages, outcomes, executions, snapshots, wakeups, blobs } = commit;
        expect(await seen(store, commit)).toEqual({
          events,
          shard: events,
          waiting: [],
          messages,
          outcomes,
          executions,
          snapshots,
          wakeups,
          blobs: blobs.map(({ digest, data }) => ({ digest, data })),
          held: blobs.map(({ digest }) => digest),
        });
      }),
    );

    it.each([
      [
        'its last event',
        (commit: Commit): Partial<Commit> => ({
          events: commit.events.map((event, i) => (i === 2 ? { ...event, sequence: 9 } : event)),
        }),
      ],
      [
        'its last message',
        ({ messages }: Commit): Partial<Commit> => ({
          messages: [...messages, { ...message(newId()), shard: -1 }],
        }),
      ],
      [
        'its last execution',
        ({ executions, events }: Commit): Partial<Commit> => ({
          executions: [...executions, execution(strangerTo(events[0]?.entity as string))],
        }),
      ],
      [
        'its last snapshot',
        ({ snapshots, events }: Commit): Partial<Commit> => ({
          snapshots: [...snapshots, snapshot(strangerTo(events[0]?.entity as string), 1)],
        }),
      ],
      [
        'its last blob',
        ({ blobs, events }: Commit): Partial<Commit> => ({
          blobs: [...blobs, { ...blob(events[0]?.entity as string, 'nowhere'), data: null }],
        }),
      ],
      [
        'its last wake-up',
        ({ wakeups, events }: Commit): Partial<Commit> => ({
          wakeups: [...wakeups, wakeup(strangerTo(events[0]?.entity as string), 1)],
        }),
      ],
    ])(
      'writes nothing of a commit that is refused for %s, and all of it once that is mended',
      async (_, spoil) => {
        await onStore(open, async ({ store, reopen }) => {
          const writer = await Writer.claim(store);
          const waiting = message(newId(), { replies: true });
          await store.inbox.post([waiting]);
          const commit = everything(writer, waiting.entity, waiting.id);
          const before = await seen(store, commit);
          await expect(store.log.commit({ ...commit, ...spoil(commit) })).rejects.toMatchObject(
            storeError('store_data_refused'),
          );
          expect(await seen(store, commit)).toEqual(before);

          await store.log.commit(commit);
          expect(await seen(store, commit)).toMatchObject({
            events: commit.events,
            executions: commit.executions,
          });
          const again = await reopen();
          // Nothing that only the first store remembers may be needed to read.
          expect(await seen(again, commit)).toEqual(await seen(store, commit));
          await again.close();
        })();
      },
    );

    it(
      'adds none of several posted messages when one is refused',
      onStore(open, async ({ store }) => {
        const good = message(newId());
        const bad = { ...message(newId()), shard: -1 };
        await expect(store.inbox.post([good, bad])).rejects.toMatchObject(storeError('store_data_refused'));
        expect(await store.inbox.read('all', 10)).toEqual([]);
      }),
    );

    it(
      'takes an empty commit',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        await writer.commit({});
        expect(await store.inbox.read('all', 10)).toEqual([]);
      }),
    );

    it(
      'keeps everything when it is closed and opened again',
      onStore(open, async ({ store, reopen }) => {
        const writer = await Writer.claim(store);
        const waiting = message(newId());
        await store.inbox.post([waiting]);
        const commit = everything(writer, waiting.entity, waiting.id);
        await store.log.commit(commit);
        const before = await seen(store, commit);
        await store.close();
        const again = await reopen();
        expect(await seen(again, commit)).toEqual(before);
        await again.close();
      }),
    );
  });
}
