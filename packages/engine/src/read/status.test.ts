/** The status of what the engine of this process has in memory: from there, and never ahead of the store. */
import { MAX_INLINE_BYTES } from '@cantata/core';
import { hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';

const readings = ({ store }: Process): number => store.calls.get('log.readEntity') ?? 0;

async function atWork(world: World, process: Process, input = ''): Promise<string> {
  world.agents.on('a', hangs());
  return world.start(process, await world.workflow(process, { tasks: { a: [] } }), { input });
}

describe.each(STORES)('the status of what is in hand on the %s store', (_, share) => {
  it(
    'is told without its log, large values included, and is what its log says',
    inWorld(share, async (world) => {
      const process = await world.process();
      const input = 'x'.repeat(MAX_INLINE_BYTES);
      const id = await atWork(world, process, input);
      const before = readings(process);
      const inHand = await process.engine.reader.status(id);
      expect(readings(process)).toBe(before);
      expect(inHand).toMatchObject({ status: 'running', input, tasks: [{ id: 'a', status: 'running' }] });
      const beside = await world.process();
      expect(await beside.engine.reader.status(id)).toEqual(inHand);
      expect(readings(beside)).toBeGreaterThan(0);
    }),
  );

  it(
    'does not tell what is about to be committed',
    inWorld(share, async (world) => {
      const process = await world.process();
      const { engine, store } = process;
      const id = await atWork(world, process);
      store.delay('log.commit', 1_000);
      const pausing = engine.pause(id, 'bob');
      await world.clock.advance(500);
      expect(await engine.reader.status(id)).toMatchObject({ status: 'running' });
      await world.clock.of(pausing);
      expect(await engine.reader.status(id)).toMatchObject({ status: 'paused' });
    }),
  );

  it(
    'comes from the store where that is ahead: another engine may decide by now',
    inWorld(share, async (world) => {
      const process = await world.process();
      const id = await atWork(world, process);
      const row = await world.row(id);
      process.store.alter('executions.get', () => ({ ...row, sequence: (row?.sequence ?? 0) + 1 }));
      const before = readings(process);
      expect(await process.engine.reader.status(id)).toMatchObject({ status: 'running' });
      expect(readings(process)).toBeGreaterThan(before);
    }),
  );
});
