import type { CantataError } from '@cantata/core';
import { answersWith, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from './world.suite.ts';

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
