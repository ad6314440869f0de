/** An entity that cannot be decided for stands still alone, loudly; all others go on. */
import {
  admissionOf,
  type Commit,
  type EventRow,
  executionLaw,
  resourceLaw,
  type WorkflowVersion,
} from '@cantata/core';
import { answersLate, answersWith, Cue, type FaultyStore, hangs } from '@cantata/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { Engine } from '../engine.ts';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';

const TWO = { tasks: { a: [], b: ['a'] } };

/** Makes the law throw for an execution at an event of a type, until it is taken back. */
function breakLaw(execution: string, type: string): () => void {
  const { evolve } = executionLaw;
  const broken: typeof evolve = (state, event, at) => {
    evolve(state, event, at);
    if (state.executionId === execution && event.type === type) throw new Error(`no rule for ${type}`);
  };
  Object.assign(executionLaw, { evolve: broken });
  const mend = (): void => void Object.assign(executionLaw, { evolve });
  mending.push(mend);
  return mend;
}
const mending: (() => void)[] = [];
afterEach(() => {
  for (const mend of mending.splice(0)) mend();
});

/** As if rows of an execution had been damaged on the disk. */
function damage(store: FaultyStore, id: string, change: (rows: readonly EventRow[]) => EventRow[]): void {
  store.alter('log.readEntity', change, { times: 1_000, when: (entity) => entity === id });
}

/** Makes the law go on for ever at one instant, for an execution that is told anything. */
function goRound(execution: string): void {
  const { decide } = executionLaw;
  const round: typeof decide = (state, command, now) =>
    state.executionId === execution && command.type === 'continue'
      ? { kind: 'accepted', events: [{ type: 'task.released', claims: [] }], messages: [] }
      : decide(state, command, now);
  Object.assign(executionLaw, { decide: round });
  mending.push(() => void Object.assign(executionLaw, { decide }));
}

