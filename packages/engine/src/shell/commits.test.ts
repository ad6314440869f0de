/** One commit for many, and nothing seen before it. */
import { type Commit, shardOf } from '@cantata/core';
import { Cue } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from '../world.suite.ts';

const CHAIN = { tasks: { a: [], b: ['a'], c: ['b'], d: ['c'], e: ['d'] } };

describe.each(STORES)('commits on the %s store', (_, share) => {
  it(
    'carry the steps of many runs at once',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, CHAIN);
      const starts = Array.from({ length: 100 }, () =>
        process.engine.start({ workflow, input: null, by: 'ann' }),
      );
      const ids = await world.clock.of(Promise.all(starts));
      const rows = await world.clock.of(Promise.all(ids.map((id) => process.engine.ended(id))));
      expect(rows.every(({ status }) => status === 'completed')).toBe(true);
      expect(world.agents.performances).toHaveLength(500);
      // One commit for all starts and one for each of the five steps that all take together.
      expect(process.store.commits.length).toBeLessThan(10);
    }),
  );

  it(
    'hold as many events as they may, and not more than one step more',
    inWorld(share, async (world) => {
      const process = await world.process({ settings: { maxBatchEvents: 20 } });
      const workflow = await world.workflow(process, CHAIN);
      const starts = Array.from({ length: 50 }, () =>
        process.engine.start({ workflow, input: null, by: 'ann' }),
      );
      await world.clock.of(Promise.all(starts));
      await world.clock.advance(1_000);
      const sizes = process.store.commits.map(({ events }) => events.length);
      expect(Math.max(...sizes)).toBeLessThan(30);
      expect(world.agents.performances).toHaveLength(250);
    }),
  );

  it(
    'do not grow beyond the size they may have',
    inWorld(share, async (world) => {
      const output = 'x'.repeat(10_000);
      world.agents.otherwise(async () => ({ kind: 'completed', output }));
      const process = await world.process({ settings: { maxBatchBytes: 30_000 } });
      const workflow = await world.workflow(process);
      const starts = Array.from({ length: 20 }, () =>
        process.engine.start({ workflow, input: null, by: 'ann' }),
      );
      await world.clock.of(Promise.all(starts));
      await world.clock.advance(1_000);
      const completed = ({ events }: Commit): number =>
        events.filter(({ type }) => type === 'task.completed').length;
      expect(process.store.commits.map(completed).reduce((a, b) => a + b)).toBe(20);
      expect(Math.max(...process.store.commits.map(completed))).toBeLessThanOrEqual(4);
    }),
  );

  it(
    'are one at a time',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, CHAIN);
      process.store.delay('log.commit', 10, { times: 5 });
      const starts = [0, 1, 2].map(async (n) => {
        await new Promise<void>((resolve) => void world.clock.at(world.clock.now() + 3 * n, resolve));
        return process.engine.start({ workflow, input: null, by: 'ann' });
      });
      await world.clock.of(Promise.all(starts));
      expect(process.store.mostCommitsAtOnce).toBe(1);
    }),
  );

  it(
    'are shown, told and performed only once they are safe',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, CHAIN);
      process.store.delay('log.commit', 500);
      let answered: string | undefined;
      void process.engine.start({ workflow, input: null, by: 'ann' }).then((id) => (answered = id));
      await world.clock.advance(400);
      expect(process.store.asked).toHaveLength(1);
      const id = process.store.asked[0]?.executions[0]?.executionId as string;
      expect({ answered, spans: process.spans, performed: world.agents.places }).toEqual({
        answered: undefined,
        spans: [],
        performed: [],
      });
      await expect(process.engine.reader.status(id)).rejects.toMatchObject({ code: 'execution_not_found' });
      await world.clock.advance(100);
      expect(answered).toBe(id);
      expect(process.spans.length).toBeGreaterThan(0);
      expect(world.agents.at('a', id)).toHaveLength(1);
      expect(await process.engine.reader.status(id)).toMatchObject({ status: expect.any(String) });
    }),
  );

  it(
    'tell the bus each event once, in order, without gaps',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, CHAIN);
      const ids = await Promise.all([0, 1, 2, 3].map(() => world.start(process, workflow)));
      await world.clock.advance(1_000);
      for (const id of ids) {
        const told = process.spans.flatMap(({ events }) => events).filter(({ entity }) => entity === id);
        expect(told.map(({ sequence }) => sequence)).toEqual(told.map((__, n) => n + 1));
        expect(told.map(({ type }) => type)).toEqual(await world.log(id));
      }
      for (const { shard, first, last, events } of process.spans) {
        expect(events.map(({ position }) => position)).toEqual(events.map((__, n) => first + n));
        expect(last - first + 1).toBe(events.length);
        expect(events.every(({ entity }) => shardOf(entity) === shard)).toBe(true);
      }
    }),
  );

  it(
    'go on when the bus fails',
    inWorld(share, async (world) => {
      let told = 0;
      const bus = {
        publish(): Promise<void> {
          told += 1;
          if (told === 1) throw new Error('the bus is gone');
          return Promise.reject(new Error('the bus is gone'));
        },
        subscribe: () => () => undefined,
      };
      const process = await world.process({ bus });
      expect(await world.run(process, CHAIN)).toMatchObject({ status: 'completed' });
      expect(
        process.logged.filter(({ message }) => /could not be published/.test(message)).length,
      ).toBeGreaterThan(1);
    }),
  );

  it(
    'answer what was decided on uncommitted ground with that ground',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('a', cue.line);
      const process = await world.process();
      const workflow = await world.workflow(process, { maxConcurrentExecutions: 1 });
      // Both are decided in one batch: the second is refused because of the first, which is not safe yet.
      process.store.refuse('log.commit', 'store_busy');
      const outcomes = await world.clock.of(
        Promise.allSettled([0, 1].map(() => process.engine.start({ workflow, input: null, by: 'ann' }))),
      );
      expect(outcomes).toMatchObject([
        { reason: { code: 'store_busy' } },
        { reason: { code: 'store_busy' } },
      ]);
      expect(await world.start(process, workflow)).toEqual(expect.any(String));
    }),
  );
});
