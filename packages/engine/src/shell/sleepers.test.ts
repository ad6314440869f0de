/** What only waits leaves memory, comes back in time, and is told things as if it had never left. */
import { admissionOf, type SnapshotRow, type WakeupRow } from '@cantata/core';
import { answers, answersLate, answersWith, hangs, type ScriptedAgents, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import type { EngineSettings } from '../settings.ts';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';

const SOON = {
  sleepAfterIdleMs: 100,
  leastSleepMs: 300,
  wakeAheadMs: 200,
  reconcileMs: 100,
  checkpointIntervalMs: 3_600_000,
} as const satisfies Partial<EngineSettings>;

/** Its only task fails once and is tried again a second later. */
const RETRIES = { tasks: { a: { retryPolicy: 'fixed' } } } as const;
const failsOnce = (agents: ScriptedAgents): ScriptedAgents => agents.on('a', throws(), answers('done'));

async function open(world: World, settings: Partial<EngineSettings> = {}): Promise<Process> {
  return world.process({ isDead: () => true, settings: { ...SOON, ...settings } });
}

/** Executions that wait for a second, told nothing since half of one. */
async function asleep(world: World, process: Process, count = 1): Promise<readonly string[]> {
  failsOnce(world.agents);
  const workflow = await world.workflow(process, RETRIES);
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await world.start(process, workflow));
  await world.clock.advance(500);
  return ids;
}

/** One that is paused between its two tasks. */
async function paused(world: World, process: Process): Promise<string> {
  world.agents.on('a', answersLate(50));
  const id = await world.start(process, await world.workflow(process, { tasks: { a: [], b: ['a'] } }));
  await world.clock.of(process.engine.pause(id, 'ann'));
  await world.clock.advance(500);
  return id;
}

async function wakeupOf(world: World, id: string): Promise<WakeupRow['at'] | undefined> {
  return (await (await world.store()).wakeups.of([id]))[0]?.at;
}

const inMemory = ({ engine }: Process): number => engine.gauges.executions;
const errors = ({ logged }: Process): readonly string[] =>
  logged.filter(({ level }) => level === 'error').map(({ message }) => message);