describe.each(STORES)('parking on the %s store', (_, share) => {
  it(
    'stops the execution that goes on for ever by itself, and no other',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(100));
      const process = await world.process({ settings: { maxEventsWithoutRest: 5_000 } });
      const workflow = await world.workflow(process, TWO);
      const id = await world.start(process, workflow);
      const other = await world.start(process, workflow);
      goRound(id);
      expect(await world.ended(process, id)).toMatchObject({
        status: 'running',
        parked: true,
        reason: expect.stringMatching(/^invariant_broken: it has gone on by itself for 6000 events/),
      });
      expect((await world.log(id)).length).toBeLessThan(5_100);
      expect(await world.ended(process, other)).toMatchObject({ status: 'completed' });
    }),
  );

  it(
    'stops the execution whose law throws, tells who waits for it, and marks its row',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on(
        'a',
        cue.line,
        answersWith(() => null),
      );
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      const id = await world.start(process, workflow);
      world.agents.on('a', answersLate(100));
      const other = await world.start(process, workflow);
      breakLaw(id, 'task.completed');
      cue.answer();
      expect(await world.ended(process, id)).toMatchObject({
        status: 'running',
        parked: true,
        reason: expect.stringMatching(/^parked: no rule for task.completed$/),
      });
      expect(await world.ended(process, other)).toMatchObject({ status: 'completed' });
      expect(process.logged).toContainEqual({
        level: 'error',
        message: expect.stringMatching(/^parked: /),
        fields: expect.objectContaining({ entity: id, stack: expect.stringContaining('broken') }),
      });
      expect(process.engine.gauges).toMatchObject({ parked: 1, executions: 0, timers: 0 });
      await expect(world.clock.of(process.engine.pause(id, 'ann'))).rejects.toThrow(
        'no rule for task.completed',
      );
      expect(await process.engine.ended(id)).toMatchObject({ parked: true });
    }),
  );

  it(
    'keeps what was decided before in the same batch, and nothing of what threw',
    inWorld(share, async (world) => {
      const cues = [new Cue(), new Cue()] as const;
      world.agents.on('a', cues[0].line).on('b', cues[1].line);
      const process = await world.process();
      const id = await world.start(
        process,
        await world.workflow(process, { agents: { workers: 2 }, tasks: { a: [], b: [], c: ['a', 'b'] } }),
      );
      const before = await world.log(id);
      let completed = 0;
      const { evolve } = executionLaw;
      Object.assign(executionLaw, {
        evolve: (...args: Parameters<typeof evolve>) => {
          evolve(...args);
          if (args[1].type === 'task.completed' && ++completed === 2)
            throw new Error('the second is too much');
        },
      });
      mending.push(() => void Object.assign(executionLaw, { evolve }));
      cues[0].answer('first');
      cues[1].answer('second');
      expect(await world.ended(process, id)).toMatchObject({ parked: true, sequence: before.length });
      expect(await world.log(id)).toEqual([...before, 'task.completed']);
      mending.pop()?.();
      // When it is tried again its row catches up with its log.
      await world.clock.of(process.engine.recover(id));
      await world.clock.advance(10);
      expect(await world.row(id)).toMatchObject({ parked: false });
      expect((await world.row(id))?.sequence).toBe((await world.log(id)).length);
    }),
  );

  it(
    'is undone by whoever resumes it when the cause is gone: the attempt at fault is handed out again',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, TWO);
      world.agents.on('a', answersLate(100));
      const id = await world.start(process, workflow);
      const mend = breakLaw(id, 'task.completed');
      await world.ended(process, id);
      mend();
      await world.clock.of(process.engine.recover(id));
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed', parked: false });
      expect(world.agents.places).toEqual(['a', 'a', 'b']);
      expect(world.agents.at('a')[1]).toMatchObject({ attempt: 1, assignment: 2 });
    }),
  );

  it(
    'keeps the answers of agents that finish meanwhile',
    inWorld(share, async (world) => {
      const slow = new Cue();
      world.agents.on('a', answersLate(100)).on('b', slow.line);
      const process = await world.process();
      const workflow = await world.workflow(process, {
        agents: { workers: 2 },
        tasks: { a: [], b: [], c: ['a', 'b'] },
      });
      const id = await world.start(process, workflow);
      const mend = breakLaw(id, 'task.completed');
      await world.ended(process, id);
      slow.answer('the work of a week');
      await world.clock.advance(60_000);
      expect(process.engine.gauges.attempts).toBe(1);
      mend();
      await world.clock.of(process.engine.recover(id));
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(world.agents.at('b')).toHaveLength(1);
      expect(world.agents.at('c')[0]?.input).toMatchObject({ b: 'the work of a week' });
    }),
  );

  it(
    'keeps the inbox, and reads it when it is undone from another process',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(100)).on('b', hangs());
      const process = await world.process();
      const client = await world.process();
      const workflow = await world.workflow(process, TWO);
      const id = await world.start(process, workflow);
      const mend = breakLaw(id, 'task.completed');
      await world.ended(client, id);
      const pausing = client.engine.pause(id, 'bob').catch((error: unknown) => error);
      await world.clock.advance(5_000);
      expect(await (await world.store()).inbox.of(id)).toHaveLength(1);
      mend();
      await world.clock.of(client.engine.recover(id));
      expect(await world.clock.of(pausing)).toEqual(expect.any(String));
      expect(await world.row(id)).toMatchObject({ status: 'paused', parked: false });
    }),
  );

  it(
    'ends with the process: another one tries again',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(100));
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, TWO));
      const mend = breakLaw(id, 'task.completed');
      await world.ended(first, id);
      mend();
      first.kill();
      const second = await world.process({ isDead: () => true });
      expect(await world.clock.of(waitForEnd(second, world, id))).toMatchObject({
        status: 'completed',
        parked: false,
      });
    }),
  );

  it(
    'spares the sender of a message whose receiver cannot be decided for; the message waits for it',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(100));
      const process = await world.process();
      const workflow = await world.workflow(process, { maxConcurrentExecutions: 1 });
      const id = await world.start(process, workflow);
      const admission = admissionOf(workflow.workflowId);
      const { decide } = resourceLaw;
      mending.push(() => void Object.assign(resourceLaw, { decide }));
      Object.assign(resourceLaw, {
        decide: () => {
          throw new Error('no rule for resources');
        },
      });
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(await (await world.store()).inbox.of(admission)).toHaveLength(1);
      await expect(world.start(process, workflow)).rejects.toThrow('no rule for resources');
      expect(await world.run(process, TWO).catch((error: unknown) => error)).toBeInstanceOf(Error);
      Object.assign(resourceLaw, { decide });
      await world.clock.of(process.engine.recover(admission));
      await world.clock.advance(1_000);
      expect(await world.start(process, workflow)).toEqual(expect.any(String));
    }),
  );

  it(
    'never happens to an execution that could not even begin: its start is refused, and what was granted goes back',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, { maxConcurrentExecutions: 1 });
      const { evolve } = executionLaw;
      mending.push(() => void Object.assign(executionLaw, { evolve }));
      Object.assign(executionLaw, {
        evolve: () => {
          throw new Error('no rule for a beginning');
        },
      });
      await expect(world.start(process, workflow)).rejects.toThrow('no rule for a beginning');
      expect(process.engine.gauges).toMatchObject({ parked: 0, executions: 0 });
      Object.assign(executionLaw, { evolve });
      expect(await world.ended(process, await world.start(process, workflow))).toMatchObject({
        status: 'completed',
      });
      expect(await process.engine.reader.list({ limit: 10 })).toHaveLength(1);
    }),
  );

  it.each([
    [
      'lacks an event',
      (rows: readonly EventRow[]) => rows.filter(({ sequence }) => sequence !== 3),
      /store_corrupt: the log of .* lacks event 3/,
    ],
    [
      'holds an event that is no JSON',
      (rows: readonly EventRow[]) => rows.map((row) => (row.sequence === 2 ? { ...row, data: '{' } : row)),
      /store_corrupt/,
    ],
    [
      'holds an event of a newer version',
      (rows: readonly EventRow[]) =>
        rows.map((row) => (row.sequence === 2 ? { ...row, type: 'workflow.teleported' } : row)),
      /workflow.teleported|parked/,
    ],
  ])('happens to an execution whose log %s', (__, change, reason) =>
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const first = await world.process();
      const workflow = await world.workflow(first, TWO);
      const id = await world.start(first, workflow);
      const other = await world.start(first, workflow);
      first.kill();
      world.agents.on(
        'a',
        answersWith(() => null),
      );
      const second = await world.assemble({ isDead: () => true });
      damage(second.store, id, change);
      const engine = await world.clock.of(Engine.of(second.parts));
      const ended = await world.clock.of(Promise.allSettled([engine.ended(id), engine.ended(other)]));
      expect(ended).toMatchObject([
        { value: { parked: true, reason: expect.stringMatching(reason) } },
        { value: { status: 'completed' } },
      ]);
      expect(await engine.reader.why(id)).toMatchObject([
        { code: 'parked', sentence: expect.stringContaining(`cantata resume ${id}`) },
      ]);
      await world.clock.of(engine.close());
    })(),
  );

  it(
    'happens to an execution whose definition was changed in the store',
    inWorld(share, async (world) => {
      world.agents.on('a', hangs());
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, TWO));
      first.kill();
      const second = await world.assemble({ isDead: () => true });
      const change = (version: WorkflowVersion): WorkflowVersion => ({
        ...version,
        document: version.document.replace('"id":"b"', '"id":"x"'),
      });
      second.store.alter('workflows.byDigest', change, { times: 10 });
      const engine = await world.clock.of(Engine.of(second.parts));
      expect(await world.clock.of(engine.ended(id))).toMatchObject({
        parked: true,
        reason: expect.stringMatching(/^store_corrupt: the definition of .* was changed in the store/),
      });
      expect(world.agents.performances).toHaveLength(1);
      await world.clock.of(engine.close());
    }),
  );

  it(
    'is not for an entity that cannot be read for a moment',
    inWorld(share, async (world) => {
      world.agents.on(
        'a',
        hangs(),
        answersWith(() => null),
      );
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, TWO));
      first.kill();
      const second = await world.assemble({ isDead: () => true });
      second.store.refuse('log.readEntity', 'store_busy', { times: 3 });
      const engine = await world.clock.of(Engine.of(second.parts));
      expect(await world.clock.of(engine.ended(id))).toMatchObject({ status: 'completed' });
      expect(second.logged.filter(({ message }) => message.startsWith('parked'))).toEqual([]);
      await world.clock.of(engine.close());
    }),
  );

  it(
    'is told to who waits even when the store cannot take the mark, and the mark follows',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(100));
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, TWO));
      breakLaw(id, 'task.completed');
      process.store.refuse('log.commit', 'store_full', {
        times: 3,
        when: (commit) => (commit as Commit).executions.some(({ parked }) => parked),
      });
      const error = { code: 'parked', message: 'no rule for task.completed' };
      await expect(world.ended(process, id)).rejects.toMatchObject(error);
      // Until then its own engine knows it, and says so.
      await expect(process.engine.ended(id)).rejects.toMatchObject(error);
      expect(await process.engine.reader.row(id)).toMatchObject({
        parked: true,
        reason: 'parked: no rule for task.completed',
      });
      expect(await process.engine.reader.why(id)).toMatchObject([{ code: 'parked' }, {}, {}]);
      await world.clock.advance(60_000);
      expect(await world.row(id)).toMatchObject({ parked: true });
      expect(await process.engine.ended(id)).toMatchObject({ parked: true });
    }),
  );

  it(
    'is not marked when it was undone before the mark was written',
    inWorld(share, async (world) => {
      world.agents.on('a', answersLate(100));
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, TWO));
      const mend = breakLaw(id, 'task.completed');
      process.store.delay('executions.get', 1_000, { when: (entity) => entity === id });
      await world.clock.advance(200);
      mend();
      await world.clock.of(process.engine.recover(id));
      await world.clock.advance(10_000);
      expect(await world.row(id)).toMatchObject({ status: 'completed', parked: false });
    }),
  );
});

async function waitForEnd({ engine }: Process, { clock }: World, id: string): Promise<unknown> {
  for (;;) {
    const row = await engine.ended(id);
    if (!row.parked) return row;
    await new Promise<void>((resolve) => void clock.at(clock.now() + 500, resolve));
  }
}
