import { answers, DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('timers.yaml', import.meta.url);
const MINUTE = 60_000;

test('tasks wait for a time and for a duration, and hand on what they were given', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('order', answers({ order: 7 }));
  const begun = world.clock.now();
  const input = { remind_at: new Date(begun + 50 * MINUTE).toISOString() };
  const row = await world.ended(await world.start(input, { timeoutMs: 90 * MINUTE }), 90 * MINUTE);
  expect(row.status).toBe('completed');
  expect(world.agents.places).toEqual(['order', 'remind', 'send']);
  const [order, remind, send] = ['order', 'remind', 'send'].map((place) => world.agents.at(place)[0]);
  expect((remind?.at ?? 0) - begun).toBe(50 * MINUTE);
  expect((send?.at ?? 0) - (order?.at ?? 0)).toBe(60 * MINUTE);
  expect(send?.input).toEqual({ order: 7 });
  await world.close();
});

test('`why` tells until when it waits', async () => {
  const world = await DocumentWorld.of(document);
  const execution = await world.start({ remind_at: '2025-11-24T16:30:00Z' });
  await world.clock.advance(1_000);
  const [whole, ...others] = (await world.why(execution)).map(({ sentence }) => sentence);
  expect(whole).toBe(
    'It waits: until_reminder waits until 2025-11-24T16:30:00.000Z, in 29 min 59 s. So does may_change.',
  );
  expect(others).toHaveLength(4);
  await world.close();
});
