/** How an engine ends, and that nobody is left waiting. */
import { answersLate, answersWith, Cue, hangs, obeys } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { Engine } from './engine.ts';
import { inWorld, STORES } from './world.suite.ts';

const TWO = { tasks: { a: [], b: ['a'] } };

describe.each(STORES)('an engine that is closed, on the %s store', (_, share) => {
  it(
    'stops its agents, gives the shards back, and leaves open what is open',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        obeys(),
        answersWith(() => null),
      );
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, TWO));
      await world.clock.of(first.engine.close());
      expect(String(world.agents.at('a')[0]?.signal.reason)).toBe('Error: the engine is closing');
      expect(await (await world.store()).leases.holders()).toEqual([]);
      expect(await world.row(id)).toMatchObject({ status: 'running' });
      expect(await world.log(id)).not.toContain('task.failed');
      const second = await world.process();
      expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'leaves nothing that would keep its process alive',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const process = await world.process();
      const client = await world.process();
      const id = await world.start(
        process,
        await world.workflow(process, { tasks: { a: { timeoutMs: 60_000 } } }),
      );
      const waits = [
        process.engine.ended(id),
        client.engine.ended(id),
        client.engine.ended('nobody'),
        client.engine.cancel('nobody', 'ann'),
      ].map((wait) => wait.catch((error: unknown) => error));
      await world.clock.advance(10);
      await world.clock.of(client.engine.close());
      await world.clock.of(process.engine.close());
      expect(world.clock.armed).toBe(0);
      const told = await Promise.all(waits);
      expect(told).toMatchObject([
        { code: 'engine_closed' },
        { code: 'engine_closed' },
        { code: 'engine_closed' },
        {},
      ]);
      expect(process.engine.gauges).toEqual({
        executions: 0,
        attempts: 0,
        unbound: 0,
        timers: 0,
        queued: 0,
        parked: 0,
        waiters: 0,
        inbox: 0,
      });
    }),
  );

  it(
    'answers whoever still asks, at once',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      const starting = process.engine
        .start({ workflow, input: null, by: 'ann' })
        .catch((error: unknown) => error);
      await world.clock.of(process.engine.close());
      expect(await starting).toMatchObject({ code: 'engine_closed' });
      const closed = { code: 'engine_closed' };
      await expect(process.engine.start({ workflow, input: null, by: 'ann' })).rejects.toMatchObject(closed);
      await expect(process.engine.cancel('x', 'ann')).rejects.toMatchObject(closed);
      await expect(process.engine.ended('x')).rejects.toMatchObject(closed);
      await expect(process.parts.loop.mark({ executionId: 'x' } as never)).rejects.toMatchObject(closed);
      process.parts.loop.refuse({} as never, new Error() as never);
      await world.clock.of(process.engine.close());
      expect(world.clock.armed).toBe(0);
    }),
  );

  it(
    'waits for the commit on its way, and performs nothing of it',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      process.store.delay('log.commit', 2_000);
      const starting = process.engine.start({ workflow, input: null, by: 'ann' });
      await world.clock.advance(1_000);
      const closing = process.engine.close();
      const id = await world.clock.of(starting);
      await world.clock.of(closing);
      expect(world.agents.performances).toEqual([]);
      expect(await world.row(id)).toMatchObject({ status: 'running' });
      expect(process.engine.gauges).toMatchObject({ timers: 0, executions: 0 });
    }),
  );

  it(
    'does not wait for a store that refuses: neither the commit on its way, nor the lease',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('a', cue.line);
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, TWO));
      process.store.refuse('log.commit', 'store_full', { times: 1_000 });
      process.store.refuse('leases.release', 'store_full');
      cue.answer();
      await world.clock.advance(10);
      const paused = process.engine.pause(id, 'ann').catch((error: unknown) => error);
      await world.clock.of(process.engine.close(), 100);
      expect(await paused).toMatchObject({ code: 'engine_closed' });
      expect(process.logged.at(-1)?.message).toMatch(/could not be given back/);
      expect(world.clock.armed).toBe(0);
    }),
  );

  it(
    'tells the caller when the store refuses the commit on its way, and tries no other',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      process.store.refuse('log.commit', 'store_busy', { lateMs: 1_000 });
      const starting = process.engine
        .start({ workflow, input: null, by: 'ann' })
        .catch((error: unknown) => error);
      await world.clock.advance(500);
      const closing = process.engine.close();
      await world.clock.of(closing);
      expect(await starting).toMatchObject({ code: 'store_busy' });
      expect(process.store.asked).toHaveLength(1);
      expect(world.clock.armed).toBe(0);
    }),
  );

  it(
    'while it reads an entity, tells who waits for that',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(60_000));
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, TWO));
      first.kill();
      const second = await world.process({ isDead: () => true, settings: { recover: 'on_demand' } });
      second.store.delay('log.readEntity', 1_000);
      const recovering = second.engine.recover(id).catch((error: unknown) => error);
      await world.clock.advance(500);
      await world.clock.of(second.engine.close());
      expect(await recovering).toMatchObject({ code: 'engine_closed' });
    }),
  );

  it(
    'while it claims the shards, has none afterwards',
    inWorld(share, async (world) => {
      const first = await world.process();
      const second = await world.process();
      second.store.delay('leases.claim', 1_000);
      await world.clock.of(first.engine.close());
      await world.clock.advance(300);
      await world.clock.of(second.engine.close());
      expect(second.engine.owns).toBe(false);
      expect(await (await world.store()).leases.holders()).toEqual([]);
    }),
  );

  it(
    'can be opened even though the store does not answer for a moment',
    inWorld(share, async (world) => {
      const assembled = await world.assemble();
      assembled.store.refuse('leases.holders', 'store_busy', { times: 2 });
      const engine = await world.clock.of(Engine.of(assembled.parts));
      expect(engine.owns).toBe(false);
      await world.clock.advance(1_000);
      expect(engine.owns).toBe(true);
      await world.clock.of(engine.close());
    }),
  );

  it(
    'is not hurt by a log that throws',
    inWorld(share, async (world) => {
      const process = await world.process({
        log: () => {
          throw new Error('the log is full');
        },
      });
      process.store.refuse('log.commit', 'store_busy', { after: 1 });
      expect(await world.run(process, TWO)).toMatchObject({ status: 'completed' });
    }),
  );
});
