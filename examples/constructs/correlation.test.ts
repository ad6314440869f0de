import { DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('correlation.yaml', import.meta.url);

const paid = (
  world: DocumentWorld,
  key: string,
  more: { readonly id?: string; readonly keepMs?: number } = {},
) => world.clock.of(world.engine.signalKey(key, { signal: 'paid', data: key, by: 'bank', ...more }));

test('what comes under a key goes to the execution that waits for it', async () => {
  const world = await DocumentWorld.of(document);
  const [first, second] = [await world.start({ order: 17 }), await world.start({ order: 18 })];
  await world.clock.advance(1_000);
  expect((await world.why(second))[0]?.sentence).toBe(
    'It waits: payment waits for the signal paid under the key order-18, for another 29 min 59 s at the longest; cantata signal --key order-18 paid sends it.',
  );
  await paid(world, 'order-18', { id: 'transfer-1' });
  await paid(world, 'order-18', { id: 'transfer-1' });
  expect((await world.ended(second)).status).toBe('completed');
  expect(world.agents.at('send').map(({ executionId, input }) => [executionId, input])).toEqual([
    [second, 'order-18'],
  ]);
  await paid(world, 'order-17');
  expect((await world.ended(first)).status).toBe('completed');
  await world.close();
});

test('what nobody waits for is refused, or kept for a time for who comes', async () => {
  const world = await DocumentWorld.of(document);
  await expect(paid(world, 'order-19')).rejects.toMatchObject({ code: 'nobody_waits' });
  await paid(world, 'order-19', { keepMs: 60_000 });
  await paid(world, 'order-20', { keepMs: 60_000 });
  expect((await world.ended(await world.start({ order: 19 }))).status).toBe('completed');
  await world.clock.advance(60_000);
  const late = await world.start({ order: 20 });
  expect((await world.ended(late)).status).toBe('failed');
  // What has ended holds no key any more.
  await expect(paid(world, 'order-20')).rejects.toMatchObject({ code: 'nobody_waits' });
  await world.close();
});

test('a key that another one waits for fails the task', async () => {
  const world = await DocumentWorld.of(document);
  await world.start({ order: 17 });
  const row = await world.ended(await world.start({ order: 17 }));
  expect(row.status).toBe('failed');
  expect(row.reason).toContain('key_taken');
  await world.close();
});
