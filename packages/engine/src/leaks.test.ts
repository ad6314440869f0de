/** What is left when everything is over: nothing. And what a step costs when a run is long: not more. */
import { answersLate, answersWith, hangs, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from './world.suite.ts';

const EMPTY = {
  executions: 0,
  attempts: 0,
  unbound: 0,
  timers: 0,
  queued: 0,
  parked: 0,
  waiters: 0,
  inbox: 0,
};

describe.each(STORES)('after many executions on the %s store', (name, share) => {
  it(
    'nothing of them is in memory',
    inWorld(share, async (world) => {
      world.agents
        .on('slow', answersLate(1_000))
        .on(
          'flaky',
          throws(),
          answersWith(() => null),
        )
        .on('stuck', hangs());
      const process = await world.process({ settings: { inboxPollMs: 5_000 } });
      const kinds = [
        { tasks: { a: [] } },
        { tasks: { slow: { timeoutMs: 60_000 }, b: ['slow'] } },
        { tasks: { flaky: { retryPolicy: 'fixed' } } },
        { tasks: { stuck: { timeoutMs: 500 } } },
      ] as const;
      const workflows = await Promise.all(kinds.map((kind) => world.workflow(process, kind)));
      const total = name === 'memory' ? 10_000 : 1_000;
      for (let started = 0; started < total; started += 500) {
        const batch = Array.from(
          { length: 500 },
          (_, n) => workflows[n % workflows.length] as (typeof workflows)[number],
        );
        const runs = batch.map(async (workflow) =>
          process.engine.ended(await process.engine.start({ workflow, input: null, by: 'ann' })),
        );
        const rows = await world.clock.of(Promise.all(runs));
        expect(rows.filter(({ status }) => status === 'completed')).toHaveLength(375);
      }
      await world.clock.advance(10_000);
      expect(process.engine.gauges).toEqual(EMPTY);
      // One admission a workflow stays, and it holds nobody.
      const residents = [...process.parts.loop.residents.values()];
      expect(residents).toHaveLength(workflows.length);
      expect(
        residents.every(
          (entity) =>
            entity.kind === 'resource' &&
            entity.state.kind === 'admission' &&
            entity.state.holders.size === 0,
        ),
      ).toBe(true);
    }),
    60_000,
  );
});

describe.each(STORES)('with a long run on the %s store', (name, share) => {
  it(
    'the last commits read and write no more than the first',
    inWorld(share, async (world) => {
      const tasks = Object.fromEntries(
        Array.from({ length: 2_000 }, (__, n) => [`t${n}`, n === 0 ? [] : [`t${n - 1}`]]),
      );
      const process = await world.process();
      const { status } = await world.run(process, { tasks });
      expect(status).toBe('completed');
      const sizes = process.store.commits.map((commit) => JSON.stringify(commit).length);
      const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
      expect(mean(sizes.slice(-200)) / mean(sizes.slice(10, 210))).toBeLessThan(1.2);
      expect(process.store.calls.get('log.readEntity')).toBeLessThan(5);
    }),
  );
});