describe.each(STORES)('an execution that only waits, on the %s store,', (_, share) => {
  it(
    'leaves memory, and comes back to the moment',
    inWorld(share, async (world) => {
      const process = await open(world);
      const started = world.clock.now();
      const [id = ''] = await asleep(world, process);
      expect(inMemory(process)).toBe(0);
      expect(process.engine.gauges.timers).toBe(0);
      expect(await world.row(id)).toMatchObject({ status: 'running', asleep: true });
      const due = await wakeupOf(world, id);
      expect(due).toBeGreaterThanOrEqual(started + 1_000);
      await world.clock.until(() => world.agents.performances.length === 2);
      expect(world.agents.performances[1]?.at).toBe(due);
      await world.clock.advance(10);
      expect(await world.row(id)).toMatchObject({ status: 'completed', asleep: false });
      expect(await wakeupOf(world, id)).toBeUndefined();
      expect(errors(process)).toEqual([]);
    }),
  );

  it(
    'waits without a time where only a word wakes it',
    inWorld(share, async (world) => {
      const process = await open(world);
      const id = await paused(world, process);
      expect(inMemory(process)).toBe(0);
      expect(await wakeupOf(world, id)).toBeNull();
      await world.clock.advance(60_000);
      expect(inMemory(process)).toBe(0);
      await world.clock.of(process.engine.resume(id, 'ann'));
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(await wakeupOf(world, id)).toBeUndefined();
    }),
  );

  it(
    'is looked at without being woken',
    inWorld(share, async (world) => {
      const process = await open(world);
      const [id = ''] = await asleep(world, process);
      const { reader } = process.engine;
      expect(await reader.status(id)).toMatchObject({ status: 'running', parked: null });
      expect((await reader.why(id)).map(({ code }) => code)).toEqual(['waits_for_retry', 'waits_for_retry']);
      expect(await reader.list({ limit: 9 })).toMatchObject([{ executionId: id, status: 'running' }]);
      expect(inMemory(process)).toBe(0);
      const client = await world.process({ settings: SOON });
      expect((await client.engine.reader.why(id)).map(({ code }) => code)).not.toContain('not_driven');
    }),
  );

  it.each([
    [
      'cancelled',
      (process: Process, id: string) => process.engine.cancel(id, 'ann'),
      { status: 'cancelled' },
    ],
    ['paused', (process: Process, id: string) => process.engine.pause(id, 'ann'), { status: 'paused' }],
    ['written down', (process: Process, id: string) => process.engine.checkpoint(id, 'interval'), {}],
    ['carried on', (process: Process, id: string) => process.engine.recover(id), {}],
  ])('is %s like any other', (__, tell, row) =>
    inWorld(share, async (world) => {
      const process = await open(world);
      const [id = ''] = await asleep(world, process);
      await world.clock.of<unknown>(tell(process, id));
      expect(await world.row(id)).toMatchObject({ status: 'running', ...row });
      expect(errors(process)).toEqual([]);
    })(),
  );

  it(
    'that was carried on for nothing goes back to sleep',
    inWorld(share, async (world) => {
      const process = await open(world);
      const id = await paused(world, process);
      await world.clock.of(process.engine.recover(id));
      expect(inMemory(process)).toBe(1);
      expect(await wakeupOf(world, id)).toBeUndefined();
      await world.clock.advance(500);
      expect(inMemory(process)).toBe(0);
      expect(await wakeupOf(world, id)).toBeNull();
    }),
  );

  it(
    'stays while somebody waits for its end, while an agent works for it, and for less than is worth it',
    inWorld(share, async (world) => {
      const process = await open(world, { leastSleepMs: 2_000 });
      await asleep(world, process);
      expect(inMemory(process)).toBe(1);
      await world.clock.advance(5_000);
      world.agents.on('a', hangs());
      await world.start(process, await world.workflow(process));
      await world.clock.advance(5_000);
      expect(inMemory(process)).toBe(1);

      const awaited = await paused(world, process);
      const ended = process.engine.ended(awaited);
      await world.clock.advance(5_000);
      expect(inMemory(process)).toBe(2);
      await world.clock.of(process.engine.cancel(awaited, 'ann'));
      expect(await world.clock.of(ended)).toMatchObject({ status: 'cancelled' });
    }),
  );

  it(
    'stays where nobody but a person would wake others',
    inWorld(share, async (world) => {
      const process = await open(world, { recover: 'on_demand', maxResidents: 0 });
      const [id = ''] = await asleep(world, process);
      expect(inMemory(process)).toBe(1);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'gives way where more are in memory than are wanted, however short it was idle',
    inWorld(share, async (world) => {
      const process = await open(world, { maxResidents: 3, sleepAfterIdleMs: 3_600_000 });
      world.agents.on('a', answersLate(50));
      const workflow = await world.workflow(process, { tasks: { a: [], b: ['a'] } });
      const ids: string[] = [];
      for (let n = 0; n < 20; n++) {
        const id = await world.start(process, workflow);
        await world.clock.of(process.engine.pause(id, 'ann'));
        ids.push(id);
      }
      expect(inMemory(process)).toBe(20);
      await world.clock.advance(2_000);
      // Any turn of the loop will do.
      const last = await world.start(process, workflow);
      expect(inMemory(process)).toBeLessThanOrEqual(3);
      for (const id of ids) await world.clock.of(process.engine.resume(id, 'ann'));
      for (const id of [...ids, last])
        expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'is in memory in time, however many are due together',
    inWorld(share, async (world) => {
      const process = await open(world, { wakeAheadMs: 100 });
      const ids = await asleep(world, process, 510);
      expect(inMemory(process)).toBe(0);
      const due = (await wakeupOf(world, ids[0] as string)) as number;
      await world.clock.advance(due - world.clock.now());
      expect(world.agents.performances).toHaveLength(1_020);
      expect(new Set(world.agents.performances.slice(510).map(({ at }) => at))).toEqual(new Set([due]));
      expect(errors(process)).toEqual([]);
    }),
  );

  it(
    'whose long log ends with its sleep is read from a snapshot of that moment',
    inWorld(share, async (world) => {
      const tasks = Object.fromEntries(
        Array.from({ length: 60 }, (__, n) => [`t${n}`, n === 0 ? [] : [`t${n - 1}`]]),
      );
      world.agents.on('t59', throws(), answers('done'));
      const process = await open(world);
      const workflow = await world.workflow(process, {
        tasks: { ...tasks, t59: { dependsOn: ['t58'], retryPolicy: 'fixed' } },
      });
      const id = await world.start(process, workflow);
      await world.clock.advance(500);
      const store = await world.store();
      const { length } = await world.log(id);
      expect(await store.log.snapshot(id)).toMatchObject({ sequence: length, occasion: 'routine' });
      expect(await world.log(id)).not.toContain('workflow.checkpoint_created');
      const read: number[] = [];
      process.store.alter(
        'log.snapshot',
        (row: SnapshotRow | undefined) => {
          read.push(row?.sequence ?? 0);
          return row;
        },
        { times: 9, when: (entity) => entity === id },
      );
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(read).toEqual([length]);
    }),
  );
});

describe.each(STORES)('a process that takes over sleepers on the %s store', (_, share) => {
  it(
    'reads what is awake and nothing else, and wakes the others when they are due',
    inWorld(share, async (world) => {
      const first = await open(world);
      const ids = await asleep(world, first, 5);
      world.agents.on('h', hangs());
      const awake = await world.start(first, await world.workflow(first, { tasks: { h: [] } }));
      await world.clock.advance(100);
      first.kill();
      const second = await open(world);
      await world.clock.advance(50);
      expect([...second.parts.loop.residents.keys()]).toEqual([awake]);
      await world.clock.advance(2_000);
      for (const id of ids) expect(await world.row(id)).toMatchObject({ status: 'completed' });
      expect(errors(second)).toEqual([]);
    }),
  );

  it(
    'wakes at once who was due when nobody was there',
    inWorld(share, async (world) => {
      const first = await open(world);
      const [id = ''] = await asleep(world, first);
      first.kill();
      await world.clock.advance(3_600_000);
      expect(world.agents.performances).toHaveLength(1);
      const second = await open(world);
      expect(await world.ended(second, id)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'leaves them alone once it lost the shards',
    inWorld(share, async (world) => {
      const first = await world.process({ settings: SOON });
      const [id = ''] = await asleep(world, first);
      const second = await world.process({ settings: SOON });
      await first.store.fence(second.owner);
      await world.clock.advance(10_000);
      expect(first.engine.owns).toBe(false);
      expect(await world.row(id)).toMatchObject({ status: 'completed' });
      expect(world.agents.performances).toHaveLength(2);
      expect(inMemory(first)).toBe(0);
    }),
  );
});

describe.each(STORES)('when something goes wrong with sleep on the %s store,', (_, share) => {
  it.each([
    ['refused', (process: Process) => process.store.refuse('log.commit', 'store_busy')],
    ['not answered', (process: Process) => process.store.loseAnswer('log.commit')],
  ])('a commit that is %s puts nobody to sleep who does not wake', (__, spoil) =>
    inWorld(share, async (world) => {
      failsOnce(world.agents);
      const process = await open(world);
      const id = await world.start(process, await world.workflow(process, RETRIES));
      await world.clock.advance(50);
      spoil(process);
      await world.clock.advance(500);
      expect(errors(process)).toContain('a commit was refused');
      await world.clock.advance(1_000);
      expect(await world.row(id)).toMatchObject({ status: 'completed', asleep: false });
    })(),
  );

  it(
    'an execution that is told something in the same breath stays',
    inWorld(share, async (world) => {
      const process = await open(world);
      const [id = ''] = await asleep(world, process);
      await world.clock.of(process.engine.recover(id));
      process.store.delay('log.commit', 1_000, { times: 2 });
      await world.clock.advance(300);
      const pausing = process.engine.pause(id, 'ann');
      await world.clock.of(pausing);
      expect(await world.row(id)).toMatchObject({ status: 'paused' });
    }),
  );

  it(
    'one without a wake-up is found and woken, loudly',
    inWorld(share, async (world) => {
      const process = await open(world);
      const id = await paused(world, process);
      process.store.alter('wakeups.of', () => [], { times: 2 });
      await world.clock.advance(150);
      expect(errors(process)).toEqual(['a sleeping execution had lost its wake-up and is woken']);
      expect([...process.parts.loop.residents.keys()]).toContain(id);
    }),
  );

  it(
    'one that wakes while its wake-up is looked for has lost nothing',
    inWorld(share, async (world) => {
      const process = await open(world);
      const id = await paused(world, process);
      process.store.answerLate('executions.list', 1_000, {
        when: (filter) => (filter as { readonly asleep?: boolean }).asleep === true,
      });
      await world.clock.advance(150);
      await world.clock.of(process.engine.resume(id, 'ann'));
      await world.clock.advance(2_000);
      expect(errors(process)).toEqual([]);
    }),
  );

  it(
    'wake-ups that could not be read are read again',
    inWorld(share, async (world) => {
      const process = await open(world);
      const [id = ''] = await asleep(world, process);
      process.store.refuse('wakeups.next', 'store_busy', { times: 8 });
      process.store.refuse('wakeups.of', 'store_busy', { times: 2 });
      await world.clock.advance(3_000);
      expect(await world.row(id)).toMatchObject({ status: 'completed' });
      expect(errors(process)).toEqual([]);
    }),
  );

  it(
    'one that cannot be read when it is due is parked, awake, and may be written off',
    inWorld(share, async (world) => {
      const process = await open(world);
      const [id = ''] = await asleep(world, process);
      const of = { times: 100, when: (entity: unknown) => entity === id };
      process.store.alter(
        'log.readEntity',
        (rows: readonly object[]) => (rows.length > 1 ? rows.slice(1) : rows),
        of,
      );
      await world.clock.advance(1_000);
      expect(await world.row(id)).toMatchObject({ status: 'running', parked: true, asleep: false });
      expect(await wakeupOf(world, id)).toBeUndefined();
      await world.clock.of(process.engine.cancel(id, 'ann'));
      expect(await world.row(id)).toMatchObject({ status: 'cancelled', parked: true, asleep: false });
    }),
  );

  it(
    'the engine closes without waiting for them',
    inWorld(share, async (world) => {
      const process = await open(world);
      await asleep(world, process);
      await world.clock.of(process.engine.close());
      process.parts.alarm.noted(world.clock.now() + 9_000);
      await process.parts.alarm.look();
      expect(world.clock.armed).toBe(0);
    }),
  );
});

describe.each(STORES)('the admission of a workflow on the %s store', (_, share) => {
  it(
    'sleeps like any other, and is there for the next start',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        answersWith(() => null),
      );
      const process = await open(world);
      const workflow = await world.workflow(process, { maxConcurrentExecutions: 1 });
      const id = await world.start(process, workflow);
      await world.clock.advance(1_000);
      expect([...process.parts.loop.residents.keys()]).toEqual([]);
      expect(await wakeupOf(world, admissionOf(workflow.workflowId))).toBeUndefined();
      world.agents.on('a', hangs());
      const next = await world.start(process, workflow);
      await expect(world.start(process, workflow)).rejects.toMatchObject({
        code: 'workflow_already_executing',
        detail: { executions: [next] },
      });
      expect(next).not.toBe(id);
    }),
  );
});

describe.each(STORES)('a resource that owes a timer, on the %s store,', (_, share) => {
  const BREAKER = 'breaker/default/searcher';
  const claim = { execution: '019ab697-e800-7000-8000-0000000000ff', task: 'a', activation: 1, attempt: 1 };

  async function opens(world: World, { parts }: Process): Promise<void> {
    const report = { type: 'breaker.report', outcomes: [false], threshold: 1, openMs: 5_000 } as const;
    await world.clock.of(parts.commander.send(BREAKER, report, 'engine'));
    await world.clock.of(parts.commander.send(BREAKER, { type: 'breaker.ask', claim }, 'engine'));
  }

  it(
    'has its wake-up in the store, awake or asleep, until the timer is off',
    inWorld(share, async (world) => {
      const process = await open(world, { sleepAfterIdleMs: 3_600_000 });
      const from = world.clock.now();
      await opens(world, process);
      expect(await wakeupOf(world, BREAKER)).toBe(from + 5_000);
      expect([...process.parts.loop.residents.keys()]).toContain(BREAKER);
      await world.clock.advance(6_000);
      expect(await world.log(BREAKER)).toContain('agent.circuit_half_opened');
      expect(await wakeupOf(world, BREAKER)).not.toBe(from + 5_000);
    }),
  );

  it('sleeps and wakes like any other', () =>
    inWorld(share, async (world) => {
      const process = await open(world);
      await opens(world, process);
      await world.clock.advance(1_000);
      expect([...process.parts.loop.residents.keys()]).toEqual([]);
      await world.clock.advance(5_000);
      expect(await world.log(BREAKER)).toContain('agent.circuit_half_opened');
    })());

  it.each(['all', 'on_demand'] as const)(
    'is woken after a crash where %s is carried on, for who waits for it',
    (recover) =>
      inWorld(share, async (world) => {
        const first = await open(world);
        await opens(world, first);
        first.kill();
        const second = await open(world, { recover });
        await world.clock.advance(6_000);
        expect(await world.log(BREAKER)).toContain('agent.circuit_half_opened');
        expect(errors(second)).toEqual([]);
      })(),
  );

  it(
    'and that would start what nobody asked for is left asleep where only that is carried on',
    inWorld(share, async (world) => {
      const process = await open(world, { recover: 'on_demand' });
      const asked: (readonly string[])[] = [];
      const { recovery } = process.parts;
      const { carryOnMissing } = recovery;
      Object.assign(recovery, {
        carryOnMissing: (ids: readonly string[]) => {
          asked.push(ids);
          return carryOnMissing.call(recovery, ids);
        },
      });
      const due = ['schedule/w', BREAKER, '019ab697-e800-7000-8000-0000000000aa'];
      process.store.alter('wakeups.next', () =>
        due.map((entity) => ({ entity, shard: 0, at: world.clock.now() })),
      );
      await world.clock.of(process.parts.alarm.look());
      expect(asked).toEqual([[BREAKER]]);
    }),
  );
});
