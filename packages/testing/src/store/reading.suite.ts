/** What is read is what was written: any text, any size, in order, in pages, shared with nobody. */
import { type EventRow, SHARD_COUNT, shardOf } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import {
  execution,
  message,
  NOW,
  newId,
  onStore,
  readWholeShard,
  type StoreOpener,
  snapshot,
  storeError,
  Writer,
  workflow,
} from './fixtures.ts';

const STRANGE = 'ünïcødé 漢字 🎼👩‍🔬 עברית \u2028\u2029 \'"`;--\\ \t\n é e\u0301 \ufffd \u{10ffff}';

export function readingSuite(open: StoreOpener): void {
  describe('reading', () => {
    it(
      'gives back every column of an event',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = 'admission/0190a000-0000-7000-8000-000000000001';
        const changes = {
          at: 8_640_000_000_000_000,
          type: 'x',
          schema: 7,
          causation: 'c',
          actor: 'a',
          traceparent: '00-ab-cd-01',
        };
        const events = [...writer.events(entity, 1, changes), ...writer.events(entity, 1)];
        await writer.commit({ events });
        expect(await store.log.readEntity(entity, 0, 10)).toEqual(events);
        expect(await store.log.readShard(shardOf(entity), 0, 10)).toEqual(events);
      }),
    );

    it(
      'keeps any text in any column',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = STRANGE;
        const data = JSON.stringify(STRANGE);
        const events = writer.events(entity, 1, { type: STRANGE, actor: STRANGE, causation: STRANGE, data });
        const row = execution(entity, {
          name: STRANGE,
          status: STRANGE,
          phase: STRANGE,
          reason: STRANGE,
          tenant: STRANGE,
        });
        const taken = snapshot(entity, 1, { state: data });
        await writer.commit({
          events,
          executions: [row],
          snapshots: [taken],
          outcomes: [{ id: STRANGE, at: NOW, outcome: data }],
        });
        const posted = message(entity, { tenant: STRANGE, type: STRANGE, data });
        await store.inbox.post([posted]);
        const definition = workflow({ name: STRANGE, tenant: STRANGE, document: data });
        await store.workflows.put(definition);

        expect(await store.log.readEntity(entity, 0, 1)).toEqual(events);
        expect(await store.executions.list({ tenant: STRANGE, statuses: [STRANGE], limit: 1 })).toEqual([
          row,
        ]);
        expect(await store.log.snapshot(entity)).toEqual(taken);
        expect((await store.inbox.outcome(STRANGE))?.outcome).toBe(data);
        expect(await store.inbox.of(entity)).toEqual([posted]);
        expect(await store.workflows.find(STRANGE, STRANGE)).toEqual(definition);
      }),
    );

    it(
      'keeps payloads of a mebibyte and more',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const large = JSON.stringify('ä🎼'.repeat(400_000));
        const events = writer.events(entity, 3, { data: large });
        await writer.commit({ events, snapshots: [snapshot(entity, 3, { state: large })] });
        await store.inbox.post([message(entity, { data: large })]);
        expect((await store.log.readEntity(entity, 0, 10)).every(({ data }) => data === large)).toBe(true);
        expect((await store.log.snapshot(entity))?.state === large).toBe(true);
        expect((await store.inbox.of(entity))[0]?.data === large).toBe(true);
      }),
    );

    it(
      'takes 10,000 events of 200 executions in one commit',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const ids = Array.from({ length: 200 }, () => newId());
        const events = Array.from({ length: 50 }, () => ids.flatMap((id) => writer.events(id, 1))).flat();
        await writer.commit({ events, executions: ids.map((id) => execution(id)) });
        let read = 0;
        for (let shard = 0; shard < SHARD_COUNT; shard++) {
          const rows = await readWholeShard(store, shard, 64);
          expect(rows.map(({ position }) => position)).toEqual(rows.map((_, i) => i + 1));
          read += rows.length;
        }
        expect(read).toBe(10_000);
        expect(await store.log.readEntity(ids[7] as string, 0, 100)).toHaveLength(50);
      }),
    );

    it(
      'reads a long log in pages of any size',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const events: EventRow[] = [];
        for (let n = 0; n < 20; n++) {
          const next = writer.events(entity, 50);
          await writer.commit({ events: next });
          events.push(...next);
        }
        for (const size of [1, 63, 64, 65, 1_000, 5_000]) {
          const pages: EventRow[] = [];
          for (;;) {
            const page = await store.log.readEntity(entity, pages.at(-1)?.sequence ?? 0, size);
            expect(page.length).toBeLessThanOrEqual(size);
            pages.push(...page);
            if (page.length < size) break;
          }
          expect(pages).toEqual(events);
          expect(await readWholeShard(store, shardOf(entity), size)).toEqual(events);
        }
        expect(await store.log.readEntity(entity, 1_000, 10)).toEqual([]);
        expect(await store.log.readShard(shardOf(entity), 1_000, 10)).toEqual([]);
        expect(await store.log.readShard(shardOf(entity), 5_000, 10)).toEqual([]);
        expect(await store.log.readEntity(newId(), 0, 10)).toEqual([]);
      }),
    );

    it(
      'gives the newest snapshot, replaces one of the same sequence, and lists them without their states',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        await writer.commit({ events: writer.events(entity, 20) });
        const [ten, twenty, five] = [snapshot(entity, 10), snapshot(entity, 20), snapshot(entity, 5)];
        for (const row of [ten, twenty, five]) await writer.commit({ snapshots: [row] });
        expect(await store.log.snapshot(entity)).toEqual(twenty);
        const again = snapshot(entity, 20, {
          state: '{"again":true}',
          at: NOW + 99,
          checksum: 'f'.repeat(64),
        });
        await writer.commit({ snapshots: [again] });
        expect(await store.log.snapshot(entity)).toEqual(again);
        const bare = [five, ten, again].map(({ state: _, segments: __, ...row }) => row);
        expect(await store.log.snapshots(entity)).toEqual(bare);
        expect(await store.log.snapshot(newId())).toBeUndefined();
        expect(await store.log.snapshots(newId())).toEqual([]);
      }),
    );

    it(
      'shares no row with its callers',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const [event] = writer.events(entity, 1) as [EventRow];
        const row = execution(entity);
        const posted = message(entity);
        const definition = workflow();
        await writer.commit({ events: [event], executions: [row], snapshots: [snapshot(entity, 1)] });
        await store.inbox.post([posted]);
        await store.workflows.put(definition);
        const expected = structuredClone({ event, row, posted, definition });

        const spoil = (object: object | undefined): unknown =>
          Object.assign(object ?? {}, { data: 'x', status: 'x', document: 'x', state: 'x' });
        for (const object of [event, row, posted, definition]) spoil(object);
        spoil((await store.log.readEntity(entity, 0, 1))[0]);
        spoil((await store.log.readShard(shardOf(entity), 0, 1))[0]);
        spoil(await store.log.snapshot(entity));
        spoil(await store.executions.get(entity));
        spoil((await store.executions.list({ limit: 1 }))[0]);
        spoil((await store.inbox.read('all', 1))[0]);
        spoil((await store.inbox.of(entity))[0]);
        spoil(await store.workflows.find('default', 'research'));
        spoil((await store.workflows.list('default'))[0]);

        expect(await store.log.readEntity(entity, 0, 1)).toEqual([expected.event]);
        expect(await store.log.readShard(shardOf(entity), 0, 1)).toEqual([expected.event]);
        expect(await store.executions.get(entity)).toEqual(expected.row);
        expect(await store.inbox.of(entity)).toEqual([expected.posted]);
        expect(await store.workflows.find('default', 'research')).toEqual(expected.definition);
        expect((await store.log.snapshot(entity))?.state).toBe('{"sequence":1}');
      }),
    );

    it(
      'says that it is closed once it is, and closes twice without a word',
      onStore(open, async ({ store }) => {
        await store.close();
        await store.close();
        const closed = storeError('store_unavailable');
        await expect(store.log.readEntity(newId(), 0, 1)).rejects.toMatchObject(closed);
        await expect(store.inbox.post([message(newId())])).rejects.toMatchObject(closed);
        await expect(store.leases.holders()).rejects.toMatchObject(closed);
      }),
    );
  });
}
