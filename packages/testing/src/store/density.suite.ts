/** S2: in an entity sequences are 1..n, in a shard positions are 1..n, both without gap or double. */
import { type EventRow, shardOf } from '@cantata/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  neighbours,
  newId,
  onStore,
  readWholeShard,
  type StoreOpener,
  storeError,
  strangerTo,
  Writer,
} from './fixtures.ts';

type Spoil = (event: EventRow) => EventRow;

const SPOILT: readonly (readonly [string, Spoil])[] = [
  ['a gap in the sequences', (event) => ({ ...event, sequence: event.sequence + 1 })],
  ['a sequence a second time', (event) => ({ ...event, sequence: event.sequence - 1 })],
  ['a gap in the positions', (event) => ({ ...event, position: event.position + 1 })],
  ['a position a second time', (event) => ({ ...event, position: event.position - 1 })],
  ['a shard that is not the entity’s', (event) => ({ ...event, shard: (event.shard + 1) % 256 })],
];

export function densitySuite(open: StoreOpener): void {
  describe('S2 density', () => {
    it.each(SPOILT)('refuses %s, in the first event of a commit as in the last', async (_, spoil) => {
      await onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        await writer.commit({ events: writer.events(entity, 3) });
        const good = writer.events(entity, 3);
        const spoiltFirst = [spoil(good[0] as EventRow), ...good.slice(1)];
        const spoiltLast = [...good.slice(0, 2), spoil(good[2] as EventRow)];
        const everyShard = Array.from({ length: 256 }, (_, shard) => ({
          shard,
          epoch: writer.epoch(entity).epoch,
        }));
        for (const events of [spoiltFirst, spoiltLast]) {
          await expect(writer.commit({ events, epochs: everyShard })).rejects.toMatchObject(
            storeError('store_data_refused'),
          );
        }
        expect(await store.log.readEntity(entity, 0, 100)).toHaveLength(3);
        await writer.commit({ events: good });
        expect(await store.log.readEntity(entity, 3, 100)).toEqual(good);
      })();
    });

    it(
      'refuses the same commit a second time',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const entity = newId();
        const events = writer.events(entity, 2);
        await writer.commit({ events });
        await expect(writer.commit({ events })).rejects.toMatchObject(storeError('store_data_refused'));
        expect(await store.log.readShard(shardOf(entity), 0, 10)).toEqual(events);
      }),
    );

    it(
      'counts positions over all entities of a shard, in any interleaving',
      onStore(open, async ({ store }) => {
        const writer = await Writer.claim(store);
        const [a, b] = neighbours(2) as [string, string];
        const first = [a, b, a, a, b].flatMap((entity) => writer.events(entity, 1));
        await writer.commit({ events: first });
        const second = [b, a].flatMap((entity) => writer.events(entity, 1));
        await writer.commit({ events: second });
        const all = [...first, ...second];
        expect(await store.log.readShard(shardOf(a), 0, 100)).toEqual(all);
        expect(all.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7]);
        expect(await store.log.readEntity(b, 0, 100)).toEqual(all.filter(({ entity }) => entity === b));
      }),
    );

    it('gives any page of any log that any series of commits has written', async () => {
      const near = neighbours(3);
      const entities = [...near, strangerTo(near[0] as string)];
      const commits = fc.array(fc.array(fc.nat(entities.length - 1), { minLength: 1, maxLength: 60 }), {
        minLength: 1,
        maxLength: 8,
      });
      const page = fc.record({ after: fc.nat(300), limit: fc.integer({ min: 1, max: 300 }) });
      await fc.assert(
        fc.asyncProperty(commits, fc.array(page, { maxLength: 10 }), async (series, pages) => {
          await onStore(open, async ({ store }) => {
            const writer = await Writer.claim(store);
            const written: EventRow[] = [];
            for (const picks of series) {
              const events = picks.flatMap((pick) => writer.events(entities[pick] as string, 1));
              await writer.commit({ events });
              written.push(...events);
            }
            for (const entity of entities) {
              const shard = written.filter((event) => event.shard === shardOf(entity));
              const own = written.filter((event) => event.entity === entity);
              expect(await readWholeShard(store, shardOf(entity), 7)).toEqual(shard);
              for (const { after, limit } of pages) {
                expect(await store.log.readShard(shardOf(entity), after, limit)).toEqual(
                  shard.slice(after, after + limit),
                );
                expect(await store.log.readEntity(entity, after, limit)).toEqual(
                  own.slice(after, after + limit),
                );
              }
            }
          })();
        }),
        { numRuns: 20 },
      );
    });
  });
}
