/** F1: one order of all events, which stays; read whole or by entity, in pages. */
import { type EventRow, type FeedRow, type RemovalFilter, type Store, shardOf } from '@cantata/core';
import { describe, expect, it } from 'vitest';
import { execution, NOW, newId, onStore, type StoreOpener, strangerTo, Writer } from './fixtures.ts';

/** Everything of a feed after an offset, page by page. */
async function readAll(store: Store, page: number, after = 0, entity?: string): Promise<readonly FeedRow[]> {
  const rows: FeedRow[] = [];
  for (;;) {
    const next = await store.feed.read(rows.at(-1)?.offset ?? after, page, entity);
    expect(next.length).toBeLessThanOrEqual(page);
    rows.push(...next);
    if (next.length < page) return rows;
  }
}

const bare = (rows: readonly FeedRow[]): readonly EventRow[] => rows.map(({ offset: _, ...row }) => row);
const offsetsOf = (rows: readonly FeedRow[]): readonly number[] => rows.map(({ offset }) => offset);

async function remove(store: Store, executionId: string, sequence: number): Promise<void> {
  const removal = { executionId, sequence, at: NOW, by: 'ann', reason: null };
  expect(await store.executions.remove(removal)).toBe(true);
}

export function feedSuite(open: StoreOpener): void {
  describe('F1 feed', () => {
    it(
      'is empty at first',
      onStore(open, async ({ store }) => {
        expect(await store.feed.end()).toBe(0);
        expect(await store.feed.read(0, 10)).toEqual([]);
        expect(await store.feed.read(0, 10, newId())).toEqual([]);
        expect(await store.feed.timeAfter(0)).toBeUndefined();
      }),
    );

    it(
      'has the events of all entities in the order of the commits, every column, in pages of any size',
      onStore(open, async ({ store, reopen }) => {
        const writer = await Writer.claim(store);
        const one = newId();
        const other = strangerTo(one);
        const written: EventRow[] = [];
        for (let n = 0; n < 20; n++) {
          const [first, second] = n % 3 === 0 ? [other, one] : [one, other];
          const events = [
            ...writer.events(first, 2, { traceparent: '00-ab', actor: 'ann' }),
            ...writer.events(second, 1),
          ];
          await writer.commit({ events });
          written.push(...events);
        }
        const again = await reopen();
        for (const reader of [store, again]) {
          for (const page of [1, 7, 60, 1_000]) {
            const rows = await readAll(reader, page);
            expect(bare(rows)).toEqual(written);
            expect(offsetsOf(rows)).toEqual([...new Set(offsetsOf(rows))].sort((a, b) => a - b));
            expect(await reader.feed.end()).toBe(rows.at(-1)?.offset);
            for (const after of [0, ...offsetsOf(rows)]) {
              expect(await readAll(reader, page, after)).toEqual(rows.filter(({ offset }) => offset > after));
            }
          }
        }
        await again.close();
      }),
    );

    it(
      'has the events of one entity at the same offsets, after any of them',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const ids = [newId(), newId(), newId()];
        for (let n = 0; n < 12; n++) {
          const changes = ids.slice(0, 1 + (n % 3)).flatMap((id) => writer.events(id, 1 + (n % 2)));
          await writer.commit({ events: changes });
        }
        const whole = await readAll(store, 1_000);
        for (const id of ids) {
          for (const after of [0, ...offsetsOf(whole), 1_000_000]) {
            const own = whole.filter(({ entity, offset }) => entity === id && offset > after);
            expect(await readAll(store, 3, after, id)).toEqual(own);
          }
        }
      }),
    );

    it(
      'gives what another process committed, behind what was read before',
      onStore(open, async ({ store, reopen }) => {
        const [mine, theirs] = [newId(), newId()];
        const first = await Writer.claim(store, 'first');
        await first.commit({ events: first.events(mine, 3) });
        const seen = await store.feed.end();
        const again = await reopen();
        const second = await Writer.claim(again, 'second', NOW + 1_000_000);
        await second.commit({ events: second.events(theirs, 2) });
        expect(bare(await store.feed.read(seen, 10))).toMatchObject([
          { entity: theirs, sequence: 1, shard: shardOf(theirs) },
          { entity: theirs, sequence: 2 },
        ]);
        expect(await store.feed.end()).toBeGreaterThan(seen);
        await again.close();
      }),
    );

    it(
      'keeps nothing of a commit that was refused, and gives its offsets to nobody who read before',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const id = newId();
        await writer.commit({ events: writer.events(id, 2) });
        const end = await store.feed.end();
        const gap = writer.events(newId(), 2).slice(1);
        await expect(writer.commit({ events: gap })).rejects.toMatchObject({ code: 'store_data_refused' });
        expect(await store.feed.end()).toBe(end);
        expect(await store.feed.read(end, 10)).toEqual([]);
      }),
    );

    it(
      'leaves out what was removed, and says up to where it was and when',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const [gone, stays] = [newId(), newId()];
        for (const id of [stays, gone, stays]) await writer.commit({ events: writer.events(id, 2) });
        for (const id of [stays, gone]) {
          await writer.commit({ executions: [execution(id, { status: 'completed', sequence: 2 })] });
        }
        const before = await readAll(store, 10);
        const last = before.findLast(({ entity }) => entity === gone)?.offset ?? 0;
        await remove(store, gone, 2);

        for (const page of [1, 10]) {
          expect(await readAll(store, page)).toEqual(before.filter(({ entity }) => entity === stays));
        }
        expect(await store.feed.read(0, 10, gone)).toEqual([]);
        expect(await store.executions.removals({ limit: 1 })).toMatchObject([{ offset: last }]);
        const removedAfter = async (
          afterOffset: number,
          filter: Partial<RemovalFilter> = {},
        ): Promise<readonly string[]> => {
          const rows = await store.executions.removals({ afterOffset, limit: 10, ...filter });
          return rows.map(({ executionId }) => executionId);
        };
        const { workflowId } = execution(gone);
        const matching = [{}, { tenant: 'default' }, { workflowId }, { executionId: gone }];
        for (const filter of [...matching, { tenant: 'default', workflowId, executionId: gone }]) {
          expect(await removedAfter(last - 1, filter)).toEqual([gone]);
          expect(await removedAfter(last, filter)).toEqual([]);
        }
        for (const filter of [{ tenant: 'other' }, { workflowId: newId() }, { executionId: stays }]) {
          expect(await removedAfter(last - 1, { executionId: gone, ...filter })).toEqual([]);
          expect(await removedAfter(last - 1, filter)).toEqual([]);
        }

        await remove(store, stays, 2);
        expect(await store.feed.read(0, 10)).toEqual([]);
        expect(await removedAfter(0)).toEqual([stays, gone]);
        const end = before.at(-1) as FeedRow;
        expect(await store.feed.end()).toBe(end.offset);
        expect(await store.feed.timeAfter(0)).toBe(before[0]?.at);
        expect(await store.feed.timeAfter(end.offset - 1)).toBe(end.at);
        expect(await store.feed.timeAfter(end.offset)).toBeUndefined();
        // The offsets of what is gone are given to nobody.
        const next = newId();
        await writer.commit({ events: writer.events(next, 1) });
        expect((await store.feed.read(end.offset, 10)).map(({ entity }) => entity)).toEqual([next]);
      }),
    );

    it(
      'counts one that had no events as removed at its beginning',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const id = newId();
        await writer.commit({ executions: [execution(id, { status: 'failed', sequence: 2 })] });
        await remove(store, id, 2);
        expect(await store.executions.removals({ limit: 1 })).toMatchObject([{ offset: 0 }]);
      }),
    );

    it(
      'shares no row with its readers, and says that it is closed once it is',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const id = newId();
        await writer.commit({ events: writer.events(id, 1) });
        for (const entity of [undefined, id]) {
          const [row] = await store.feed.read(0, 1, entity);
          Object.assign(row ?? {}, { data: 'spoilt' });
          expect((await store.feed.read(0, 1, entity))[0]?.data).toBe('{"n":1}');
        }
        await store.close();
        await expect(store.feed.end()).rejects.toMatchObject({ code: 'store_unavailable' });
      }),
    );
  });
}
