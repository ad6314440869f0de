/** S4: posting a message id twice keeps one; a consumed message never comes back. */
import { SHARD_COUNT, shardOf } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import {
  commitOf,
  message,
  NOW,
  neighbours,
  newId,
  onStore,
  type StoreOpener,
  strangerTo,
  Writer,
} from './fixtures.ts';

export function onceSuite(open: StoreOpener): void {
  describe('S4 once', () => {
    it(
      'keeps the first of two messages with one id, posted apart, together or by a commit',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const first = message(newId(), { data: '"first"' });
        const second = { ...first, data: '"second"' };
        await store.inbox.post([first, second]);
        await store.inbox.post([second]);
        await writer.commit({ messages: [second] });
        expect(await store.inbox.read('all', 10)).toEqual([first]);
      }),
    );

    it.each([
      ['a reply is kept', true],
      ['nobody asks for a reply', false],
    ])('never brings a consumed message back when %s', async (_, replies) => {
      await onStore(open, async ({ store, reopen }) => {
        const writer = await Writer.claim(store);
        const command = message(newId(), { replies });
        await store.inbox.post([command]);
        const outcomes = replies ? [{ id: command.id, at: NOW, outcome: '{}' }] : [];
        await writer.commit({ consumed: [command.id], outcomes }, [command.entity]);
        await store.inbox.post([command]);
        await writer.commit({ messages: [command] });
        expect(await store.inbox.read('all', 10)).toEqual([]);
        const again = await reopen();
        await again.inbox.post([command]);
        expect(await store.inbox.of(command.entity)).toEqual([]);
        await again.close();
      })();
    });

    it(
      'never brings a message between entities back',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const sender = newId();
        const sent = message(strangerTo(sender), { id: `${sender}:2.0` });
        await writer.commit({ events: writer.events(sender, 2), messages: [sent] });
        await writer.commit({ consumed: [sent.id], events: writer.events(sent.entity, 1) });
        await writer.commit({ events: writer.events(sender, 1), messages: [sent] });
        await store.inbox.post([sent]);
        expect(await store.inbox.read('all', 10)).toEqual([]);
      }),
    );

    it(
      'leaves an id alone that was dealt with before it was posted',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const [consumed, answered] = [message(newId()), message(newId())];
        await writer.commit({
          consumed: [consumed.id],
          outcomes: [{ id: answered.id, at: NOW, outcome: '{}' }],
        });
        await store.inbox.post([consumed, answered]);
        expect(await store.inbox.read('all', 10)).toEqual([]);
        expect(await store.inbox.outcome(consumed.id)).toBeUndefined();
      }),
    );

    it(
      'keeps the first outcome of an id, even one that comes after the message was consumed',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const command = message(newId(), { replies: true });
        await store.inbox.post([command]);
        await writer.commit({ consumed: [command.id] }, [command.entity]);
        expect(await store.inbox.outcome(command.id)).toBeUndefined();
        const first = { id: command.id, at: NOW + 5, outcome: '"first"' };
        await writer.commit({ outcomes: [first] });
        await writer.commit({ outcomes: [{ ...first, outcome: '"second"' }] });
        expect(await store.inbox.outcome(command.id)).toEqual(first);
      }),
    );

    it(
      'takes the consumption of an unknown or a consumed message calmly',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        await writer.commit({ consumed: ['never-posted'] });
        await writer.commit({ consumed: ['never-posted'] });
        expect(await store.inbox.read('all', 10)).toEqual([]);
      }),
    );
  });

  describe('what was dealt with long ago', () => {
    it(
      'is forgotten, the oldest first and no more than asked for, and may come again',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const rows = [3, 1, 2].map((n) => message(entity, { at: NOW + n, replies: n === 1 }));
        const waits = message(entity, { at: NOW });
        await store.inbox.post([...rows, waits]);
        const answered = { id: rows[1]?.id as string, at: NOW + 5, outcome: '{}' };
        await writer.commit({ consumed: rows.map(({ id }) => id), outcomes: [answered] }, [entity]);
        expect(await store.inbox.prune(NOW + 2, 9)).toBe(0);
        expect(await store.inbox.prune(NOW + 4, 1)).toBe(1);
        await store.inbox.post(rows);
        expect(await store.inbox.read('all', 9)).toEqual([waits, rows[2]]);
        expect(await store.inbox.outcome(answered.id)).toEqual(answered);
        expect(await store.inbox.prune(NOW + 9, 9)).toBe(2);
        expect(await store.inbox.outcome(answered.id)).toBeUndefined();
        expect(await store.inbox.prune(NOW + 9, 9)).toBe(0);
      }),
    );

    it(
      'stays when nobody knows when it was',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const never = message(newId());
        await writer.commit({ consumed: [never.id] }, [never.entity]);
        expect(await store.inbox.prune(NOW + 9, 9)).toBe(0);
        await store.inbox.post([never]);
        expect(await store.inbox.read('all', 9)).toEqual([]);
      }),
    );
  });

  describe('inbox', () => {
    it(
      'gives messages in the order of their arrival, whatever their times, and no more than the limit',
      onStore(open, async ({ store }) => {
        const rows = [3, 1, 2].map((n) => message(newId(), { at: NOW + n }));
        for (const row of rows) await store.inbox.post([row]);
        expect(await store.inbox.read('all', 10)).toEqual(rows);
        expect(await store.inbox.read('all', 2)).toEqual(rows.slice(0, 2));
        const shards = rows.map(({ shard }) => shard);
        expect(await store.inbox.read(shards, 10)).toEqual(rows);
        expect(await store.inbox.read(shards, 1)).toEqual(rows.slice(0, 1));
        expect(
          await store.inbox.read(
            Array.from({ length: SHARD_COUNT }, (_, n) => n),
            10,
          ),
        ).toEqual(rows);
      }),
    );

    it(
      'keeps the order when messages before are consumed',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const rows = [message(entity), message(entity), message(entity)];
        await store.inbox.post(rows);
        await writer.commit({ consumed: rows.map(({ id }) => id).slice(0, 2) }, [entity]);
        const later = message(entity);
        await store.inbox.post([later]);
        expect(await store.inbox.of(entity)).toEqual([rows[2], later]);
      }),
    );

    it(
      'gives the messages of some shards, of one entity, or none',
      onStore(open, async ({ store }) => {
        const [a, b] = neighbours(2) as [string, string];
        const far = strangerTo(a);
        const rows = [a, far, b, a].map((entity) => message(entity));
        await store.inbox.post(rows);
        const ofA = rows.filter(({ entity }) => entity === a);
        expect(await store.inbox.of(a)).toEqual(ofA);
        expect(await store.inbox.read([shardOf(a)], 10)).toEqual(rows.filter(({ entity }) => entity !== far));
        expect(await store.inbox.read([], 10)).toEqual([]);
        expect(await store.inbox.of(newId())).toEqual([]);
        expect(await store.inbox.outcome('unknown')).toBeUndefined();
      }),
    );

    it(
      'needs no owner to post, and no engine',
      onStore(open, async ({ store }) => {
        const row = message(newId(), { replies: true, traceparent: '00-aa-bb-01' });
        await store.inbox.post([row]);
        expect(await store.inbox.read('all', 10)).toEqual([row]);
        await store.log.commit(commitOf({}));
      }),
    );
  });
}
