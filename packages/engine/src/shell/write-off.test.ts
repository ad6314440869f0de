/** A cancel ends every execution: also one that is parked, and one that nobody can read any more. */
import { admissionOf, type Commit, type EventRow, executionLaw, resourceLaw } from '@cantata/core';
import { answersLate, answersWith, type FaultyStore, hangs } from '@cantata/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Engine } from '../engine.ts';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';

const ONE_AT_A_TIME = { tasks: { a: [], b: ['a'] }, maxConcurrentExecutions: 1 };
const DAMAGED = /^cancelled by ann while parked \(store_corrupt: .*\); nothing of it was undone$/;

const mending: (() => void)[] = [];
afterEach(() => {
  for (const mend of mending.splice(0)) mend();
});

/** Makes the law throw at an event of a type, until it is taken back. */
function breakLaw(type: string): () => void {
  const { evolve } = executionLaw;
  const broken: typeof evolve = (state, event, at) => {
    evolve(state, event, at);
    if (event.type === type) throw new Error(`no rule for ${type}`);
  };
  Object.assign(executionLaw, { evolve: broken });
  const mend = (): void => void Object.assign(executionLaw, { evolve });
  mending.push(mend);
  return mend;
}

/** As if a row of an execution had been damaged on the disk. */
function damage(store: FaultyStore, id: string): void {
  const change = (rows: readonly EventRow[]): EventRow[] =>
    rows.map((row) => (row.sequence === 3 ? { ...row, data: '{' } : row));
  store.alter('log.readEntity', change, { times: 1_000, when: (entity) => entity === id });
}

/** Another process took over and finds the execution damaged. The agents answer at once from now on. */
async function damaged(
  world: World,
): Promise<Process & { readonly id: string; readonly restart: () => Promise<string> }> {
  world.agents.on('a', hangs());
  const first = await world.process();
  const workflow = await world.workflow(first, ONE_AT_A_TIME);
  const id = await world.start(first, workflow);
  first.kill();
  world.agents.on(
    'a',
    answersWith(() => null),
  );
  const second = await world.assemble({ isDead: () => true });
  damage(second.store, id);
  const process = { ...second, engine: await world.clock.of(Engine.of(second.parts)) };
  await world.clock.of(process.engine.ended(id));
  return { ...process, id, restart: () => world.start(process, workflow) };
}

