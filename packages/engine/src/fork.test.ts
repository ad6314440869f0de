import { type CantataError, MAX_TAKEN_OVER } from '@cantata/core';
import { answers, answersWith, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from './world.suite.ts';

const chain = { agents: { w: 1 }, tasks: { a: [], b: ['a'], c: ['b'] } };
const large = 'x'.repeat(100_000);

describe.each(STORES)('a fork, with the %s store', (_, share) => {
  async function origin(world: World): Promise<{ process: Process; id: string }> {
    const process = await world.process();
    const length = answersWith(({ input }) => JSON.stringify(input).length);
    let first: string | undefined;
    world.agents.on('a', answers(large)).on('b', (assignment, ...rest) => {
      first ??= assignment.executionId;
      return (assignment.executionId === first ? hangs() : length)(assignment, ...rest);
    });
    const id = await world.start(process, await world.workflow(process, chain), { input: 'question' });
    await world.clock.advance(10);
    return { process, id };
  }
  const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'done',
      (error: unknown) => (error as CantataError).code,
    );

  it(
    'goes on beside its origin, under keys of its own, with values that are kept for it',
    inWorld(share, async (world) => {
      const { process, id } = await origin(world);
      const forked = await world.clock.of(process.engine.fork(id, { by: 'ann' }));
      expect(await world.ended(process, forked)).toMatchObject({ status: 'completed' });
      const status = await world.clock.of(process.engine.reader.status(forked));
      expect(status).toMatchObject({ input: 'question', forked_from: { execution_id: id, task: null } });
      expect(world.agents.at('a').length).toBe(1);
      expect(world.agents.at('b', forked)[0]?.input).toBe(large);
      const keys = world.agents.at('b').map(({ idempotencyKey }) => idempotencyKey);
      expect(new Set(keys).size).toBe(2);
      expect((await world.row(id))?.status).toBe('running');
    }),
  );

  it(
    'begins where a checkpoint was, with other inputs',
    inWorld(share, async (world) => {
      const { process, id } = await origin(world);
      const early = await world.clock.of(process.engine.checkpoint(id, 'interval'));
      await world.clock.of(
        process.engine.operate(id, { type: 'task.complete', task: 'b', output: 'late' }, 'ann'),
      );
      await world.ended(process, id);
      const request = { by: 'ann', checkpoint: early, from: 'b', input: 'other', taskInput: 'four' };
      const forked = await world.clock.of(process.engine.fork(id, request));
      await world.ended(process, forked);
      expect(world.agents.at('b', forked)[0]?.input).toBe('four');
      expect(await world.clock.of(process.engine.reader.status(forked))).toMatchObject({ input: 'other' });
    }),
  );

  it(
    'says what it cannot begin from',
    inWorld(share, async (world) => {
      const { process, id } = await origin(world);
      const fork = (request: object): Promise<unknown> =>
        world.clock.of(codeOf(process.engine.fork(id, { by: 'ann', ...request })));
      expect(await fork({ from: 'nobody' })).toBe('task_not_found');
      expect(await fork({ checkpoint: 'nowhere' })).toBe('checkpoint_not_found');
      expect(await fork({ taskInput: 1 })).toBe('input_invalid');
      expect(await world.clock.of(codeOf(process.engine.fork(world.clock.id(), { by: 'ann' })))).toBe(
        'execution_not_found',
      );
    }),
  );

  it(
    'is refused what would be too much for one commit',
    inWorld(share, async (world) => {
      const process = await world.process();
      const names = Array.from({ length: MAX_TAKEN_OVER + 1 }, (__, n) => [`t${n}`, []] as const);
      world.agents.otherwise(answers(1));
      const wide = await world.workflow(process, { agents: { w: 100 }, tasks: Object.fromEntries(names) });
      const id = await world.start(process, wide);
      await world.ended(process, id);
      expect(await world.clock.of(codeOf(process.engine.fork(id, { by: 'ann' })))).toBe('fork_too_large');
      const few = await world.workflow(process, {
        agents: { w: 20 },
        tasks: Object.fromEntries(names.slice(0, 20)),
      });
      world.agents.otherwise(answers('x'.repeat(1_000_000)));
      const heavy = await world.start(process, few);
      await world.ended(process, heavy);
      expect(await world.clock.of(codeOf(process.engine.fork(heavy, { by: 'ann' })))).toBe('fork_too_large');
    }),
  );
});
