/** Requests that come twice: after the death of who took the first one, at any of its awaits, or at the same moment. */
import { CantataError, type Json, sharedOf } from '@cantata/core';
import { aComputed, answersLate, hangs, type Line, reports } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { inWorld, type Process, STORES, type World } from './world.suite.ts';

type Ask = (engine: Engine, requestId: string) => Promise<unknown>;
/** What is there before the request comes, and the request. */
type Case = (world: World, process: Process) => Promise<Ask>;

const calendar = (_: unknown, after: number): number => after + 3_600_000;
const by = 'ann';
const MOST_AWAITS = 200;

async function begun(world: World, process: Process, sketch = {}, line: Line = hangs()): Promise<string> {
  world.agents.on('a', line);
  const id = await world.start(process, await world.workflow(process, sketch));
  await world.clock.advance(10);
  return id;
}

async function scheduled(world: World, process: Process) {
  const schedule = {
    cron: '0 * * * *',
    timeZone: 'UTC',
    catchUp: 'skip',
    overlap: 'skip',
    input: null,
  } as const;
  const workflow = await world.workflow(process, { schedule });
  return { workflow, schedules: process.engine.schedules, id: workflow.workflowId };
}

/** What `a` did cannot be undone, so far. */
async function notUndone(world: World, process: Process): Promise<string> {
  const who = { kind: 'group', group: 'workers' } as const;
  const tasks = { a: { compensate: { who, retryPolicy: 'none' as const } }, b: ['a'] };
  world.agents.on('a', answersLate(1), reports()).on('b', reports());
  const id = await world.start(process, await world.workflow(process, { tasks }));
  expect((await world.ended(process, id)).status).toBe('compensation_failed');
  return id;
}

