/** What an agent writes down in the middle of its turn, so that no later attempt does it again. */
import type { Json } from '@cantata/core';
import { Cue, type Line, throws } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES, type World } from '../world.suite.ts';

const retried = { tasks: { pay: { retryPolicy: 'fixed' } } } as const;
/** Pays unless that was done, and says so. */
const pays =
  (then: Line): Line =>
  async (assignment, context, clock) => {
    const receipt =
      assignment.kept['receipt'] ??
      (await context.keep('receipt', `${assignment.attempt}.${assignment.assignment}`));
    const outcome = await then(assignment, context, clock);
    return outcome.kind === 'completed' ? { ...outcome, output: receipt } : outcome;
  };
const done: Line = async () => ({ kind: 'completed', output: null });

describe.each(STORES)('a result that is kept, on the %s store,', (_, share) => {
  const outputOf = async (world: World, id: string): Promise<Json | undefined> => {
    const log = await (await world.store()).log.readEntity(id, 0, 1_000);
    const last = log.findLast(({ type }) => type === 'task.completed');
    return last === undefined ? undefined : (JSON.parse(last.data) as { output: Json }).output;
  };

  it(
    'is there for the next attempt',
    inWorld(share, async (world) => {
      world.agents.on('pay', pays(throws()), pays(done));
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, retried));
      await world.clock.of(process.engine.ended(id));
      expect(await outputOf(world, id)).toBe('1.1');
    }),
  );

  it(
    'survives the process that was killed before its agent answered',
    inWorld(share, async (world) => {
      const cue = new Cue();
      world.agents.on('pay', pays(cue.line), pays(done));
      const first = await world.process();
      const id = await world.start(first, await world.workflow(first, retried));
      await world.clock.advance(1);
      expect(cue.isAwaited).toBe(true);
      first.kill();
      const second = await world.process();
      await world.clock.advance(120_000);
      await world.clock.of(second.engine.ended(id));
      expect(await outputOf(world, id)).toBe('1.1');
      expect(world.agents.performances).toHaveLength(2);
    }),
  );

  it(
    'may be large, and the first one counts',
    inWorld(share, async (world) => {
      const large = 'x'.repeat(50_000);
      world.agents.on('pay', async (__, context) => {
        const first = await context.keep('text', large);
        return { kind: 'completed', output: first === (await context.keep('text', 'another')) };
      });
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, retried));
      await world.clock.of(process.engine.ended(id));
      expect(await outputOf(world, id)).toBe(true);
    }),
  );

  it(
    'is refused where it is no JSON, has no key, or nobody waits for it any more',
    inWorld(share, async (world) => {
      const said: string[] = [];
      const cue = new Cue();
      const tries = (promise: Promise<Json>): Promise<void> =>
        promise.then(
          () => void said.push('kept'),
          (error: unknown) => void said.push((error as { code: string }).code),
        );
      world.agents.on('pay', async (assignment, context, clock) => {
        await tries(context.keep('x', 1n as unknown as Json));
        await tries(context.keep('', 1));
        const outcome = await cue.line(assignment, context, clock);
        await tries(context.keep('x', 1));
        return outcome;
      });
      const process = await world.process();
      const id = await world.start(process, await world.workflow(process, retried));
      await world.clock.advance(1);
      await world.clock.of(
        process.engine.operate(id, { type: 'task.complete', task: 'pay', output: 1 }, 'ann'),
      );
      cue.answer();
      await world.clock.advance(1);
      expect(said).toEqual(['input_invalid', 'input_invalid', 'stale_result']);
    }),
  );
});
