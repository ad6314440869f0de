import { DocumentWorld, reports } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('retry-policy.yaml', import.meta.url);

test('an attempt that fails is tried again after one, two and four seconds, under one key', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('charge', reports({ code: 'busy' }));
  const execution = await world.start();
  const row = await world.ended(execution);
  expect(row.status).toBe('failed');
  const attempts = world.agents.at('charge');
  expect(attempts.map(({ at }) => at - (attempts[0]?.at ?? 0))).toEqual([0, 1_000, 3_000, 7_000]);
  expect(new Set(attempts.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  await world.close();
});

test('an attempt that fails with a code that is pointless to try again is the last', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('charge', reports({ code: 'card_declined', retry: 'wanted' }));
  await world.ended(await world.start());
  expect(world.agents.places).toEqual(['charge']);
  await world.close();
});

test('a task that names no policy has that of the document', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('notify', reports());
  await world.ended(await world.start());
  const attempts = world.agents.at('notify');
  expect(attempts.map(({ at }) => at - (attempts[0]?.at ?? 0))).toEqual([0, 5_000]);
  await world.close();
});