const CASES: Readonly<Record<string, Case>> = {
  start: async (world, process) => {
    const workflow = await world.workflow(process);
    return (engine, requestId) => engine.start({ workflow, input: null, by, requestId });
  },
  'start that is refused': async (world, process) => {
    world.agents.otherwise(hangs());
    const workflow = await world.workflow(process, { maxConcurrentExecutions: 1 });
    await world.start(process, workflow);
    return (engine, requestId) => engine.start({ workflow, input: null, by, requestId });
  },
  fork: async (world, process) => {
    const id = await begun(world, process);
    return (engine, requestId) => engine.fork(id, { by, requestId });
  },
  pause: async (world, process) => {
    const id = await begun(world, process);
    return (engine, requestId) => engine.pause(id, by, 'for lunch', { requestId });
  },
  resume: async (world, process) => {
    const id = await begun(world, process, { tasks: { a: { wait: { kind: 'for', forMs: 3_600_000 } } } });
    await world.clock.of(process.engine.pause(id, by));
    return (engine, requestId) => engine.resume(id, by, { requestId });
  },
  cancel: async (world, process) => {
    const id = await begun(world, process);
    return (engine, requestId) => engine.cancel(id, by, undefined, { requestId });
  },
  'operate on a task': async (world, process) => {
    const id = await begun(world, process);
    const operation = { type: 'task.complete', task: 'a', output: 1 } as const;
    return (engine, requestId) => engine.operate(id, operation, by, { requestId });
  },
  retry: async (world, process) => {
    const id = await begun(world, process, {}, reports());
    return (engine, requestId) =>
      engine.operate(id, { type: 'retry', tasks: [], key: 'same' }, by, { requestId });
  },
  retryCompensation: async (world, process) => {
    const id = await notUndone(world, process);
    return (engine, requestId) => engine.retryCompensation(id, by, undefined, { requestId });
  },
  skipCompensation: async (world, process) => {
    const id = await notUndone(world, process);
    return (engine, requestId) => engine.skipCompensation(id, by, { task: 'a' }, 'by hand', { requestId });
  },
  signal: async (world, process) => {
    const id = await begun(world, process, {
      signals: [{ name: 'paid', isBuffered: true }],
      tasks: { a: { wait: { kind: 'signal', signal: 'paid' } } },
    });
    return (engine, requestId) => engine.signal(id, { signal: 'paid', by, requestId });
  },
  'signal to nobody': async (world, process) => {
    const id = await begun(world, process);
    return (engine, requestId) => engine.signal(id, { signal: 'paid', by, requestId });
  },
  signalKey: async () => (engine, requestId) =>
    engine.signalKey('order', { signal: 'paid', by, keepMs: 3_600_000, tenant: 'acme', requestId }),
  publish: async (world, process) => {
    const coordination = { type: 'hybrid', eventDriven: ['news'], graphBased: ['dependencies'] } as const;
    const id = await begun(world, process, { coordination, tasks: { a: { on: { topic: 'news' } }, b: [] } });
    return (engine, requestId) => engine.publish(id, { topic: 'news', by, requestId });
  },
  answer: async (world, process) => {
    const wait = { kind: 'approval', prompt: aComputed<Json>(() => 'May it?') } as const;
    const id = await begun(world, process, { tasks: { a: { wait } } });
    return (engine, requestId) => engine.answer(id, { task: 'a', decision: 'approved', by, requestId });
  },
  checkpoint: async (world, process) => {
    const id = await begun(world, process);
    return (engine, requestId) => engine.checkpoint(id, 'interval', { requestId });
  },
  recover: async (world, process) => {
    const id = await begun(world, process);
    return (engine, requestId) => engine.recover(id, { requestId });
  },
  'cancel of nobody': async () => (engine, requestId) =>
    engine.cancel('0190a000-0000-7000-8000-000000000001', by, undefined, { requestId }),
  delete: async (world, process) => {
    const id = await world.start(process, await world.workflow(process));
    await world.ended(process, id);
    return (engine, requestId) => engine.delete(id, by, 'asked for', { requestId });
  },
  'schedules.set': async (world, process) => {
    const { workflow } = await scheduled(world, process);
    return ({ schedules }, requestId) => schedules.set(workflow, by, { requestId });
  },
  'schedules.clear': async (world, process) => {
    const { workflow, schedules, id } = await scheduled(world, process);
    await world.clock.of(schedules.set(workflow, by));
    return (engine, requestId) => engine.schedules.clear(id, by, { requestId });
  },
  'schedules.pause': async (world, process) => {
    const { workflow, schedules, id } = await scheduled(world, process);
    await world.clock.of(schedules.set(workflow, by));
    return (engine, requestId) => engine.schedules.pause(id, by, { requestId });
  },
  'schedules.resume': async (world, process) => {
    const { workflow, schedules, id } = await scheduled(world, process);
    await world.clock.of(schedules.set(workflow, by));
    await world.clock.of(schedules.pause(id, by));
    return (engine, requestId) => engine.schedules.resume(id, by, { requestId });
  },
};

interface Served {
  readonly id: string;
  readonly answer: string;
}

/** As a server does it: claims the key, does what is asked for, keeps the answer, and gives it. */
async function serve({ engine, store, clock }: Process, ask: Ask): Promise<Served> {
  const { requests } = store;
  const request = { tenant: 'default', key: 'key', digest: 'digest', id: clock.id(), at: clock.now() };
  const claimed = await requests.claim(request);
  if (claimed.kind === 'other') throw new Error('the key is another request’s');
  const { id } = claimed;
  if (claimed.kind === 'again' && claimed.answer !== undefined) return { id, answer: claimed.answer.body };
  const body = await ask(engine, id).then(
    (given) => `done: ${String(given)}`,
    (error: unknown) => {
      const { code, message } = error as CantataError;
      return `${code}: ${message}`;
    },
  );
  await requests.settle(id, { status: 200, headers: {}, body });
  return { id, answer: body };
}

