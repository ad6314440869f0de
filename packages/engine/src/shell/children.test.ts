/** Sub-workflows through the shell: what is looked up, what fails, and what a crash on the way leaves behind. */
import { admissionOf, type EventRow, type Json } from '@cantata/core';
import { aComputed, answers, answersWith, Cue, hangs, obeys } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { Engine } from '../engine.ts';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';

/** A parent of a workflow `inner`. */
async function parent(world: World, process: Process, sketch = {}) {
  return world.workflow(process, { name: 'outer', tasks: { sub: { workflow: 'inner', ...sketch } } });
}

const childOf = async ({ engine }: Process, world: World, execution: string): Promise<string> =>
  (await world.clock.of(engine.reader.status(execution))).tasks[0]?.child_execution_id ?? '';

describe.each(STORES)('sub-workflows on the %s store', (_, share) => {
  it(
    'run once, give their output, and are there to look at',
    inWorld(share, async (world) => {
      world.agents.on(
        'search',
        answersWith(({ input }) => ({ of: input })),
      );
      const process = await world.process();
      await world.workflow(process, { name: 'inner', tasks: { search: [] } });
      const execution = await world.start(process, await parent(world, process), { input: 'tea' });
      expect(await world.ended(process, execution)).toMatchObject({ status: 'completed' });
      const view = await world.clock.of(process.engine.reader.status(execution));
      expect(view.output).toEqual({ of: 'tea' });
      const child = await childOf(process, world, execution);
      expect(await world.row(child)).toMatchObject({ status: 'completed', name: 'inner' });
      expect(world.agents.places).toEqual(['search']);
    }),
  );

  it(
    'fail their task where there is none, or none of that version',
    inWorld(share, async (world) => {
      const process = await world.process();
      const reason = async (sketch = {}) =>
        (await world.run(process, { tasks: { sub: { workflow: 'inner', ...sketch } } })).reason;
      const hint = 'here; run or register it once, then it can be a part of others';
      expect(await reason()).toBe(`workflow_not_found: there is no workflow inner ${hint}`);
      await world.workflow(process, { name: 'inner' });
      expect(await reason({ version: '9' })).toBe(
        `workflow_not_found: there is no workflow inner in version 9 ${hint}`,
      );
    }),
  );

  it(
    'that wait for a place do not begin in a pause of their parent, and keep nobody else from it',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('search', cue.line);
      const process = await world.process();
      const alone = { name: 'inner', maxConcurrentExecutions: 1, tasks: { search: [] } };
      const inner = await world.workflow(process, alone);
      const first = await world.start(process, inner);
      const execution = await world.start(process, await parent(world, process));
      await world.clock.advance(100);
      await world.clock.of(process.engine.pause(execution, 'ann'));
      world.agents.on('search', answers('later'));
      cue.answer('done');
      await world.ended(process, first);
      await world.clock.advance(10_000);
      expect(world.agents.at('search')).toHaveLength(1);
      expect(await world.run(process, alone)).toMatchObject({
        status: 'completed',
      });
      await world.clock.of(process.engine.resume(execution, 'ann'));
      expect(await world.ended(process, execution)).toMatchObject({ status: 'completed' });
      expect(world.agents.at('search')).toHaveLength(3);
    }),
  );

  it(
    'are looked up again where the store could not be read',
    inWorld(share, async (world) => {
      const process = await world.process();
      await world.workflow(process, { name: 'inner', tasks: { search: [] } });
      const workflow = await parent(world, process);
      process.store.refuse('workflows.find', 'store_busy');
      const execution = await world.start(process, workflow);
      expect(await world.ended(process, execution)).toMatchObject({ status: 'completed' });
      expect(process.logged.map(({ message }) => message)).toContain('a workflow could not be looked up');
    }),
  );

  it(
    'wait in line for a place, and leave it when their parent is cancelled',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('search', cue.line);
      const process = await world.process();
      const inner = await world.workflow(process, {
        name: 'inner',
        maxConcurrentExecutions: 1,
        tasks: { search: [] },
      });
      const first = await world.start(process, inner);
      const execution = await world.start(process, await parent(world, process));
      await world.clock.settle();
      const child = await childOf(process, world, execution);
      expect(await world.row(child)).toBeUndefined();
      const [, cause] = await world.clock.of(process.engine.reader.why(execution));
      expect(cause?.sentence).toMatch(
        new RegExp(
          `It waits for a place: inner admits 1, and these are open: ${first}, for .*; it is the next one\\.$`,
        ),
      );
      await world.clock.of(process.engine.cancel(execution, 'ann'));
      cue.answer();
      await world.ended(process, first);
      expect(await world.ended(process, execution)).toMatchObject({ status: 'cancelled' });
      await world.clock.advance(60_000);
      expect(await world.row(child)).toBeUndefined();
    }),
  );

  it(
    'are told to stop although they begin after their parent has let them go',
    inWorld(share, async (world) => {
      world.agents.on('search', obeys()).on('slow', hangs());
      const process = await world.process();
      const { workflowId } = await world.workflow(process, { name: 'inner', tasks: { search: [] } });
      const workflow = await world.workflow(process, {
        name: 'outer',
        tasks: { sub: { workflow: 'inner' }, slow: { timeoutMs: 50 } },
      });
      // Its admission is read slowly, so whatever is told to the child itself is there first.
      const isItsAdmission = (id: unknown): boolean => id === admissionOf(workflowId);
      process.store.answerLate('log.snapshot', 500, { when: isItsAdmission });
      const execution = await world.start(process, workflow);
      expect(await world.ended(process, execution)).toMatchObject({ status: 'failed' });
      const child = await childOf(process, world, execution);
      expect(await world.row(child)).toMatchObject({ status: 'cancelled' });
    }),
  );

  it(
    'are paused, resumed and cancelled with their parent',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('search', cue.line);
      const process = await world.process();
      const { engine } = process;
      await world.workflow(process, { name: 'inner', tasks: { search: [], more: ['search'] } });
      const execution = await world.start(process, await parent(world, process));
      await world.clock.settle();
      const child = await childOf(process, world, execution);
      await world.clock.of(engine.pause(execution, 'ann'));
      await world.clock.settle();
      expect(await world.row(child)).toMatchObject({ status: 'paused' });
      await world.clock.of(engine.resume(execution, 'ann'));
      await world.clock.settle();
      expect(await world.row(child)).toMatchObject({ status: 'running' });
      await world.clock.of(engine.cancel(child, 'ann', 'no use'));
      cue.answer();
      expect(await world.ended(process, execution)).toMatchObject({
        status: 'failed',
        reason: `child_cancelled: execution ${child} was cancelled: no use`,
      });
    }),
  );

  it(
    'go on in another process where the first one died, and begin once',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('search', cue.line);
      const first = await world.process();
      await world.workflow(first, { name: 'inner', tasks: { search: [] } });
      const execution = await world.start(first, await parent(world, first));
      await world.clock.settle();
      first.kill();
      const second = await world.process({ settings: { recover: 'all' } });
      await world.clock.advance(60_000);
      cue.answer(7);
      expect(await world.ended(second, execution)).toMatchObject({ status: 'completed' });
      const rows = await world.clock.of(second.engine.reader.list({ limit: 10 }));
      expect(rows).toHaveLength(2);
    }),
  );

  it.each([0, 3])(
    'go on with their parent, where only what is asked for goes on, also if they can not be read %i times',
    async (times) => {
      await inWorld(share, async (world) => {
        world.agents.on(
          'search',
          hangs(),
          answersWith(() => 7),
        );
        const first = await world.process();
        await world.workflow(first, { name: 'innermost', tasks: { search: [] } });
        await world.workflow(first, { name: 'inner', tasks: { sub: { workflow: 'innermost' } } });
        const execution = await world.start(first, await parent(world, first));
        await world.clock.until(() => world.agents.at('search').length === 1);
        const child = await childOf(first, world, execution);
        first.kill();
        const second = await world.process({ isDead: () => true, settings: { recover: 'on_demand' } });
        const ofChild = { times, when: (entity: unknown) => entity === child };
        if (times > 0) second.store.refuse('log.readEntity', 'store_busy', ofChild);
        await world.clock.of(second.engine.recover(execution));
        expect(await world.ended(second, execution)).toMatchObject({ status: 'completed' });
      })();
    },
  );

  it(
    'that were given up are stopped by whoever carries their parent on, and seen to be ending meanwhile',
    inWorld(share, async (world) => {
      world.agents.on('search', hangs()).on('other', hangs());
      const first = await world.process();
      await world.workflow(first, { name: 'inner', tasks: { search: [] } });
      const tasks = { sub: { workflow: 'inner', onFailure: { kind: 'continue' } }, other: [] } as const;
      const execution = await world.start(first, await world.workflow(first, { name: 'outer', tasks }));
      await world.clock.until(() => world.agents.at('search').length === 1);
      const child = await childOf(first, world, execution);
      await world.clock.of(
        first.engine.operate(execution, { type: 'task.cancel', task: 'sub', extent: 'task' }, 'ann'),
      );
      expect(first.engine.ending).toEqual([child]);
      first.kill();
      const second = await world.process({ isDead: () => true, settings: { recover: 'on_demand' } });
      await world.clock.of(second.engine.recover(execution));
      await world.clock.advance(20_000);
      expect(await world.row(child)).toMatchObject({ status: 'cancelled' });
      expect(second.engine.ending).toEqual([]);
    }),
  );

  it(
    'that are written off are told of to their parent',
    inWorld(share, async (world) => {
      world.agents.on('search', hangs());
      const first = await world.process();
      await world.workflow(first, { name: 'inner', tasks: { search: [] } });
      const execution = await world.start(first, await parent(world, first));
      await world.clock.settle();
      const child = await childOf(first, world, execution);
      first.kill();
      const second = await world.assemble({ isDead: () => true });
      const torn = (rows: readonly EventRow[]): EventRow[] =>
        rows.map((row) => (row.sequence === 3 ? { ...row, data: '{' } : row));
      second.store.alter('log.readEntity', torn, { times: 1_000, when: (entity) => entity === child });
      const engine = await world.clock.of(Engine.of(second.parts));
      await world.clock.of(engine.recover(child).catch(() => undefined));
      await world.clock.of(engine.cancel(child, 'ann', 'torn'));
      expect(await world.clock.of(engine.ended(execution))).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(
          /^child_cancelled: execution \S+ was cancelled: cancelled by ann \(torn\) while parked /,
        ),
      });
      await world.clock.of(engine.close());
    }),
  );

  it(
    'work on large values',
    inWorld(share, async (world) => {
      const large: Json = { text: 'x'.repeat(100_000) };
      world.agents.on(
        'search',
        answersWith(({ input }) => input),
      );
      const process = await world.process();
      await world.workflow(process, { name: 'inner', tasks: { search: [] } });
      const input = aComputed(({ input }) => ({ again: input }));
      const execution = await world.start(process, await parent(world, process, { input }), {
        input: large,
      });
      await world.ended(process, execution);
      const view = await world.clock.of(process.engine.reader.status(execution));
      expect(view.output).toEqual({ again: large });
    }),
  );
});
