/** An execution that has ended and cannot be told something: whoever says it is refused once, and nothing stands still. */
import { type CantataError, type EventRow, executionLaw, shardOf } from '@cantata/core';
import { afterEach, describe, expect, it } from 'vitest';
import { inWorld, type Process, STORES, type World } from '../world.suite.ts';
import type { Command } from './entity.ts';

const RETRY = { type: 'retry', tasks: [], key: 'same', by: 'ann' } as const satisfies Command;

const mending: (() => void)[] = [];
afterEach(() => {
  for (const mend of mending.splice(0)) mend();
});

/** Makes the law throw at a command, whoever is told. Returns how often it did. */
function breakAt(type: string): () => number {
  const { decide } = executionLaw;
  let thrown = 0;
  const broken: typeof decide = (state, command, now) => {
    if (command.type !== type) return decide(state, command, now);
    thrown += 1;
    throw new Error(`no rule for ${type}`);
  };
  Object.assign(executionLaw, { decide: broken });
  mending.push(() => void Object.assign(executionLaw, { decide }));
  return () => thrown;
}

async function over(world: World): Promise<{ process: Process; id: string }> {
  const process = await world.process();
  const id = await world.start(process, await world.workflow(process));
  expect(await world.ended(process, id)).toMatchObject({ status: 'completed' });
  return { process, id };
}

/** Tells an execution something and resolves with what the caller is told. */
function told(world: World, process: Process, id: string, command: Command, requestId?: string) {
  const options = requestId === undefined ? {} : { requestId };
  return world.clock
    .of(process.parts.commander.send(id, command, 'ann', options))
    .catch((error: unknown) => error as CantataError);
}

describe.each(STORES)('what has ended, with the %s store', (_, share) => {
  it(
    'refuses what its law throws at, once, however it came',
    inWorld(share, async (world) => {
      const { process, id } = await over(world);
      const thrown = breakAt('retry');
      const refusal = {
        code: 'invariant_broken',
        message: `execution ${id} has ended, and the law throws at retry: no rule for retry`,
      };
      const requestId = process.engine.newId();
      expect(await told(world, process, id, RETRY, requestId)).toMatchObject(refusal);
      expect(thrown()).toBe(1);
      // Its row is gone, and who asks again is answered from what became of it.
      expect(await process.store.inbox.of(id)).toEqual([]);
      expect(await told(world, process, id, RETRY, requestId)).toMatchObject(refusal);
      await world.clock.advance(10_000);
      expect(thrown()).toBe(1);
      expect(await told(world, process, id, RETRY)).toMatchObject(refusal);
      expect([thrown(), process.engine.gauges.parked, process.engine.gauges.inbox]).toEqual([2, 0, 0]);
      expect(await world.row(id)).toMatchObject({ status: 'completed', parked: false });
      expect(process.logged).toContainEqual({
        level: 'error',
        message: expect.stringContaining('an execution that has ended could not be told something'),
        fields: expect.objectContaining({ entity: id, stack: expect.stringContaining('broken') }),
      });
    }),
  );

  it(
    'refuses everything when its log cannot be read any more, once',
    inWorld(share, async (world) => {
      const { process, id } = await over(world);
      process.kill();
      const next = await world.process({ isDead: () => true });
      const lacking = (rows: readonly EventRow[]) => rows.filter(({ sequence }) => sequence !== 2);
      next.store.alter('log.readEntity', lacking, { times: 1_000, when: (entity) => entity === id });
      const refusal = {
        code: 'already_ended',
        message: `execution ${id} is completed, and its log cannot be read: the log of ${id} lacks event 2`,
      };
      expect(await told(world, next, id, RETRY, next.engine.newId())).toMatchObject(refusal);
      expect(await told(world, next, id, RETRY)).toMatchObject(refusal);
      await world.clock.advance(10_000);
      expect([await next.store.inbox.of(id), next.engine.gauges.parked]).toEqual([[], 0]);
      expect(next.logged.filter(({ fields }) => fields['entity'] === id).length).toBeLessThan(4);
    }),
  );

  it(
    'refuses what another entity tells it, and the teller goes on',
    inWorld(share, async (world) => {
      const { process, id } = await over(world);
      const thrown = breakAt('resource.denied');
      const message = process.engine.newId();
      await process.store.inbox.post([
        {
          ...{ id: message, tenant: 'default', entity: id, shard: shardOf(id), at: world.clock.now() },
          ...{
            type: 'resource.denied',
            causation: message,
            actor: 'engine',
            traceparent: null,
            replies: false,
          },
          data: process.parts.codec.encode({ type: 'resource.denied' }),
        },
      ]);
      await world.clock.advance(10_000);
      expect([thrown(), await process.store.inbox.of(id)]).toEqual([1, []]);
    }),
  );
});