describe.each(STORES)('the end of what cannot be decided for, on the %s store', (_, share) => {
  it(
    'cancels a parked execution the normal way where it can be read',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(100));
      const process = await world.process();
      const workflow = await world.workflow(process, ONE_AT_A_TIME);
      const id = await world.start(process, workflow);
      breakLaw('task.completed');
      expect(await world.ended(process, id)).toMatchObject({ parked: true });
      await world.clock.of(process.engine.cancel(id, 'ann', 'enough'));
      expect(await world.ended(process, id)).toMatchObject({
        status: 'cancelled',
        parked: false,
        reason: 'enough',
      });
      expect(await world.log(id)).toContain('workflow.cancelled');
      await world.start(process, workflow);
    }),
  );

  it(
    'writes off what cannot be read: its row says so, its log stays, and its place is free at once',
    inWorld(share, async (world) => {
      const { engine, store, id, restart, logged } = await damaged(world);
      const before = await world.log(id);
      await expect(restart()).rejects.toMatchObject({ code: 'workflow_already_executing' });
      await world.clock.of(engine.cancel(id, 'ann'));
      expect(await engine.ended(await restart())).toMatchObject({ status: 'completed' });
      const row = await world.row(id);
      expect(row).toMatchObject({
        status: 'cancelled',
        parked: true,
        reason: expect.stringMatching(DAMAGED),
      });
      expect(row?.completedAt).toEqual(expect.any(Number));
      expect(await world.log(id)).toEqual(before);
      expect(await engine.ended(id)).toEqual(row);
      expect(logged).toContainEqual(
        expect.objectContaining({ level: 'warn', message: 'a parked execution was written off' }),
      );
      expect(engine.gauges).toMatchObject({ parked: 0 });
      await store.close();
    }),
  );

  it(
    'never brings it back to life, not even when its log can be read again',
    inWorld(share, async (world) => {
      const { engine, store, id } = await damaged(world);
      await world.clock.of(engine.cancel(id, 'ann', 'asked the wrong question'));
      const ended = {
        code: 'already_ended',
        message: expect.stringMatching(
          /^execution .* is cancelled: cancelled by ann \(asked the wrong question\) while parked/,
        ),
      };
      await expect(world.clock.of(engine.recover(id))).rejects.toMatchObject(ended);
      store.heal();
      await expect(world.clock.of(engine.recover(id))).rejects.toMatchObject(ended);
      await expect(world.clock.of(engine.cancel(id, 'bob'))).rejects.toMatchObject(ended);
      await world.clock.of(engine.close());
      const later = await world.process();
      await world.clock.advance(60_000);
      expect(later.engine.gauges).toMatchObject({ executions: 0, parked: 0 });
      expect(await world.row(id)).toMatchObject({ status: 'cancelled', parked: true });
      expect(await later.engine.reader.why(id)).toEqual([
        {
          subject: 'execution',
          code: 'cancelled',
          sentence: expect.stringMatching(/^It was cancelled by ann \(asked .*; nothing of it was undone\.$/),
          waits_for: [],
        },
      ]);
      expect(await later.engine.reader.status(id)).toMatchObject({
        execution_id: id,
        status: 'cancelled',
        parked: expect.stringMatching(/^cancelled by ann/),
        completed_at: expect.any(String),
      });
    }),
  );

  it(
    'writes it off when another process asks, and deals with what waited for it',
    inWorld(share, async (world) => {
      const { engine, store, id } = await damaged(world);
      const client = await world.process();
      const pausing = client.engine.pause(id, 'bob').catch((error: unknown) => error);
      await world.clock.advance(2_000);
      await world.clock.of(client.engine.cancel(id, 'ann'));
      expect(await world.clock.of(pausing)).toMatchObject({ code: 'already_ended' });
      expect(await world.ended(client, id)).toMatchObject({ status: 'cancelled' });
      expect(await (await world.store()).inbox.of(id)).toEqual([]);
      store.heal();
      await world.clock.of(engine.close());
    }),
  );

  it(
    'stops the agents of an execution whose law throws at the cancel itself',
    inWorld(share, async (world) => {
      const stopped: unknown[] = [];
      world.agents.on('a', (_assignment, { signal }) => {
        signal.addEventListener('abort', () => void stopped.push(signal));
        return new Promise(() => undefined);
      });
      const process = await world.process();
      const workflow = await world.workflow(process, ONE_AT_A_TIME);
      const id = await world.start(process, workflow);
      breakLaw('workflow.cancelling');
      await world.clock.of(process.engine.cancel(id, 'ann'));
      expect(await process.engine.ended(id)).toMatchObject({
        status: 'cancelled',
        reason: expect.stringContaining('no rule for workflow.cancelling'),
      });
      expect(stopped).toHaveLength(1);
      expect(process.engine.gauges).toMatchObject({ executions: 0, attempts: 0, timers: 0, parked: 0 });
      await world.start(process, workflow);
    }),
  );

  it(
    'leaves it parked where the admission cannot be asked, until it can',
    inWorld(share, async (world) => {
      const { engine, store, id } = await damaged(world);
      const { decide } = resourceLaw;
      mending.push(() => void Object.assign(resourceLaw, { decide }));
      Object.assign(resourceLaw, {
        decide: () => {
          throw new Error('no rule for resources');
        },
      });
      await expect(world.clock.of(engine.cancel(id, 'ann'))).rejects.toThrow('no rule for resources');
      expect(await world.row(id)).toMatchObject({ status: 'running', parked: true });
      Object.assign(resourceLaw, { decide });
      const { workflowId } = (await world.row(id)) as { workflowId: string };
      await world.clock.of(engine.recover(admissionOf(workflowId)));
      await world.clock.of(engine.cancel(id, 'ann'));
      expect(await world.row(id)).toMatchObject({ status: 'cancelled' });
      store.heal();
    }),
  );

  it(
    'is whole or not at all: a commit that fails leaves it parked and its place taken',
    inWorld(share, async (world) => {
      const { engine, store, id, restart } = await damaged(world);
      store.refuse('log.commit', 'store_full', {
        times: 1,
        when: (commit) => (commit as Commit).executions.some(({ status }) => status === 'cancelled'),
      });
      await expect(world.clock.of(engine.cancel(id, 'ann'))).rejects.toMatchObject({ code: 'store_full' });
      expect(await world.row(id)).toMatchObject({ status: 'running', parked: true });
      await expect(restart()).rejects.toMatchObject({ code: 'workflow_already_executing' });
      await world.clock.of(engine.cancel(id, 'ann'));
      await restart();
    }),
  );

  it(
    'lets a completed execution be, whose log was damaged afterwards',
    inWorld(share, async (world) => {
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, ONE_AT_A_TIME));
      await world.ended(first, id);
      damage(first.store, id);
      const before = await world.row(id);
      await expect(world.clock.of(first.engine.cancel(id, 'ann'))).rejects.toMatchObject({
        code: 'already_ended',
      });
      expect(first.engine.gauges).toMatchObject({ parked: 0 });
      expect(await world.row(id)).toEqual(before);
    }),
  );
});
