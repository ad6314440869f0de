/** An engine that has time to leave: what runs finishes, nothing new begins, and the next one goes on from there. */
import { answersLate, answersWith, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from './world.suite.ts';

const TWO = { tasks: { a: [], b: ['a'] } };

describe.each(STORES)('an engine that is left, on the %s store', (_, share) => {
  it(
    'lets the attempt that runs finish and hands nothing out after it; the next engine does',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(300));
      world.agents.on(
        'b',
        answersWith(() => 'b'),
      );
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, TWO));
      await world.clock.advance(10);
      expect(first.engine.isLeaving).toBe(false);
      const left = first.engine.drain(10_000);
      expect(first.engine.isLeaving).toBe(true);
      expect(await world.clock.of(left)).toEqual({ unfinished: 0, checkpoints: 1 });
      const log = await world.log(id);
      expect(log.filter((type) => type === 'task.completed')).toHaveLength(1);
      expect(log.at(-1)).toBe('workflow.checkpoint_created');
      expect(world.agents.at('b')).toEqual([]);
      await world.clock.of(first.engine.close());

      const second = await world.process();
      expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
      expect(world.agents.at('a')).toHaveLength(1);
      expect(await world.log(id)).not.toContain('agent.lost');
    }),
  );

  it(
    'waits no longer than it was given; what did not finish is handed out again',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        hangs(),
        answersWith(() => 'a'),
      );
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, TWO));
      await world.clock.advance(10);
      expect(await world.clock.of(first.engine.drain(500))).toMatchObject({ unfinished: 1 });
      await world.clock.of(first.engine.close());
      const second = await world.process();
      expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
      expect(new Set(world.agents.at('a').map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
      expect(world.agents.at('a')).toHaveLength(2);
    }),
  );

  it(
    'is not kept by a store that does not take its checkpoints, and writes none where another decides',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const first = await world.process();
      const client = await world.process();
      await world.start(first, await world.workflow(first, TWO));
      await world.clock.advance(10);
      expect(await world.clock.of(client.engine.drain(0))).toEqual({ unfinished: 0, checkpoints: 0 });
      first.store.refuse('log.commit', 'store_unavailable', { times: 100 });
      expect(await world.clock.of(first.engine.drain(0))).toEqual({ unfinished: 1, checkpoints: 0 });
    }),
  );
});
