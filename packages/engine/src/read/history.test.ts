/** What past runs took: read from their logs, and used for the next one's plan. */
import type { JsonObject } from '@cantata/core';
import { answersLate, answersWith, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';
import { HISTORY_BOUNDS, type HistoryBounds, readHistory } from './history.ts';

const TWO = { tasks: { a: [], b: ['a'] } };

/** Runs a workflow to its end once for each of the times, which is what `a` takes. */
async function runs(world: World, process: Process, ...times: readonly number[]): Promise<string> {
  const workflow = await world.workflow(process, TWO);
  for (const ms of times) {
    world.agents.on('a', answersLate(ms));
    const id = await world.start(process, workflow);
    await world.clock.advance(ms + 100);
    expect(await process.store.executions.get(id)).toMatchObject({ status: 'completed' });
  }
  return workflow.workflowId;
}

/** What the next start of a workflow is planned to take. */
async function plannedMs(world: World, process: Process, workflowId: string): Promise<unknown> {
  const workflow = await process.store.workflows.find('default', workflowId);
  if (workflow === undefined) throw new Error('it is registered');
  const id = await world.start(process, workflow);
  const rows = await process.store.log.readEntity(id, 0, 10);
  const planned = rows.find(({ type }) => type === 'workflow.planned');
  return (JSON.parse(planned?.data ?? '{}') as JsonObject).estimatedMs;
}

describe.each(STORES)('past runs (%s)', (_, share) => {
  it(
    'tell what each task took: the median of the items that completed',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await runs(world, process, 300, 20, 40);
      const history = await process.engine.reader.history(workflow);
      expect(history.get('a')).toEqual({ medianMs: 40, samples: 3 });
      expect(history.get('b')).toMatchObject({ samples: 3 });
    }),
  );

  it(
    'are found by the name of the workflow too, and unknown workflows have none',
    inWorld(share, async (world) => {
      const process = await world.process();
      await runs(world, process, 20);
      expect((await process.engine.reader.history('workflow-1')).get('a')?.medianMs).toBe(20);
      expect(await process.engine.reader.history('nobody')).toEqual(new Map());
    }),
  );

  it(
    'count only if they completed',
    inWorld(share, async (world) => {
      const process = await world.process();
      world.agents.on(
        'a',
        answersWith(() => 1),
      );
      world.agents.on('b', throws());
      await world.start(process, await world.workflow(process, TWO));
      await world.clock.advance(1_000);
      expect((await process.engine.reader.history('workflow-1')).size).toBe(0);
    }),
  );

  it(
    'are read within bounds, the newest first',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await runs(world, process, 300, 20);
      const { store, parts } = process;
      const read = (bounds: Partial<HistoryBounds>) =>
        readHistory({ store, codec: parts.codec }, workflow, { ...HISTORY_BOUNDS, ...bounds });
      expect((await read({ runs: 1 })).get('a')).toEqual({ medianMs: 20, samples: 1 });
      expect(Object.fromEntries(await read({ events: 6 }))).toEqual({
        a: { medianMs: 20, samples: 1 },
      });
      expect((await read({ characters: 0 })).size).toBe(0);
    }),
  );

  it(
    'make the plan of the next start, in a process that comes later',
    inWorld(share, async (world) => {
      const first = await world.process();
      const workflow = await runs(world, first, 300, 300);
      await world.clock.of(first.engine.close());
      expect(await plannedMs(world, await world.process(), workflow)).toBe(300);
    }),
  );

  it(
    'stop no start when they cannot be read: durations are guessed, and the log says so',
    inWorld(share, async (world) => {
      const first = await world.process();
      const workflow = await runs(world, first, 300);
      await world.clock.of(first.engine.close());
      const second = await world.process();
      second.store.refuse('executions.list', 'store_unavailable', { times: 100 });
      expect(await plannedMs(world, second, workflow)).toBe(20_000);
      expect(second.logged.map(({ message }) => message)).toContain(
        'past runs could not be read; durations are guessed',
      );
    }),
  );
});