/** The answer, what was caused by the request, and how many executions and removals there are: whichever id it has. */
async function outcomeOf(world: World, { id, answer }: Served): Promise<readonly unknown[]> {
  await world.clock.advance(100);
  const store = await world.store();
  const caused = (await store.feed.read(0, 10_000)).filter(({ causation }) => causation === id);
  const executions = await store.executions.list({ limit: 100 });
  const removals = await store.executions.removals({ limit: 100 });
  return [
    answer.replaceAll(id, 'ID').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'another'),
    caused.map(({ type }) => type),
    executions.length,
    executions.filter(({ executionId }) => executionId === id).length,
    removals.length,
    (await store.inbox.read('all', 10)).length,
  ];
}

describe.each(Object.entries(CASES))('the request %s', (_, arrange) => {
  const [[, share]] = STORES as [(typeof STORES)[number]];

  async function undisturbed(): Promise<readonly unknown[]> {
    let outcome: readonly unknown[] = [];
    await inWorld(share, async (world) => {
      const process = await world.process({ calendar });
      const ask = await arrange(world, process);
      outcome = await outcomeOf(world, await world.clock.of(serve(process, ask)));
    })();
    return outcome;
  }

  it('is done once and answered as it would have been, when who took it dies at any of its awaits', async () => {
    const expected = await undisturbed();
    const lives = async (awaits: number): Promise<boolean> => {
      let isOver = false;
      await inWorld(share, async (world) => {
        const first = await world.process({ calendar });
        const ask = await arrange(world, first);
        let left = awaits;
        first.store.gate = () => {
          if (left === 0) first.kill();
          left -= 1;
          return undefined;
        };
        let served: Served | undefined;
        void serve(first, ask).then((done) => (served = done));
        await world.clock.advance(1_000);
        isOver = served !== undefined;
        first.kill();
        const second = await world.process({ calendar });
        await world.clock.advance(20_000);
        const again = await world.clock.of(serve(second, ask));
        if (served !== undefined) expect(again).toEqual(served);
        expect(await outcomeOf(world, again), `dies at await ${awaits}`).toEqual(expected);
      })();
      return isOver;
    };
    let awaits = 0;
    while (awaits < MOST_AWAITS && !(await lives(awaits))) awaits += 1;
    expect(awaits).toBeGreaterThan(7);
    expect(awaits).toBeLessThan(MOST_AWAITS);
  });

  it.each(STORES)(
    'is done once when it comes four times at the same moment, on the %s store',
    async (__, open) => {
      const expected = await undisturbed();
      await inWorld(open, async (world) => {
        const owner = await world.process({ calendar });
        const client = await world.process({ calendar });
        const ask = await arrange(world, owner);
        const served = await world.clock.of(
          Promise.all([owner, client, owner, client].map((process) => serve(process, ask))),
        );
        for (const one of served) expect(one).toEqual(served[0]);
        expect(await outcomeOf(world, served[0] as Served)).toEqual(expected);
      })();
    },
  );
});

