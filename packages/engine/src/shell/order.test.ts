/** What one entity tells another arrives in the order in which it was said, whichever way it takes. */
import type { MessageRow } from '@cantata/core';
import { aComputed, hangs } from '@cantata/testing';
import { describe, expect, it } from 'vitest';
import { inWorld, STORES } from '../world.suite.ts';
import { Order } from './order.ts';

const LOCK = 'lock/default/desk';
const desk = { needs: { locks: [aComputed(() => 'desk')], quotas: [] } };
/** Refused at once. */
const tooMuch = { needs: { locks: [], quotas: [{ name: aComputed(() => 'hands'), limit: 1, count: 2 }] } };

describe.each(STORES)('on the %s store, a release', (_, share) => {
  it(
    'does not overtake the request that waits in the inbox',
    inWorld(share, async (world) => {
      const process = await world.process();
      const workflow = await world.workflow(process, { tasks: { pay: desk } });
      world.agents.on('pay', hangs());
      process.store.answerLate('inbox.read', 50, { times: 100 });
      await world.start(process, workflow);
      // The lock comes into memory with the first read of the inbox; what is asked here comes with the second.
      await world.clock.advance(10);
      const second = await world.start(process, workflow);
      await world.clock.advance(60);
      await world.clock.of(process.engine.cancel(second, 'ann'));
      await world.clock.advance(1_000);
      expect(await world.log(LOCK)).toEqual(['semaphore.granted', 'semaphore.queued', 'semaphore.withdrawn']);
    }),
  );
});

describe.each(STORES)('on the %s store, a release', (_, share) => {
  it(
    'does not overtake the request that is to be read once more from the inbox',
    inWorld(share, async (world) => {
      const before = await world.process();
      const workflow = await world.workflow(before, { tasks: { pay: desk }, maxConcurrentExecutions: 5 });
      world.agents.on('pay', hangs());
      await world.start(before, workflow);
      await world.clock.advance(100);
      await world.clock.of(before.engine.close());
      const process = await world.process();
      await world.clock.advance(1_000);
      // The lock is in nobody's memory. It is asked for, and cannot be read.
      process.store.refuse('log.readEntity', 'store_busy', { when: (entity) => entity === LOCK, lateMs: 50 });
      const second = await world.start(process, workflow);
      await world.clock.advance(10);
      process.store.answerLate('inbox.read', 60, { times: 1 });
      await world.clock.of(process.engine.cancel(second, 'ann'));
      await world.clock.advance(30_000);
      expect((await world.log(LOCK)).slice(1)).toEqual(['semaphore.queued', 'semaphore.withdrawn']);
    }),
  );
});

describe.each(STORES)('on the %s store, who is refused one thing', (_, share) => {
  it(
    'leaves the line for another that was asked for in the same breath',
    inWorld(share, async (world) => {
      const process = await world.process();
      const pays = await world.workflow(process, { name: 'pays', tasks: { pay: desk } });
      const asks = await world.workflow(process, { name: 'asks', tasks: { ask: tooMuch, pay: desk } });
      world.agents.on('pay', hangs());
      await world.start(process, pays);
      // What is asked comes into memory with the first of the two: the second is told everything in one commit.
      for (const _ of [1, 2]) {
        const refused = await world.start(process, asks);
        await world.clock.advance(100);
        expect((await process.engine.reader.row(refused)).status).toBe('failed');
      }
      const left = ['semaphore.queued', 'semaphore.withdrawn'];
      expect(await world.log(LOCK)).toEqual(['semaphore.granted', ...left, ...left]);
    }),
  );
});

const row = (id: string, entity = LOCK, replies = false): MessageRow =>
  ({ id, entity, replies }) as MessageRow;
const known = (): Order => {
  const order = new Order();
  order.read(order.reading(), [], new Set());
  return order;
};

describe('a message', () => {
  it('waits until it is known what another engine has left in the inbox', () => {
    const order = new Order();
    expect(order.isNext('a', LOCK)).toBe(false);
    order.read(order.reading(), [row('1'), row('2', 'b', true)]);
    expect(order.isNext('a', 'b')).toBe(false);
    order.read(order.reading(), [row('1')], new Set(['1', '2']));
    expect([order.isNext('a', LOCK), order.isNext('a', 'b')]).toEqual([false, true]);
    order.decided('1');
    expect(order.isNext('a', LOCK)).toBe(true);
  });

  it('is next on its own way, whoever else is behind', () => {
    const order = known();
    order.posted('1', 'a', LOCK);
    order.posted('2', 'a', LOCK);
    expect([order.isNext('a', LOCK), order.isNext('b', LOCK), order.isNext('a', 'b')]).toEqual([
      false,
      true,
      true,
    ]);
    order.settled(true);
    order.decided('1');
    order.decided('1');
    expect(order.isNext('a', LOCK)).toBe(false);
    order.decided('2');
    order.settled(true);
    expect(order.isNext('a', LOCK)).toBe(true);
  });

  it('is behind again when the commit that dealt with the one before was refused', () => {
    const order = known();
    order.posted('1', 'a', LOCK);
    order.settled(true);
    order.decided('1');
    order.settled(false);
    expect(order.isNext('a', LOCK)).toBe(false);
  });

  it('does not wait for what was never written, or is gone: a read that begins later does not find it', () => {
    const order = known();
    const before = order.reading();
    for (const id of ['1', '2']) order.posted(id, 'a', LOCK);
    order.settled(false);
    order.read(before, [], new Set());
    expect(order.isNext('a', LOCK)).toBe(false);
    order.decided('2');
    order.read(order.reading(), [], new Set());
    expect(order.isNext('a', LOCK)).toBe(true);
    order.settled(false);
    expect(order.isNext('a', LOCK)).toBe(true);
  });

  it('knows nothing of the inbox when the shards were lost', () => {
    const order = known();
    order.posted('1', 'a', LOCK);
    order.forget();
    order.settled(true);
    expect(order.isNext('b', 'a')).toBe(false);
    order.read(order.reading(), [], new Set());
    expect(order.isNext('a', LOCK)).toBe(true);
  });

  it('that was written by a commit without an answer is waited for', () => {
    const order = known();
    order.posted('1', 'a', LOCK);
    order.forget();
    order.posted('2', 'a', LOCK);
    order.settled(false);
    order.read(order.reading(), [row('2')], new Set(['2']));
    expect(order.isNext('a', LOCK)).toBe(false);
  });
});
