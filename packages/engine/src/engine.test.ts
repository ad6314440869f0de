/** The verbs of an engine, one by one. */
import { createPlan, type Definition, type Json, type JsonObject } from '@cantata/core';
import { aDefinition, answers, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { createMemoryStore, createSystemClock, DEFAULT_SETTINGS, Engine, SILENT } from './index.ts';
import { inWorld, STORES } from './world.suite.ts';

const compile = (document: JsonObject) => createPlan(document as unknown as Definition);

describe.each(STORES)('an engine on the %s store', (_, share) => {
  it(
    'registers a version once, and refuses another content under its name and version',
    inWorld(share, async (world) => {
      const { engine } = await world.process();
      const register = (sketch: Parameters<typeof aDefinition>[0]) =>
        world.clock.of(engine.register(aDefinition(sketch) as unknown as JsonObject));
      const first = await register({ name: 'x' });
      expect(await register({ name: 'x' })).toEqual(first);
      await expect(register({ name: 'x', tasks: { other: [] } })).rejects.toMatchObject({
        code: 'version_conflict',
        message: 'x 1.0.0 is stored with other content; give this one a new version',
      });
      expect(await register({ name: 'x', version: '2', tasks: { other: [] } })).toMatchObject({
        workflowId: first.workflowId,
        version: '2',
      });
      const circle = { tasks: { a: ['b'], b: ['a'] } };
      await expect(register({ name: 'y', ...circle })).rejects.toMatchObject({ code: 'definition_invalid' });
    }),
  );

  it.each<[string, unknown, RegExp]>([
    ['undefined', undefined, /^the input is not JSON: undefined$/],
    ['a function inside', { a: [() => 1] }, /^the input at a\[0\] is not JSON: a function$/],
    ['too much', 'x'.repeat(2_000_000), /^the input is larger than 1 MiB$/],
  ])('refuses an input that is %s', (__, input, message) =>
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process);
      await expect(world.start(process, workflow, { input: input as Json })).rejects.toMatchObject({
        code: 'input_invalid',
        message: expect.stringMatching(message),
      });
      expect(process.store.asked).toEqual([]);
    })(),
  );

  it(
    'admits as many executions as the workflow allows, and the next when one has ended',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const process = await world.process();
      const workflow = await world.workflow(process, { maxConcurrentExecutions: 2 });
      const first = await world.start(process, workflow);
      await world.start(process, workflow);
      await expect(world.start(process, workflow)).rejects.toMatchObject({
        code: 'workflow_already_executing',
      });
      await world.clock.of(process.engine.cancel(first, 'ann'));
      await world.ended(process, first);
      expect(await world.start(process, workflow)).toEqual(expect.any(String));
    }),
  );

  it(
    'starts nothing of a definition that is not stored',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = { ...(await world.workflow(process)), digest: 'of nothing' };
      await expect(world.start(process, workflow)).rejects.toMatchObject({ code: 'workflow_not_found' });
    }),
  );

  it(
    'refuses what cannot be done now, and says why',
    inWorld(share, async (world) => {
      const process = await world.process();
      const { executionId: id } = await world.run(process, { tasks: { a: [] } });
      const { engine, clock } = { engine: process.engine, clock: world.clock };
      const ended = { code: 'already_ended', message: expect.stringContaining(`${id} is completed`) };
      await expect(clock.of(engine.pause(id, 'ann'))).rejects.toMatchObject(ended);
      await expect(clock.of(engine.cancel(id, 'ann'))).rejects.toMatchObject(ended);
      await expect(clock.of(engine.checkpoint(id, 'interrupt'))).rejects.toMatchObject(ended);
      await expect(clock.of(engine.resume(id, 'ann'))).rejects.toMatchObject({ code: 'not_paused' });
      await expect(clock.of(engine.cancel('nobody', 'ann'))).rejects.toMatchObject({
        code: 'execution_not_found',
      });
      await expect(clock.of(engine.recover('nobody'))).rejects.toMatchObject({ code: 'execution_not_found' });
      // Whoever has ended needs nobody to carry it on.
      await clock.of(engine.recover(id));
      expect(engine.gauges.executions).toBe(0);
    }),
  );

  it(
    'hands out thousands of items at once, in commits of a bounded size',
    inWorld(share, async (world) => {
      world.agents.on('split', answers(Array.from({ length: 3_000 }, (__, n) => n)));
      const process = await world.process();
      const row = await world.run(process, {
        agents: { boss: 1, workers: 3_000 },
        tasks: {
          split: { agent: 'boss' },
          work: { agent: 'workers', dependsOn: ['split'], parallel: true },
          join: { agent: 'boss', dependsOn: ['work'] },
        },
      });
      expect(row).toMatchObject({ status: 'completed' });
      expect(world.agents.performances).toHaveLength(3_002);
      expect(Math.max(...process.store.commits.map(({ events }) => events.length))).toBeLessThanOrEqual(
        3_000,
      );
    }),
  );

  it(
    'uses a retry policy that its start names for tasks that name none',
    inWorld(share, async (world) => {
      let tries = 0;
      world.agents.on('a', async () => {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
        return { kind: 'completed', output: null };
      });
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process), { retryPolicy: 'fixed' });
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(tries).toBe(3);
    }),
  );
});

it('an engine with nothing but a store and agents runs in real time', async () => {
  const clock = createSystemClock();
  const agents = {
    where: 'here',
    find: () => ({ perform: async () => ({ kind: 'completed', output: 42 }) as const }),
  };
  const owner = { id: clock.id(), host: 'here', pid: 1 };
  const engine = await Engine.open({ store: createMemoryStore(), agents, compile, owner });
  const workflow = await engine.register(
    aDefinition({ tasks: { a: [], b: ['a'] } }) as unknown as JsonObject,
  );
  const told: string[] = [];
  engine.bus.subscribe(({ events }) => told.push(...events.map(({ type }) => type)));
  engine.live.subscribe(() => undefined);
  const id = await engine.start({ workflow, input: null, by: 'ann' });
  expect(await engine.ended(id)).toMatchObject({ status: 'completed' });
  expect(await engine.reader.status(id)).toMatchObject({ output: 42 });
  expect(told).toContain('workflow.completed');
  expect(engine.settings).toEqual(DEFAULT_SETTINGS);
  expect(SILENT('info', 'nobody hears it')).toBeUndefined();
  await engine.close();
});
