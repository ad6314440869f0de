/** What lost its wake-up gets it back; what cannot have one is parked. Each loss here is made on purpose. */
import { executionLaw } from '@cantata/core';
import { answers, answersLate, answersWith, hangs, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES } from '../world.suite.ts';

function healed({ logged }: Process): number {
  return logged.filter(({ message }) => /had lost its wake-up and got it back/.test(message)).length;
}

describe.each(STORES)('the reconciler on the %s store', (_, share) => {
  it(
    'arms a timer again that was lost',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        throws(),
        answersWith(() => null),
      );
      const process = await world.process();
      const id = await world.start(
        process,
        await world.workflow(process, { tasks: { a: { retryPolicy: 'fixed' } } }),
      );
      process.parts.timers.stop();
      process.parts.performer.forget(id);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(healed(process)).toBe(1);
    }),
  );

  it(
    'hands an attempt out again that nobody performs',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        hangs(),
        answersWith(() => null),
      );
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process));
      process.parts.dispatcher.ended(id);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(healed(process)).toBe(1);
      expect(await world.log(id)).toContain('agent.lost');
      expect(new Set(world.agents.at('a').map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    }),
  );

  it(
    'fires a timer whose moment the platform slept through',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const process = await world.process();
      const id = await world.start(
        process,
        await world.workflow(process, { tasks: { a: { timeoutMs: 3_600_000 } } }),
      );
      await world.clock.advance(1_000);
      // As after a machine's sleep: the wall clock is further, the timers of the platform are not.
      const clock = process.parts.clock;
      const { now } = clock;
      Object.defineProperty(clock, 'now', { value: () => now.call(clock) + 3_600_000 });
      await world.clock.advance(6_000);
      expect(await world.row(id)).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/^task_timed_out/),
      });
    }),
  );

  it(
    'takes nothing for lost of what is ending when the time of the whole is up',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const process = await world.process({ settings: { reconcileMs: 500 } });
      const id = await world.start(process, await world.workflow(process), { timeoutMs: 5_000 });
      await world.clock.advance(4_000);
      await world.clock.of(process.engine.cancel(id, 'ann'));
      expect(await world.ended(process, id)).toMatchObject({ status: 'cancelled' });
      expect(healed(process)).toBe(0);
    }),
  );

  it(
    'reads an open execution again that is not in memory',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        throws(),
        answersWith(() => null),
      );
      const process = await world.process();
      const id = await world.start(
        process,
        await world.workflow(process, { tasks: { a: { retryPolicy: 'fixed' } } }),
      );
      process.parts.loop.abandon();
      expect(process.engine.gauges).toMatchObject({ executions: 0, timers: 0 });
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'leaves it alone where only what is asked for is carried on',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        throws(),
        answersWith(() => null),
      );
      const process = await world.process({ settings: { recover: 'on_demand' } });
      const id = await world.start(
        process,
        await world.workflow(process, { tasks: { a: { retryPolicy: 'fixed' } } }),
      );
      process.parts.loop.abandon();
      await world.clock.advance(60_000);
      expect(await world.row(id)).toMatchObject({ status: 'running' });
      expect(world.agents.performances).toHaveLength(1);
    }),
  );

  it(
    'parks an execution that nothing will ever wake',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(1_000));
      const process = await world.process();
      const workflow = await world.workflow(process, { tasks: { a: [], b: ['a'] } });
      const { decide } = executionLaw;
      // A law that forgets to hand out what is ready.
      Object.assign(executionLaw, {
        decide: (...args: Parameters<typeof decide>) =>
          args[1].type === 'continue' && args[0].counters.turns > 0
            ? { kind: 'accepted', events: [], messages: [] }
            : decide(...args),
      });
      try {
        const id = await world.start(process, workflow);
        expect(await world.ended(process, id)).toMatchObject({
          status: 'running',
          parked: true,
          reason: expect.stringMatching(/^invariant_broken: nothing will wake execution /),
        });
      } finally {
        Object.assign(executionLaw, { decide });
      }
    }),
  );

  it(
    'finds nothing where nothing is wrong, however slow the store is',
    inWorld(share, async (world) => {
      world.agents.otherwise(answersLate(7_000));
      const process = await world.process({ settings: { reconcileMs: 1_000 } });
      const workflow = await world.workflow(process, {
        tasks: { a: { retryPolicy: 'fixed' }, b: ['a'], c: ['b'] },
      });
      process.store.delay('log.commit', 20_000, { times: 100 });
      const starting = process.engine.start({ workflow, input: null, by: 'ann' });
      const id = await world.clock.of(starting);
      expect(await world.ended(process, id, 600_000)).toMatchObject({ status: 'completed' });
      expect(world.agents.places).toEqual(['a', 'b', 'c']);
      expect(process.logged.filter(({ level }) => level === 'error')).toEqual([]);
    }),
  );

  it(
    'stops with the engine',
    inWorld(share, async (world) => {
      world.agents.on('a', answers(null));
      const process = await world.process();
      await world.clock.of(process.engine.close());
      expect(world.clock.armed).toBe(0);
      process.parts.reconciler.start();
      expect(world.clock.armed).toBe(0);
    }),
  );
});
