/** What the operator has limited: who is let in, who waits, who is refused, and that every place comes back. */
import { admissionOf, type Calendar, executionLaw, poolOf } from '@cantata/core';
import { answersLate, answersWith, type DefinitionSketch, hangs, obeys, throws } from '@cantata/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Engine } from './engine.ts';
import { inWorld, type Process, STORES, type World } from './world.suite.ts';

const ONE = { settings: { capacity: { maxExecutions: 1 }, allocationTimeoutMs: 60_000 } };
const SLOW: DefinitionSketch = { tasks: { slow: [] } };
const calendar: Calendar = (_, after) => (Math.floor(after / 60_000) + 1) * 60_000;
const NOTHING = { executions: 0, cpuMillis: 0, memoryBytes: 0 };

afterEach(() => vi.restoreAllMocks());

async function used(world: World, { engine }: Pick<Process, 'engine'>) {
  return (await world.clock.of(engine.capacity())).used;
}

describe.each(STORES)('where executions are limited, on the %s store', (_, share) => {
  it(
    'nobody pays who limits nothing: the pool is not asked',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process);
      await world.start(process, workflow);
      expect(process.store.calls.get('executions.get')).toBeUndefined();
      expect(await world.log(poolOf())).toEqual([]);
      expect(await world.clock.of(process.engine.capacity())).toEqual({
        limits: {},
        used: NOTHING,
        waiting: 0,
      });
    }),
  );

  it(
    'a start that finds no room is refused with what there is, and leaves no trace',
    inWorld(share, async (world) => {
      world.agents.on('slow', answersLate(5_000));
      const process = await world.process(ONE);
      const [first, second] = [await world.workflow(process, SLOW), await world.workflow(process, SLOW)];
      const id = await world.start(process, first);
      await expect(world.start(process, second)).rejects.toMatchObject({
        code: 'capacity_exhausted',
        message: 'there is no room for another execution now: 1 of 1 executions run',
        detail: { limits: { executions: 1, cpu_millis: null }, used: { executions: 1 } },
      });
      expect(await world.log(admissionOf(second.workflowId))).toEqual([]);
      expect(await used(world, process)).toMatchObject({ executions: 1 });
      await world.ended(process, id);
      expect(await used(world, process)).toEqual(NOTHING);
      await world.ended(process, await world.start(process, second));
    }),
  );

  it(
    'each counts with what all its seats ask for, and one that never fits is refused as such',
    inWorld(share, async (world) => {
      world.agents.on('slow', hangs());
      const settings = { capacity: { maxCpuMillis: 2_000 } };
      const process = await world.process({ settings });
      const agents = (count: number) => ({ workers: { count, resources: { cpuMillis: 500 } } });
      const three = await world.workflow(process, { ...SLOW, agents: agents(3) });
      const five = await world.workflow(process, { ...SLOW, agents: agents(5) });
      await world.start(process, three);
      expect(await used(world, process)).toEqual({ executions: 1, cpuMillis: 1_500, memoryBytes: 0 });
      await expect(world.start(process, three)).rejects.toMatchObject({ code: 'capacity_exhausted' });
      for (const waits of [false, true])
        await expect(world.start(process, five, { waits })).rejects.toMatchObject({
          code: 'resources_insufficient',
        });
    }),
  );

  it(
    'who waits begins when there is room, first come first served',
    inWorld(share, async (world) => {
      world.agents.otherwise(answersLate(3_000));
      const process = await world.process(ONE);
      const workflow = await world.workflow(process, SLOW);
      await world.start(process, workflow);
      const begun: number[] = [];
      const starts = [0, 1, 2].map(async (n) => {
        const id = await process.engine.start({ workflow, input: n, by: 'ann', waits: true });
        begun.push(n);
        return id;
      });
      await world.clock.advance(1_000);
      expect(await world.clock.of(process.engine.capacity())).toMatchObject({ waiting: 3 });
      expect(begun).toEqual([]);
      const ids = await world.clock.of(Promise.all(starts), 30_000);
      expect(begun).toEqual([0, 1, 2]);
      for (const id of ids) expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(await used(world, process)).toEqual(NOTHING);
    }),
  );

  it(
    'who waits too long is told, and neither it nor what was kept for it is in the way',
    inWorld(share, async (world) => {
      world.agents.on('slow', hangs());
      const process = await world.process(ONE);
      const other = await world.workflow(process, SLOW);
      const workflow = await world.workflow(process, { tasks: { a: [] }, maxConcurrentExecutions: 1 });
      const id = await world.start(process, other);
      const waiting = process.engine.start({ workflow, input: null, by: 'ann', waits: true });
      await expect(world.clock.of(waiting, 70_000)).rejects.toMatchObject({
        code: 'allocation_timed_out',
        message: expect.stringMatching(/^execution .* did not begin\. There was no room/),
      });
      await world.clock.of(process.engine.cancel(id, 'ann'));
      await world.ended(process, id, 30_000);
      expect(await world.ended(process, await world.start(process, workflow))).toMatchObject({
        status: 'completed',
      });
    }),
  );

  it(
    'who waits may be cancelled, by any process and under the id of a request, and others move up',
    inWorld(share, async (world) => {
      world.agents.otherwise(answersLate(20_000));
      const process = await world.process(ONE);
      const client = await world.process();
      const workflow = await world.workflow(process, { ...SLOW, maxConcurrentExecutions: 4 });
      await world.start(process, workflow);
      const starts = [0, 1, 2].map(() => {
        const requestId = world.clock.id();
        const request = { workflow, input: null, by: 'ann', waits: true, requestId };
        const begun = process.engine.start(request).catch((error: unknown) => error);
        return { requestId, begun };
      });
      const [first, second, third] = starts as [(typeof starts)[0], (typeof starts)[0], (typeof starts)[0]];
      await world.clock.advance(1_000);
      await world.clock.of(client.engine.cancel(first.requestId, 'bob', 'not needed'));
      const requestId = world.clock.id();
      for (let times = 0; times < 2; times++)
        await world.clock.of(process.engine.cancel(second.requestId, 'bob', undefined, { requestId }));
      for (const { begun } of [first, second])
        expect(await world.clock.of(begun, 5_000)).toMatchObject({ code: 'start_cancelled' });
      expect(await world.row(first.requestId)).toBeUndefined();
      expect(await world.clock.of(third.begun, 60_000)).toBe(third.requestId);
      await world.ended(process, third.requestId);
      expect(await used(world, process)).toEqual(NOTHING);
      await expect(world.clock.of(process.engine.cancel(world.clock.id(), 'bob'))).rejects.toMatchObject({
        code: 'execution_not_found',
      });
    }),
  );

  it(
    'another process is answered in the same way, whether or not it was told of limits',
    inWorld(share, async (world) => {
      world.agents.on('slow', answersLate(20_000));
      const owner = await world.process(ONE);
      const workflow = await world.workflow(owner, SLOW);
      await world.start(owner, workflow);
      for (const options of [{}, ONE]) {
        const client = await world.process(options);
        expect(client.engine.owns).toBe(false);
        await expect(world.start(client, workflow)).rejects.toMatchObject({ code: 'capacity_exhausted' });
      }
      const client = await world.process();
      const waiting = client.engine.start({ workflow, input: null, by: 'bob', waits: true });
      expect(await world.row(await world.clock.of(waiting, 60_000))).toBeDefined();
    }),
  );

  it(
    'a start whose way takes several commits is followed to its end: one that begins, and one that does not',
    inWorld(share, async (world) => {
      world.agents.on('slow', hangs());
      const sleepy = { sleepAfterIdleMs: 100, leastSleepMs: 100, reconcileMs: 1_000 };
      const owner = await world.process({ settings: { ...ONE.settings, ...sleepy } });
      const client = await world.process(ONE);
      const workflow = await world.workflow(owner, SLOW);
      await world.clock.of(owner.engine.recover(poolOf()));
      await world.clock.advance(5_000);
      // Whoever is not in memory is asked by the inbox, in a commit of its own.
      expect(owner.parts.loop.residents.has(poolOf())).toBe(false);
      const id = await world.start(client, workflow);
      expect(await world.row(id)).toMatchObject({ status: 'running' });
      await world.clock.advance(5_000);
      expect(owner.parts.loop.residents.has(poolOf())).toBe(false);
      await expect(world.start(client, workflow)).rejects.toMatchObject({
        code: 'capacity_exhausted',
        message: expect.stringMatching(/^execution .* did not begin/),
      });
    }),
  );

  it(
    'an execution that is retried asks for a place again',
    inWorld(share, async (world) => {
      world.agents.on('slow', throws(), answersLate(1_000)).on('stuck', obeys());
      const process = await world.process(ONE);
      const failed = await world.start(process, await world.workflow(process, SLOW));
      expect(await world.ended(process, failed)).toMatchObject({ status: 'failed' });
      const other = await world.start(process, await world.workflow(process, { tasks: { stuck: [] } }));
      const retry = { type: 'retry', tasks: [], key: 'same' } as const;
      await expect(world.clock.of(process.engine.operate(failed, retry, 'ann'))).rejects.toMatchObject({
        code: 'capacity_exhausted',
      });
      await world.clock.of(process.engine.cancel(other, 'ann'));
      await world.ended(process, other, 30_000);
      await world.clock.of(process.engine.operate(failed, retry, 'ann'));
      expect(await used(world, process)).toMatchObject({ executions: 1 });
      expect(await world.ended(process, failed)).toMatchObject({ status: 'completed' });
      expect(await used(world, process)).toEqual(NOTHING);
    }),
  );

  it(
    'another process hears of a retry without room, whether or not it was told of limits',
    inWorld(share, async (world) => {
      world.agents.on('slow', throws()).on('stuck', hangs());
      const sleepy = { sleepAfterIdleMs: 2_000, leastSleepMs: 100, reconcileMs: 1_000 };
      const owner = await world.process({ settings: { ...ONE.settings, ...sleepy } });
      const failed = await world.start(owner, await world.workflow(owner, SLOW));
      expect(await world.ended(owner, failed)).toMatchObject({ status: 'failed' });
      await world.start(owner, await world.workflow(owner, { tasks: { stuck: [] } }));
      const retry = { type: 'retry', tasks: [], key: 'same' } as const;
      for (const options of [{}, ONE]) {
        const client = await world.process(options);
        await world.clock.advance(10_000);
        expect(owner.parts.loop.residents.has(poolOf())).toBe(false);
        await expect(world.clock.of(client.engine.operate(failed, retry, 'ann'))).rejects.toMatchObject({
          code: 'capacity_exhausted',
        });
      }
      expect(await world.row(failed)).toMatchObject({ status: 'failed' });
    }),
  );

  it(
    'a sub-workflow runs in the place of its parent',
    inWorld(share, async (world) => {
      const process = await world.process(ONE);
      const inner = await world.workflow(process, { tasks: { a: [] } });
      const row = await world.run(process, { tasks: { b: { workflow: inner.name } } });
      expect(row).toMatchObject({ status: 'completed' });
      expect(await world.log(poolOf())).toEqual(['pool.granted', 'pool.released']);
    }),
  );

  it(
    'what a schedule starts waits for room',
    inWorld(share, async (world) => {
      world.agents.on('slow', answersLate(90_000));
      const process = await world.process({ calendar, settings: { capacity: { maxExecutions: 1 } } });
      const workflow = await world.workflow(process, {
        tasks: { slow: [] },
        maxConcurrentExecutions: 1,
        schedule: { cron: '* * * * *', timeZone: 'UTC', catchUp: 'skip', overlap: 'skip', input: null },
      });
      const other = await world.start(process, await world.workflow(process, SLOW));
      await world.clock.of(process.engine.schedules.set(workflow, 'ann'));
      await world.clock.advance(61_000);
      expect(await world.clock.of(process.engine.capacity())).toMatchObject({ waiting: 1 });
      await world.ended(process, other, 60_000);
      await world.clock.advance(1_000);
      expect(await process.engine.reader.list({ workflowId: workflow.workflowId, limit: 9 })).toHaveLength(1);
    }),
  );

  it(
    'a start waits on without the engine that asked for it, and begins in the next one',
    inWorld(share, async (world) => {
      world.agents.otherwise(answersLate(30_000));
      const first = await world.process(ONE);
      const workflow = await world.workflow(first, SLOW);
      await world.start(first, workflow);
      const waiting = first.engine.start({ workflow, input: null, by: 'ann', waits: true });
      const told = waiting.catch((error: unknown) => error);
      await world.clock.advance(1_000);
      await world.clock.of(first.engine.close());
      expect(await told).toMatchObject({ code: 'engine_closed' });
      const second = await world.process(ONE);
      await world.clock.advance(50_000);
      expect(await second.engine.reader.list({ limit: 9 })).toHaveLength(2);
    }),
  );

  it(
    'places outlive the process that granted them, and the limits of the next one hold',
    inWorld(share, async (world) => {
      world.agents.otherwise(answersLate(30_000));
      const first = await world.process(ONE);
      const workflow = await world.workflow(first, SLOW);
      await world.start(first, workflow);
      first.kill();
      const second = await world.process({
        isDead: () => true,
        settings: { capacity: { maxExecutions: 2 } },
      });
      expect(await used(world, second)).toMatchObject({ executions: 1 });
      await world.start(second, workflow);
      await expect(world.start(second, workflow)).rejects.toMatchObject({ code: 'capacity_exhausted' });
      await world.clock.advance(120_000);
      expect(await used(world, second)).toEqual(NOTHING);
    }),
  );

  it(
    'an execution that cannot begin gives its place back, and who started it is told why',
    inWorld(share, async (world) => {
      const process = await world.process(ONE);
      const workflow = await world.workflow(process);
      const { decide } = executionLaw;
      const broken = vi.spyOn(executionLaw, 'decide').mockImplementation((...given) => {
        if (given[1].type === 'start') throw new Error('no rule');
        return decide(...given);
      });
      await expect(world.start(process, workflow)).rejects.toMatchObject({ code: 'parked' });
      broken.mockRestore();
      expect(await used(world, process)).toEqual(NOTHING);
      expect(await world.ended(process, await world.start(process, workflow))).toMatchObject({
        status: 'completed',
      });
    }),
  );

  it.each<readonly [string, DefinitionSketch, (world: World, process: Process, id: string) => Promise<void>]>(
    [
      ['completed', { tasks: { a: [] } }, async () => undefined],
      ['failed', { tasks: { bad: [] } }, async () => undefined],
      [
        'cancelled',
        { tasks: { stuck: [] } },
        async (world, { engine }, id) => world.clock.of(engine.cancel(id, 'ann')),
      ],
      [
        'compensated',
        {
          tasks: {
            a: { compensate: { who: { kind: 'group', group: 'workers' } } },
            bad: { dependsOn: ['a'], onFailure: { kind: 'compensate' } },
          },
        },
        async () => undefined,
      ],
      [
        'compensation_failed',
        {
          tasks: {
            a: { compensate: { who: { kind: 'group', group: 'workers' }, retryPolicy: 'none' } },
            bad: { dependsOn: ['a'], onFailure: { kind: 'compensate' } },
          },
          agents: { workers: 1 },
        },
        async () => undefined,
      ],
    ],
  )('one that is %s gives its place back', async (status, sketch, end) => {
    await inWorld(share, async (world) => {
      world.agents.on('bad', throws()).on('stuck', obeys());
      if (status === 'compensation_failed')
        world.agents.on(
          'a',
          answersWith(() => null),
          throws(),
        );
      const process = await world.process(ONE);
      const id = await world.start(process, await world.workflow(process, sketch));
      await world.clock.advance(10);
      await end(world, process, id);
      await world.clock.advance(120_000);
      expect(await world.row(id)).toMatchObject({ status });
      expect(await used(world, process)).toEqual(NOTHING);
    })();
  });

  it(
    'one that is written off gives its place back',
    inWorld(share, async (world) => {
      world.agents.on('stuck', hangs());
      const first = await world.process(ONE);
      const id = await world.start(first, await world.workflow(first, { tasks: { stuck: [] } }));
      first.kill();
      const second = await world.assemble({ ...ONE, isDead: () => true });
      second.store.alter(
        'log.readEntity',
        (rows: readonly { data: string }[]) => rows.map((row, n) => (n === 2 ? { ...row, data: '{' } : row)),
        { times: 1_000, when: (entity) => entity === id },
      );
      const engine = await world.clock.of(Engine.of(second.parts));
      await world.clock.of(engine.cancel(id, 'ann'));
      expect(await world.row(id)).toMatchObject({ status: 'cancelled', parked: true });
      second.store.heal();
      expect(await used(world, { engine })).toEqual(NOTHING);
      await world.clock.of(engine.close());
    }),
  );
});
