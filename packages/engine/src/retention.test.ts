/** What has ended long ago goes by itself, slowly, and what others need stays. */
import { answers, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from './world.suite.ts';

const LONG = 300_000;
const LOOKS = 120_000;
const ONE = { name: 'inner', tasks: { a: [] } };
const KEEPS = { settings: { executionRetentionMs: LONG } };

describe.each(STORES)('with a retention, on the %s store', (_, share) => {
  const there = async (world: World, ids: readonly string[]): Promise<readonly boolean[]> => {
    const store = await world.store();
    return Promise.all(ids.map(async (id) => (await store.executions.get(id)) !== undefined));
  };
  async function ended(world: World, process: Process, count: number): Promise<readonly string[]> {
    world.agents.on('a', ...Array.from({ length: count }, () => answers('done')));
    const workflow = await world.workflow(process, ONE);
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      const id = await world.start(process, workflow);
      await world.ended(process, id);
      ids.push(id);
    }
    return ids;
  }

  it(
    'an execution that ended before is removed with a line that says why, and a younger one stays',
    inWorld(share, async (world) => {
      const process = await world.process(KEEPS);
      const old = await ended(world, process, 60);
      await world.clock.advance(LONG / 2);
      const young = await ended(world, process, 1);
      expect(await there(world, [...old, ...young])).not.toContain(false);
      await world.clock.advance(LONG / 2 + LOOKS);
      expect(await there(world, old)).not.toContain(true);
      expect(await there(world, young)).toEqual([true]);
      const [line] = await (await world.store()).executions.removals({ limit: 1 });
      expect(line).toMatchObject({
        by: 'retention',
        reason: expect.stringMatching(/^it ended \d+ min.* ago$/) as string,
        status: 'completed',
      });
      expect(process.logged.filter(({ level }) => level !== 'info' && level !== 'debug')).toEqual([]);
    }),
  );

  it(
    'what is open stays, and so does a child as long as its parent is open',
    inWorld(share, async (world) => {
      const process = await world.process(KEEPS);
      world.agents.on('a', answers('done')).on('b', hangs());
      await world.workflow(process, ONE);
      const parent = await world.workflow(process, {
        name: 'outer',
        tasks: { sub: { workflow: 'inner' }, b: [] },
      });
      const id = await world.start(process, parent);
      await world.clock.advance(1_000);
      const rows = await (await world.store()).executions.list({ limit: 10 });
      expect(rows.map(({ status }) => status).toSorted()).toEqual(['completed', 'running']);
      await world.clock.advance(LONG + LOOKS);
      expect(
        await there(
          world,
          rows.map(({ executionId }) => executionId),
        ),
      ).toEqual([true, true]);
      await world.clock.of(process.engine.cancel(id, 'ann'));
      await world.clock.advance(LONG + 2 * LOOKS);
      expect(
        await there(
          world,
          rows.map(({ executionId }) => executionId),
        ),
      ).toEqual([false, false]);
    }),
  );

  it(
    'nobody but the owner removes anything, and a store that fails is asked again later',
    inWorld(share, async (world) => {
      const owner = await world.process();
      const client = await world.process(KEEPS);
      const ids = await ended(world, owner, 1);
      await world.clock.advance(2 * LONG);
      expect(await there(world, ids)).toEqual([true]);
      await world.clock.of(owner.engine.close());
      client.store.refuse('executions.expired', 'store_busy', { times: 2 });
      await world.clock.advance(5 * 60_000);
      expect(await there(world, ids)).toEqual([false]);
      expect(client.logged.map(({ message }) => message)).toContain(
        'what is past its retention could not be removed',
      );
    }),
  );
});
