/** What happens is told once and in order, whoever listens, however slow they are and whatever fails. */
import { answers, answersLate, hangs } from '@cantata/testing';
import { describe, expect, it, vi } from 'vitest';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';
import type { FeedParts } from './feed.ts';
import { ALL, expected, feedOf, Listener, SMALL } from './listening.suite.ts';

const CHAIN = { agents: { w: 1 }, tasks: { a: [], b: ['a'] } };

async function run(world: World, process: Process, times: number, tenant?: string): Promise<string[]> {
  const workflow = await world.workflow(process, CHAIN, tenant);
  const ids: string[] = [];
  for (let n = 0; n < times; n++) {
    ids.push(await world.start(process, workflow));
    await world.ended(process, ids[n] as string);
  }
  return ids;
}

describe.each(STORES)('the feed, on the %s store', (_, share) => {
  const inWorldOf = (test: (world: World) => Promise<void>) =>
    inWorld(share, async (world) => {
      world.agents.otherwise(answers('done'));
      await test(world);
    });

  it(
    'tells what is committed from now on, as the reader shows it, and what is projected from it',
    inWorldOf(async (world) => {
      const process = await world.process();
      await run(world, process, 1);
      const listener = await world.clock.of(new Listener().join(process.engine.feed, 'now'));
      const [id = ''] = await run(world, process, 1);
      await world.clock.advance(1);
      expect(listener.heard.map(({ published }) => published[0])).toEqual(
        await world.clock.of(process.engine.reader.events(id)),
      );
      expect(listener.heard[0]).toMatchObject({ tenant: 'default', executionId: id });
      expect(listener.offsets).toEqual(await expected(process.store, ALL, listener.from));
      const team = {
        pattern: 'swarm',
        agents: { w: 2 },
        tasks: { a: { team: { pattern: 'swarm', members: ['w'] } } },
      };
      expect(team).toBeDefined();
    }),
  );

  it(
    'tells everything after a cursor, and then what is committed, without gap or double',
    inWorldOf(async (world) => {
      const process = await world.process();
      const feed = feedOf(process);
      await run(world, process, 3);
      for (const after of [0, 7, await process.store.feed.end()]) {
        const listener = await world.clock.of(new Listener().join(feed, after));
        await run(world, process, 1);
        await world.clock.advance(1);
        expect(listener.offsets).toEqual(await expected(process.store, ALL, after));
        expect(listener.subscription?.offset).toBe(await process.store.feed.end());
        listener.subscription?.close();
      }
    }),
  );

  it(
    'tells each only what is of its tenant, its workflow and its execution',
    inWorldOf(async (world) => {
      const process = await world.process();
      const feed = feedOf(process);
      const [first = '', second = ''] = await run(world, process, 2);
      const [third = ''] = await run(world, process, 1);
      const [theirs = ''] = await run(world, process, 1, 'acme');
      const workflowId = (await world.row(first))?.workflowId as string;
      const filters = [
        ALL,
        { tenant: 'acme' },
        { tenant: 'nobody' },
        { tenant: 'default', workflowId },
        { tenant: 'acme', workflowId },
        { tenant: 'default', executionId: second },
        { tenant: 'default', workflowId, executionId: second },
        { tenant: 'default', workflowId, executionId: third },
        { tenant: 'default', executionId: theirs },
      ];
      const listeners = await Promise.all(
        filters.map((filter) => world.clock.of(new Listener(filter).join(feed, 0))),
      );
      await run(world, process, 1);
      await run(world, process, 1, 'acme');
      await world.clock.advance(1);
      const heard: number[] = [];
      for (const { filter, offsets } of listeners) {
        expect(offsets).toEqual(await expected(process.store, filter, 0));
        heard.push(offsets.length);
      }
      const one = heard[5] as number;
      expect(heard).toEqual([4 * one, 2 * one, 0, 2 * one, 0, one, one, 0, 0]);
    }),
  );

  it(
    'tells what another process commits, of which no bus tells',
    inWorldOf(async (world) => {
      const owner = await world.process();
      const client = await world.process();
      const listener = await world.clock.of(new Listener().join(client.engine.feed, 'now'));
      const ids = await run(world, owner, 2);
      await world.clock.advance(client.engine.settings.feedPollMs);
      expect(listener.offsets).toEqual(await expected(owner.store, ALL, 0));
      expect(new Set(listener.heard.map(({ executionId }) => executionId))).toEqual(new Set(ids));
    }),
  );

  it(
    'goes on by the version to which an execution was upgraded, and back',
    inWorldOf(async (world) => {
      const process = await world.process();
      world.agents.on('a', answersLate(10_000)).otherwise(answers('done'));
      const chain = { ...CHAIN, name: 'chain' };
      const longer = { ...chain, version: '2.0.0', tasks: { a: [], b: ['a'], more: ['b'] } };
      const old = await world.workflow(process, chain);
      const id = await world.start(process, old);
      for (const version of [await world.workflow(process, longer), old]) {
        const { workflowId, name, digest } = version;
        const workflow = { id: workflowId, name, version: version.version, digest };
        const operation = { type: 'upgrade', workflow, running: 'refuse' } as const;
        await world.clock.of(process.engine.operate(id, operation, 'ann'));
      }
      await world.ended(process, id);
      const listener = await world.clock.of(new Listener().join(process.engine.feed, 0));
      await world.clock.advance(1);
      const events = listener.heard.flatMap(({ published }) => published);
      expect(events.filter(({ event }) => event === 'workflow.upgraded')).toHaveLength(2);
      // One that begins behind the upgrades looks them up.
      const other = await world.process();
      const after = listener.offsets.at(-2) as number;
      const late = await world.clock.of(
        new Listener({ ...ALL, executionId: id }).join(other.engine.feed, after),
      );
      await world.clock.advance(1);
      expect(late.heard).toEqual(listener.heard.slice(-1));
    }),
  );

  it(
    'reads the store as long as somebody listens, and once for all of them',
    inWorldOf(async (world) => {
      const process = await world.process();
      const feed = feedOf(process);
      const reads = (): number => process.store.calls.get('feed.read') ?? 0;
      const listeners: Listener[] = [];
      for (let n = 0; n < 20; n++) listeners.push(await world.clock.of(new Listener().join(feed, 'now')));
      await world.clock.advance(1);
      expect(feed.size).toBe(20);
      const joined = reads();
      await run(world, process, 1);
      await world.clock.advance(1);
      // Not even once an event.
      expect(reads() - joined).toBeLessThan(listeners[0]?.heard.length ?? 0);
      const all = await expected(process.store, ALL, (listeners[0] as Listener).from);
      for (const { offsets } of listeners) expect(offsets).toEqual(all);
      for (const { subscription } of listeners) subscription?.close();
      expect(feed.size).toBe(0);
      await world.clock.settle();
      const closed = reads();
      await run(world, process, 1);
      await world.clock.advance(10_000);
      expect(reads()).toBe(closed);
      expect(listeners.map(({ code }) => code)).toEqual(listeners.map(() => 'closed'));
      // And again.
      const again = await world.clock.of(new Listener().join(feed, 0));
      await world.clock.advance(1);
      expect(again.offsets).toEqual(await expected(process.store, ALL, 0));
    }),
  );

  it(
    'keeps little for one that is slow, who reads the rest from the store when there is time, and holds up nobody',
    inWorldOf(async (world) => {
      const process = await world.process();
      const feed = feedOf(process);
      const slow = await world.clock.of(new Listener().join(feed, 'now'));
      const quick = await world.clock.of(new Listener().join(feed, 'now'));
      slow.hold();
      await run(world, process, 4);
      await world.clock.advance(1);
      expect(slow.times).toBe(1);
      expect(quick.offsets).toEqual(await expected(process.store, ALL, 0));
      expect(slow.subscription?.offset).toBe(slow.offsets.at(-1));
      const asked = process.store.calls.get('feed.read');
      slow.letGo();
      await world.clock.advance(1);
      expect(process.store.calls.get('feed.read')).toBeGreaterThan(asked ?? 0);
      expect(slow.offsets).toEqual(quick.offsets);
      // Live again: the tail tells both.
      await run(world, process, 1);
      await world.clock.advance(1);
      expect(slow.offsets).toEqual(quick.offsets);
    }),
  );

  it(
    'keeps as little for one that is slow from the first page on',
    inWorldOf(async (world) => {
      const process = await world.process();
      const feed = feedOf(process);
      await run(world, process, 1);
      const slow = new Listener();
      slow.hold();
      await world.clock.of(slow.join(feed, (await process.store.feed.end()) - 2));
      await world.clock.advance(1);
      expect(slow.times).toBe(1);
      await run(world, process, 3);
      await world.clock.advance(1);
      slow.letGo();
      await run(world, process, 1);
      await world.clock.advance(1);
      expect(slow.offsets).toEqual(await expected(process.store, ALL, slow.from));
    }),
  );

  it(
    'asks a store again that fails for a while, and tells nobody',
    inWorldOf(async (world) => {
      const process = await world.process();
      const feed = feedOf(process);
      await run(world, process, 1);
      process.store.refuse('feed.read', 'store_busy', { times: 3 });
      process.store.refuse('executions.removals', 'store_unavailable', { after: 1, times: 2 });
      process.store.refuse('log.readEntity', 'store_busy', { times: 1 });
      const behind = await world.clock.of(new Listener().join(feed, 5));
      await world.clock.advance(20_000);
      expect(behind.offsets).toEqual(await expected(process.store, ALL, 5));
      process.store.refuse('feed.read', 'store_busy', { times: 3 });
      process.store.refuse('executions.removals', 'store_unavailable', { times: 2 });
      await run(world, process, 2);
      await world.clock.advance(20_000);
      expect(behind.offsets).toEqual(await expected(process.store, ALL, 5));
      expect(behind.end).toBeUndefined();
    }),
  );

  it(
    'keeps a page that was read until whose events they are is known',
    inWorldOf(async (world) => {
      const owner = await world.process();
      const client = await world.process();
      world.agents.on('a', answersLate(10_000)).otherwise(answers('done'));
      const id = await world.start(owner, await world.workflow(owner, CHAIN));
      const live = await world.clock.of(new Listener().join(client.engine.feed, 'now'));
      await world.clock.advance(1);
      client.store.refuse('log.readEntity', 'store_busy', { times: 2 });
      await world.ended(owner, id);
      await world.clock.advance(5_000);
      expect(client.store.calls.get('log.readEntity')).toBeGreaterThan(2);
      expect(live.offsets).toEqual(await expected(owner.store, ALL, live.from));
    }),
  );

  it(
    'tells those who listen when the store cannot be read for good, and others may try again',
    inWorldOf(async (world) => {
      const process = await world.process();
      const feed = feedOf(process);
      process.store.refuse('feed.end', 'store_unavailable');
      await expect(world.clock.of(new Listener().join(feed, 0))).rejects.toMatchObject({
        code: 'store_unavailable',
      });
      const live = await world.clock.of(new Listener().join(feed, 'now'));
      await world.clock.advance(1);
      process.store.refuse('feed.read', 'store_corrupt');
      await run(world, process, 1);
      await world.clock.advance(1_000);
      expect(live.code).toBe('store_corrupt');
      process.store.refuse('feed.read', 'store_corrupt');
      const behind = await world.clock.of(new Listener().join(feed, 0));
      await world.clock.advance(1_000);
      expect(behind.code).toBe('store_corrupt');
      const again = await world.clock.of(new Listener().join(feed, 0));
      await world.clock.advance(1_000);
      expect(again.offsets).toEqual(await expected(process.store, ALL, 0));
    }),
  );

  it(
    'leaves out a log that cannot be read: who named it is told why, the others hear the rest',
    inWorldOf(async (world) => {
      const process = await world.process();
      const [bad = '', good = ''] = await run(world, process, 2);
      const other = await world.process();
      const feed = feedOf(other);
      other.store.alter<readonly { entity: string }[]>(
        'log.readEntity',
        (rows) => rows.map((row) => ({ ...row, data: '{' })),
        { times: 1_000, when: (entity) => entity === bad },
      );
      // Begins behind the first events, so that whose they are has to be looked up.
      const after = (await expected(other.store, { ...ALL, executionId: bad }, 0))[0] as number;
      const all = await world.clock.of(new Listener().join(feed, after));
      const named = await world.clock.of(new Listener({ ...ALL, executionId: bad }).join(feed, after));
      await world.clock.advance(1);
      expect(named.code).toBe('store_corrupt');
      expect(named.heard).toEqual([]);
      expect(all.offsets).toEqual(await expected(other.store, { ...ALL, executionId: good }, 0));
      const said = other.logged.filter(({ message }) => message.includes('left out of the streams'));
      expect(said.map(({ fields }) => fields['execution'])).toEqual([bad]);
    }),
  );

  it(
    'ends for one whose sink throws, and for nobody else',
    inWorldOf(async (world) => {
      const process = await world.process();
      const feed = feedOf(process);
      const quick = await world.clock.of(new Listener().join(feed, 'now'));
      const ends = [
        () => {
          throw new Error('a bug');
        },
        async () => {
          throw new Error('a broken line');
        },
      ].map((sink) => world.clock.of(feed.subscribe({ filter: ALL, after: 'now', sink })));
      const subscriptions = await Promise.all(ends);
      await run(world, process, 1);
      await world.clock.advance(1);
      const errors = await Promise.all(subscriptions.map(({ ended }) => ended));
      expect(errors.map((error) => error?.message)).toEqual(['a bug', 'a broken line']);
      expect(feed.size).toBe(1);
      expect(quick.offsets).toEqual(await expected(process.store, ALL, 0));
    }),
  );

  it(
    'is left by a signal, before it began too, and closes with its engine',
    inWorldOf(async (world) => {
      const process = await world.process();
      const { feed } = process.engine;
      const [now, later] = [new AbortController(), new AbortController()];
      now.abort();
      const never = await world.clock.of(new Listener().join(feed, 0, now.signal));
      const left = await world.clock.of(new Listener().join(feed, 0, later.signal));
      const stays = await world.clock.of(new Listener().join(feed, 0));
      await run(world, process, 1);
      await world.clock.advance(1);
      later.abort();
      await run(world, process, 1);
      await world.clock.advance(1);
      expect([never.code, left.code, stays.code]).toEqual(['closed', 'closed', undefined]);
      expect([never.heard.length, left.heard.length * 2]).toEqual([0, stays.heard.length]);
      await world.clock.of(process.engine.close());
      await world.clock.settle();
      expect(stays.code).toBe('engine_closed');
      await expect(new Listener().join(feed, 0)).rejects.toMatchObject({ code: 'engine_closed' });
      expect(world.clock.armed).toBe(0);
    }),
  );

  describe('refuses a cursor', () => {
    const codeOf = (
      world: World,
      process: Process,
      after: number,
      filter = ALL,
      changes: Partial<FeedParts> = {},
    ): Promise<unknown> =>
      world.clock.of(new Listener(filter).join(feedOf(process, changes), after)).then(
        () => 'told',
        (error: unknown) => (error as { code: string }).code,
      );

    it(
      'that was never given out',
      inWorldOf(async (world) => {
        const process = await world.process();
        await run(world, process, 1);
        const end = await process.store.feed.end();
        const codes: unknown[] = [];
        for (const after of [-1, 0.5, Number.NaN, end + 1, end])
          codes.push(await codeOf(world, process, after));
        const invalid = 'cursor_invalid';
        expect(codes).toEqual([invalid, invalid, invalid, invalid, 'told']);
      }),
    );

    it(
      'behind which something of the filter was removed',
      inWorldOf(async (world) => {
        const process = await world.process();
        const [gone = '', stays = ''] = await run(world, process, 2);
        await run(world, process, 1);
        const { workflowId = '' } = (await world.row(gone)) ?? {};
        const last = (await expected(process.store, { ...ALL, executionId: gone }, 0)).at(-1) as number;
        await world.clock.of(process.engine.delete(gone, 'ann'));
        const tooOld = 'cursor_too_old';
        const codes: unknown[] = [];
        for (const filter of [
          ALL,
          { ...ALL, workflowId },
          { ...ALL, executionId: gone },
          { ...ALL, executionId: stays },
          { tenant: 'acme' },
        ])
          codes.push(await codeOf(world, process, last - 1, filter));
        expect(codes).toEqual([tooOld, tooOld, tooOld, 'told', 'told']);
        expect(await codeOf(world, process, last)).toBe('told');
        expect(await codeOf(world, process, last, { ...ALL, executionId: gone })).toBe('told');
      }),
    );

    it(
      'behind which the first event is older than a stream is kept',
      inWorldOf(async (world) => {
        const process = await world.process();
        const settings = { feedPollMs: 500, streamRetentionMs: 60_000 };
        const told = (after: number, executionId?: string): Promise<unknown> => {
          const filter = executionId === undefined ? ALL : { ...ALL, executionId };
          return codeOf(world, process, after, filter, { settings });
        };
        const [early] = await run(world, process, 1);
        const old = await process.store.feed.end();
        await world.clock.advance(61_000);
        const [late] = await run(world, process, 1);
        expect(await told(0)).toBe('cursor_too_old');
        expect(await told(0, early)).toBe('cursor_too_old');
        expect(await told(old)).toBe('told');
        expect(await told(0, late)).toBe('told');
        expect(await codeOf(world, process, 0)).toBe('told');
      }),
    );
  });

  it(
    'begins at the start of what is there, whatever was removed before and however old it is',
    inWorldOf(async (world) => {
      const process = await world.process();
      const settings = { feedPollMs: 500, streamRetentionMs: 60_000 };
      const feed = feedOf(process, { settings });
      const [gone = '', old = ''] = await run(world, process, 2);
      await world.clock.of(process.engine.delete(gone, 'ann'));
      await world.clock.advance(61_000);
      const all = await world.clock.of(new Listener().join(feed, 'start'));
      const named = await world.clock.of(new Listener({ ...ALL, executionId: old }).join(feed, 'start'));
      await run(world, process, 1);
      await world.clock.advance(1_000);
      expect([all.code, named.code]).toEqual([undefined, undefined]);
      expect(all.offsets).toEqual(await expected(process.store, ALL, 0));
      expect(named.offsets).toEqual(await expected(process.store, named.filter, 0));
    }),
  );

  it(
    'and is told where something goes that it has not read',
    inWorldOf(async (world) => {
      const process = await world.process();
      const [first = '', second = ''] = await run(world, process, 2);
      await world.clock.of(process.engine.delete(first, 'ann'));
      await world.clock.advance(1);
      const listener = new Listener();
      listener.hold();
      await world.clock.of(listener.join(feedOf(process), 'start'));
      await world.clock.advance(1);
      await world.clock.of(process.engine.delete(second, 'ann'));
      listener.letGo();
      await world.clock.advance(1);
      expect(listener.code).toBe('cursor_too_old');
    }),
  );

  it(
    'keeps no page for one who takes a little at a time, and gives all of it in the end',
    inWorldOf(async (world) => {
      const process = await world.process();
      await run(world, process, 20);
      const feed = feedOf(process, { bounds: { ...SMALL, page: 256, givenCharacters: 1_500 } });
      const listener = new Listener();
      const most = vi.spyOn(process.store.feed, 'read');
      for (const times of [1, 2, 3, 4, 5]) {
        listener.hold();
        if (times === 1) await world.clock.of(listener.join(feed, 0));
        await world.clock.advance(1);
        expect(listener.times).toBe(times);
        expect(listener.heard.length).toBeLessThanOrEqual(2 * times);
        listener.letGo();
      }
      await world.clock.advance(1);
      expect(listener.offsets).toEqual(await expected(process.store, ALL, 0));
      expect(most.mock.calls.map(([, limit]) => limit).slice(2, 6)).toEqual([16, 16, 16, 16]);
    }),
  );

  it(
    'tells the event at a cursor once more where that is asked for',
    inWorldOf(async (world) => {
      const process = await world.process();
      await run(world, process, 1);
      const end = await process.store.feed.end();
      const listener = await world.clock.of(new Listener().join(feedOf(process), { at: 3 }));
      await world.clock.advance(1);
      expect(listener.offsets).toEqual(await expected(process.store, ALL, 2));
      for (const at of [0, end + 1])
        await expect(world.clock.of(new Listener().join(feedOf(process), { at }))).rejects.toMatchObject({
          code: 'cursor_invalid',
        });
    }),
  );

  describe('ends with cursor_too_old where something is removed', () => {
    it(
      'that one who is behind has not read, not where it has',
      inWorldOf(async (world) => {
        const process = await world.process();
        const feed = feedOf(process);
        const [first = '', second = ''] = await run(world, process, 2);
        const named = { ...ALL, executionId: second };
        const listeners = [new Listener(), new Listener(named), new Listener({ ...ALL, executionId: first })];
        for (const listener of listeners) {
          listener.hold();
          await world.clock.of(listener.join(feed, 0));
        }
        await world.clock.advance(1);
        await world.clock.of(process.engine.delete(second, 'ann'));
        for (const listener of listeners) listener.letGo();
        await world.clock.advance(1);
        expect(listeners.map(({ code }) => code)).toEqual(['cursor_too_old', 'cursor_too_old', undefined]);
        for (const { heard } of listeners.slice(0, 2)) expect(heard.length).toBeLessThanOrEqual(4);
      }),
    );

    it(
      'before the tail has read it',
      inWorldOf(async (world) => {
        const process = await world.process();
        const feed = feedOf(process);
        const listeners = [ALL, { tenant: 'acme' }, ALL].map((filter) => new Listener(filter));
        const [live, others, behind] = listeners as [Listener, Listener, Listener];
        for (const listener of [live, others]) await world.clock.of(listener.join(feed, 'now'));
        await run(world, process, 1);
        await world.clock.advance(1);
        behind.hold();
        await world.clock.of(behind.join(feed, live.offsets.at(-2) as number));
        await world.clock.advance(1);
        process.store.delay('feed.read', 5_000);
        const [gone = ''] = await run(world, process, 1);
        await world.clock.of(process.engine.delete(gone, 'ann'));
        await world.clock.advance(10_000);
        behind.letGo();
        await world.clock.advance(1);
        expect(listeners.map(({ code }) => code)).toEqual(['cursor_too_old', undefined, 'cursor_too_old']);
      }),
    );

    it(
      'not where all of it was told before',
      inWorldOf(async (world) => {
        const process = await world.process();
        const feed = feedOf(process);
        const listener = await world.clock.of(new Listener().join(feed, 'now'));
        const [gone = ''] = await run(world, process, 2);
        await world.clock.advance(1);
        await world.clock.of(process.engine.delete(gone, 'ann'));
        await run(world, process, 1);
        await world.clock.advance(1_000);
        expect(listener.code).toBeUndefined();
        expect(new Set(listener.heard.map(({ executionId }) => executionId)).size).toBe(3);
      }),
    );
  });

  it(
    'tells of what is open as it goes on',
    inWorldOf(async (world) => {
      const process = await world.process();
      world.agents.on('a', hangs());
      const id = await world.start(process, await world.workflow(process, CHAIN));
      const listener = await world.clock.of(
        new Listener({ ...ALL, executionId: id }).join(process.engine.feed),
      );
      await world.clock.advance(1_000);
      const before = listener.heard.length;
      await world.clock.of(process.engine.pause(id, 'ann'));
      await world.clock.advance(1);
      expect(listener.heard.slice(before).map(({ published }) => published[0]?.event)).toContain(
        'workflow.paused',
      );
    }),
  );
});