describe.each(STORES)('a request with an id, on the %s store', (_, share) => {
  const [ID, FORK, OTHER] = ['abcd', 'bcde', 'cdef'].map(
    (end) => `0190a000-0000-7000-8000-00000000${end}`,
  ) as [string, string, string];

  it(
    'is answered as it was, whatever has happened since',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(1_000));
      const { engine, ...process } = await world.process();
      const workflow = await world.workflow({ engine, ...process }, { maxConcurrentExecutions: 1 });
      const first = await world.start({ engine, ...process }, workflow);
      const start = (input: Json): Promise<unknown> =>
        world.clock.of(engine.start({ workflow, input, by, requestId: ID }));
      await expect(start(null)).rejects.toMatchObject({ code: 'workflow_already_executing' });
      await world.ended({ engine, ...process }, first);
      await expect(start(null)).rejects.toMatchObject({ code: 'workflow_already_executing' });
      expect(await world.row(ID)).toBeUndefined();
    }),
  );

  it(
    'is answered as it was where it could not even be asked for any more',
    inWorld(share, async (world) => {
      const process = await world.process();
      const { engine } = process;
      const workflow = await world.workflow(process, { name: 'grows' });
      expect(await world.start(process, workflow, { requestId: ID })).toBe(ID);
      const nobody = { ...workflow, digest: 'nobody has it' };
      expect(await world.start(process, nobody, { requestId: ID })).toBe(ID);
      await world.ended(process, ID);
      const fork = () => world.clock.of(engine.fork(ID, { by, requestId: FORK }));
      expect(await fork()).toBe(FORK);
      await world.ended(process, FORK);
      await world.clock.of(engine.delete(ID, by));
      expect(await fork()).toBe(FORK);
      expect(await (await world.store()).executions.list({ limit: 9 })).toHaveLength(1);
      await expect(world.clock.of(engine.resume(ID, by, { requestId: OTHER }))).rejects.toMatchObject({
        code: 'execution_not_found',
      });
    }),
  );

  it(
    'to an execution that stands still is refused like any other, and does not wait',
    inWorld(share, async (world) => {
      world.agents.otherwise(hangs());
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process));
      process.parts.loop.park(id, new CantataError('invariant_broken', 'for the test'));
      const since = world.clock.now();
      await expect(
        world.clock.of(process.engine.pause(id, by, undefined, { requestId: ID })),
      ).rejects.toMatchObject({ code: 'invariant_broken' });
      expect(world.clock.now()).toBe(since);
      expect(await (await world.store()).inbox.read('all', 9)).toEqual([]);
      await world.clock.of(process.engine.recover(id, { requestId: ID }));
      await world.clock.of(process.engine.cancel(id, by, undefined, { requestId: OTHER }));
    }),
  );

  it(
    'to one that comes to stand still meanwhile is kept, says so at once, and is done when it goes on',
    inWorld(share, async (world) => {
      world.agents.otherwise(hangs());
      const process = await world.process();
      const client = await world.process();
      const id = await world.start(process, await world.workflow(process));
      process.parts.loop.park(id, new CantataError('invariant_broken', 'for the test'));
      const asked = client.engine.pause(id, by, undefined, { requestId: ID });
      asked.catch(() => undefined);
      await world.clock.advance(1_000);
      const again = process.engine.pause(id, by, undefined, { requestId: ID });
      const since = world.clock.now();
      await expect(world.clock.of(again)).rejects.toMatchObject({
        code: 'invariant_broken',
        message: 'for the test; the command is kept and will be carried out',
      });
      expect(world.clock.now()).toBe(since);
      await world.clock.of(process.engine.recover(id));
      expect(await world.clock.of(asked)).toBe(ID);
      expect((await world.row(id))?.status).toBe('paused');
    }),
  );

  it(
    'is told to come again while too many wait',
    inWorld(share, async (world) => {
      const process = await world.process({ settings: { maxQueuedInputs: 0 } });
      const { engine } = process;
      await expect(world.clock.of(engine.resume('x', by, { requestId: ID }))).rejects.toMatchObject({
        code: 'engine_busy',
      });
      await world.clock.of(engine.close());
      await expect(world.clock.of(engine.resume('x', by, { requestId: ID }))).rejects.toMatchObject({
        code: 'engine_closed',
      });
    }),
  );

  it(
    'that is none is refused',
    inWorld(share, async (world) => {
      const { engine } = await world.process();
      await expect(world.clock.of(engine.resume('x', by, { requestId: 'mine' }))).rejects.toMatchObject({
        code: 'input_invalid',
      });
    }),
  );

  it(
    'waits for its answer no longer than the commit takes, where the shards are owned',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process);
      const since = world.clock.now();
      await world.start(process, workflow, { requestId: ID });
      expect(world.clock.now()).toBe(since);
      expect((await world.row(ID))?.executionId).toBe(ID);
    }),
  );

  it(
    'of a key is of the tenant who asks',
    inWorld(share, async (world) => {
      const { engine } = await world.process();
      const told = { signal: 'paid', by, keepMs: 1_000, tenant: 'acme', requestId: ID };
      await world.clock.of(engine.signalKey('order', told));
      await world.clock.of(engine.signalKey('order', told));
      expect(await world.log(sharedOf('correlation', 'acme', 'order'))).toEqual(['correlation.kept']);
    }),
  );
});
