/** Whoever waits for what others have is told where one of them stands still, and what makes it go on. */
import { aComputed, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';

const NEEDS = { locks: [aComputed(() => 'stock')], quotas: [] };
const LOCKED = { tasks: { hold: { needs: NEEDS } } };

/** The sentences of one that waits for the lock of another. */
async function whyOf(
  world: World,
  process: Process,
  holder: (first: Process, execution: string) => Promise<Process> = async () => process,
): Promise<{ readonly holder: string; readonly told: string }> {
  world.agents.on('hold', hangs());
  const workflow = await world.workflow(process, LOCKED);
  const held = await world.start(process, workflow);
  await world.clock.advance(100);
  const driver = await holder(process, held);
  const waiting = await world.start(driver, await world.workflow(driver, LOCKED));
  await world.clock.advance(100);
  const causes = await driver.engine.reader.why(waiting);
  return { holder: held, told: causes.map(({ sentence }) => sentence).join('\n') };
}

describe.each(STORES)('why, on the %s store, of one that waits for a lock', (_, share) => {
  it(
    'says nothing more of a holder that is at work',
    inWorld(share, async (world) => {
      const { holder, told } = await whyOf(world, await world.process());
      expect(told).toMatch(
        new RegExp(`held by execution ${holder}, hold, for 200 ms; it is the next one\\.$`),
      );
    }),
  );

  it(
    'says that the holder is paused, and by whom',
    inWorld(share, async (world) => {
      const { holder, told } = await whyOf(world, await world.process(), async (process, execution) => {
        await world.clock.of(process.engine.pause(execution, 'bob', 'lunch'));
        return process;
      });
      expect(told).toMatch(
        new RegExp(
          `next one\\. But ${holder} stands still: bob paused it .* \\(lunch\\); cantata resume ${holder} con`,
        ),
      );
    }),
  );

  it(
    'says that nobody drives the holder',
    inWorld(share, async (world) => {
      const { holder, told } = await whyOf(world, await world.process(), async (process) => {
        process.kill();
        await world.clock.advance(60_000);
        return world.process({ isDead: () => true, settings: { recover: 'on_demand' } });
      });
      expect(told).toMatch(
        new RegExp(`But ${holder} stands still: Nobody drives it: .*cantata resume ${holder} continues it`),
      );
    }),
  );

  it(
    'says it of who has the place that a sub-workflow waits for, too',
    inWorld(share, async (world) => {
      world.agents.on('search', hangs());
      const process = await world.process();
      const inner = { name: 'inner', maxConcurrentExecutions: 1, tasks: { search: [] } };
      const first = await world.start(process, await world.workflow(process, inner));
      await world.clock.of(process.engine.pause(first, 'bob'));
      const outer = await world.workflow(process, { tasks: { sub: { workflow: 'inner' } } });
      const parent = await world.start(process, outer);
      await world.clock.advance(100);
      const [, cause] = await process.engine.reader.why(parent);
      expect(cause?.sentence).toMatch(
        new RegExp(`these are open: ${first}, .* But ${first} stands still: bob paused it`),
      );
    }),
  );
});
