import type { CantataError, Commit, WorkflowVersion } from '@cantata/core';
import { answers, answersWith, hangs, obeys, reports } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from './world.suite.ts';

const carries = (type: string) => (commit: unknown) =>
  (commit as Commit).events.some((event) => event.type === type);

const chain = { agents: { w: 1 }, tasks: { a: [], b: ['a'] } };

describe.each(STORES)('an operator, with the %s store', (_, share) => {
  async function begun(world: World): Promise<{ process: Process; id: string }> {
    const process = await world.process();
    world.agents.on('a', hangs()).on(
      'b',
      answersWith(({ input }) => input),
    );
    const id = await world.start(process, await world.workflow(process, chain));
    return { process, id };
  }

  it(
    'completes a task whose agent does not answer: the agent is told to stop, and the rest goes on',
    inWorld(share, async (world) => {
      const { process, id } = await begun(world);
      const output = { found: 'by hand' };
      await world.clock.of(
        process.engine.operate(id, { type: 'task.complete', task: 'a', output, reason: 'in a hurry' }, 'ann'),
      );
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect(world.agents.at('a')[0]?.signal).toMatchObject({ aborted: true });
      const { output: result } = await world.clock.of(process.engine.reader.status(id));
      expect(result).toEqual(output);
    }),
  );

  it(
    'is told what cannot be done, and nothing is',
    inWorld(share, async (world) => {
      const { process, id } = await begun(world);
      const operate = (task: string, output: unknown): Promise<unknown> =>
        world.clock
          .of(process.engine.operate(id, { type: 'task.complete', task, output: output as never }, 'ann'))
          .catch((error: unknown) => (error as CantataError).code);
      expect(await operate('nobody', 1)).toBe('task_not_found');
      expect(await operate('a', 'x'.repeat(5_000_000))).toBe('input_invalid');
      expect(await world.log(id)).not.toContain('task.overridden');
    }),
  );

  it(
    'is obeyed once, whatever becomes of the answer',
    inWorld(share, async (world) => {
      const { process, id } = await begun(world);
      process.store.loseAnswer('log.commit');
      const asked = process.engine.operate(id, { type: 'task.skip', task: 'a', reason: 'no' }, 'ann');
      await world.clock.of(asked).catch(() => undefined);
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      expect((await world.log(id)).filter((type) => type === 'task.overridden')).toHaveLength(1);
    }),
  );

  it(
    'takes work from an agent whose process dies with it, and nobody is given it again',
    inWorld(share, async (world) => {
      const { process, id } = await begun(world);
      await world.clock.of(
        process.engine.operate(id, { type: 'task.complete', task: 'a', output: 1 }, 'ann'),
      );
      process.kill();
      const next = await world.process({ isDead: () => true });
      await world.clock.of(next.engine.recover(id));
      expect(await world.ended(next, id)).toMatchObject({ status: 'completed' });
      expect((await world.log(id)).filter((type) => type === 'agent.lost').length).toBeLessThan(2);
    }),
  );
});

describe.each(STORES)('a retry, with the %s store', (_, share) => {
  const once = { ...chain, maxConcurrentExecutions: 1 };

  async function failed(world: World): Promise<{ process: Process; id: string; workflow: WorkflowVersion }> {
    const process = await world.process();
    world.agents.on('a', answers('done')).on('b', reports({ retry: 'never' }), answers('better'));
    const workflow = await world.workflow(process, once);
    const id = await world.start(process, workflow);
    expect(await world.ended(process, id)).toMatchObject({ status: 'failed' });
    return { process, id, workflow };
  }
  const retry = { type: 'retry', tasks: [], key: 'same' } as const;
  const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'done',
      (error: unknown) => (error as CantataError).code,
    );

  it(
    'goes on from what failed, under the same key, and gives its place back',
    inWorld(share, async (world) => {
      const { process, id, workflow } = await failed(world);
      await world.clock.of(process.engine.operate(id, retry, 'ann'));
      expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
      const keys = world.agents.at('b').map(({ idempotencyKey }) => idempotencyKey);
      expect([world.agents.at('a').length, keys.length, new Set(keys).size]).toEqual([1, 2, 1]);
      await world.ended(process, await world.start(process, workflow));
    }),
  );

  it(
    'is refused while another holds the place, and when there is nothing to retry',
    inWorld(share, async (world) => {
      const { process, id, workflow } = await failed(world);
      world.agents.on('a', obeys());
      const other = await world.start(process, workflow);
      expect(await world.clock.of(codeOf(process.engine.operate(id, retry, 'ann')))).toBe(
        'workflow_already_executing',
      );
      await world.clock.of(process.engine.cancel(other, 'ann'));
      await world.ended(process, other);
      expect(await world.clock.of(codeOf(process.engine.operate(id, retry, 'ann')))).toBe('done');
      expect(await world.clock.of(codeOf(process.engine.operate(id, retry, 'ann')))).not.toBe('done');
      const stranger = world.clock.id();
      expect(await world.clock.of(codeOf(process.engine.operate(stranger, retry, 'ann')))).toBe(
        'execution_not_found',
      );
    }),
  );

  it(
    'is done once, whatever becomes of the answer, and whoever carries it on',
    inWorld(share, async (world) => {
      const { process, id } = await failed(world);
      world.agents.on('b', hangs(), answers('better'));
      process.store.loseAnswer('log.commit', { when: carries('workflow.reopened') });
      await world.clock.of(codeOf(process.engine.operate(id, retry, 'ann')));
      process.kill();
      const next = await world.process({ isDead: () => true });
      await world.clock.of(next.engine.recover(id));
      expect(await world.ended(next, id)).toMatchObject({ status: 'completed' });
      expect((await world.log(id)).filter((type) => type === 'workflow.reopened')).toHaveLength(1);
    }),
  );

  it(
    'is asked of a process that does not own the data',
    inWorld(share, async (world) => {
      const { process, id } = await failed(world);
      const client = await world.process();
      expect([process.engine.owns, client.engine.owns]).toEqual([true, false]);
      await world.clock.of(client.engine.operate(id, retry, 'ann'));
      expect(await world.ended(client, id)).toMatchObject({ status: 'completed' });
      expect(await world.clock.of(codeOf(client.engine.operate(id, retry, 'ann')))).toBe('not_retryable');
    }),
  );
});
