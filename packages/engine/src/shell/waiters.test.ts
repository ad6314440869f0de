import { answersLate, answersWith, Cue, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from '../world.suite.ts';

describe.each(STORES)('who waits for an end on the %s store', (_, share) => {
  it(
    'is told by the process that drives it, which reads nothing for it',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(30_000));
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process));
      const waits = Promise.all([process.engine.ended(id), process.engine.ended(id)]);
      expect(process.engine.gauges.waiters).toBe(1);
      expect(await world.clock.of(waits)).toMatchObject([{ status: 'completed' }, { status: 'completed' }]);
      expect(process.store.calls.get('executions.get')).toBeUndefined();
    }),
  );

  it(
    'is told when another process drives it, or it was over long ago',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('a', cue.line);
      const owner = await world.process();
      const client = await world.process();
      const id = await world.start(owner, await world.workflow(owner));
      const ended = client.engine.ended(id);
      await world.clock.advance(5_000);
      cue.answer();
      expect(await world.clock.of(ended)).toMatchObject({ status: 'completed' });
      expect(await client.engine.ended(id)).toMatchObject({ status: 'completed' });
      expect(await owner.engine.ended(id)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'makes the owner of the shards carry it on, also where only what is asked for is carried on',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        hangs(),
        answersWith(() => null),
      );
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first));
      first.kill();
      const second = await world.process({ isDead: () => true, settings: { recover: 'on_demand' } });
      await world.clock.advance(60_000);
      expect(second.engine.gauges.executions).toBe(0);
      expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'carries on nothing while another process owns the shards, and everything it waits for when it has taken over',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        hangs(),
        answersWith(() => null),
      );
      const owner = await world.process();
      const client = await world.process({ isDead: () => false, settings: { recover: 'on_demand' } });
      const id = await world.start(owner, await world.workflow(owner));
      const ended = client.engine.ended(id);
      await world.clock.advance(5_000);
      expect(client.engine.gauges).toMatchObject({ executions: 0, waiters: 1 });
      owner.kill();
      expect(await world.clock.of(ended)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'for what nobody ever started, is told so after a while',
    inWorld(share, async (world) => {
      const process = await world.process();
      const began = world.clock.now();
      await expect(world.clock.of(process.engine.ended('nobody'))).rejects.toMatchObject({
        code: 'execution_not_found',
      });
      expect(world.clock.now() - began).toBeGreaterThanOrEqual(30_000);
      expect(process.engine.gauges.waiters).toBe(0);
    }),
  );

  it(
    'waits on while the store cannot be read for a moment, and is told what is wrong with it for good',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(1_000)).on('b', hangs());
      const owner = await world.process();
      const client = await world.process();
      const workflow = await world.workflow(owner);
      const id = await world.start(owner, workflow);
      client.store.refuse('executions.get', 'store_busy', { times: 10 });
      expect(await world.ended(client, id)).toMatchObject({ status: 'completed' });
      const other = await world.start(owner, await world.workflow(owner, { tasks: { b: [] } }));
      client.store.refuse('executions.get', 'store_corrupt');
      await expect(world.ended(client, other)).rejects.toMatchObject({ code: 'store_corrupt' });
    }),
  );
});
