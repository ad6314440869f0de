/** An execution that has ended is deleted: nothing of it is left but a line. */
import type { CantataError } from '@cantata/core';
import { answers, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from './world.suite.ts';

/** Too large for the log. */
const LARGE = 'x'.repeat(40_000);
const chain = { agents: { w: 1 }, tasks: { a: [], b: ['a'] } };

describe.each(STORES)('deleting, on the %s store', (_, share) => {
  const code = (world: World, { engine }: Process, id: string): Promise<unknown> =>
    world.clock.of(engine.delete(id, 'ann')).catch((error: unknown) => (error as CantataError).code);
  const blobsOf = async (world: World, id: string): Promise<readonly string[]> =>
    (await world.store()).blobs.heldBy(id);

  async function completed(world: World): Promise<{ process: Process; id: string }> {
    const process = await world.process();
    world.agents.on('a', answers(LARGE)).on('b', answers('done'));
    const workflow = await world.workflow(process, chain);
    const id = await world.start(process, workflow);
    await world.ended(process, id);
    return { process, id };
  }

  it(
    'leaves one line, and nobody finds the execution any more',
    inWorld(share, async (world) => {
      const { process, id } = await completed(world);
      const { engine } = process;
      expect(await blobsOf(world, id)).toHaveLength(1);
      const [digest = ''] = await blobsOf(world, id);
      await world.clock.of(engine.delete(id, 'ann', 'asked for'));
      const store = await world.store();
      expect(await store.blobs.read([digest])).toEqual([]);
      expect(await world.log(id)).toEqual([]);
      expect(await store.executions.removals({ limit: 2 })).toMatchObject([
        { executionId: id, status: 'completed', by: 'ann', reason: 'asked for', at: world.clock.now() },
      ]);
      const asked: readonly (() => Promise<unknown>)[] = [
        () => engine.reader.status(id),
        () => engine.reader.events(id),
        () => engine.resume(id, 'ann'),
      ];
      for (const ask of asked)
        await expect(world.clock.of(ask())).rejects.toMatchObject({ code: 'execution_not_found' });
      expect(await code(world, process, id)).toBe('execution_not_found');
    }),
  );

  it(
    'is refused for what is open, which goes on',
    inWorld(share, async (world) => {
      const process = await world.process();
      world.agents.on('a', hangs());
      const id = await world.start(process, await world.workflow(process, chain));
      await world.clock.advance(1_000);
      expect(await code(world, process, id)).toBe('still_open');
      world.agents.on('a', answers('late'));
      await world.clock.of(process.engine.cancel(id, 'ann'));
      await world.ended(process, id);
      expect(await code(world, process, id)).toBeUndefined();
    }),
  );

  it(
    'is refused for what went on since it was looked at',
    inWorld(share, async (world) => {
      const { process, id } = await completed(world);
      process.store.alter('executions.get', (row) => ({ ...(row as object), sequence: 1 }));
      expect(await code(world, process, id)).toBe('still_open');
      expect(await world.row(id)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'leaves to a fork what it took over, and to others the shard as it was',
    inWorld(share, async (world) => {
      const { process, id } = await completed(world);
      const fork = await world.clock.of(process.engine.fork(id, { from: 'b', by: 'ann' }));
      await world.ended(process, fork);
      await world.clock.of(process.engine.delete(id, 'ann'));
      expect(await blobsOf(world, fork)).toHaveLength(1);
      const { tasks } = await world.clock.of(process.engine.reader.status(fork));
      expect(tasks.map(({ status }) => status)).toEqual(['completed', 'completed']);
      process.kill();
      const next = await world.process();
      await world.clock.advance(60_000);
      world.agents.on('a', answers('again'));
      expect(await world.run(next, { tasks: { a: [] } })).toMatchObject({ status: 'completed' });
      expect(await code(world, next, fork)).toBeUndefined();
    }),
  );
});
