import type { AgentOutcome } from '@cantata/core';
import { DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('events.yaml', import.meta.url);
const MINUTE = 60_000;

const finds =
  (...sizes: readonly number[]) =>
  async (): Promise<AgentOutcome> => ({
    kind: 'completed',
    output: sizes.length,
    directives: sizes.map((size) => ({ kind: 'publish', event: 'findings', data: { size } })),
  });

test('what agents publish starts what needs it, and an event of the outside does, too', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('scout[0]', finds(3, 12));
  const execution = await world.start();
  await world.clock.advance(MINUTE);
  expect(world.agents.at('headline')[0]?.input).toEqual({ size: 12 });
  expect((await world.why(execution))[0]?.sentence).toBe(
    `It waits: correct waits for an event on complaints, for another 9 min at the longest; cantata publish ${execution} complaints publishes one.`,
  );
  await world.close();
});

test('what needs an event that never comes is skipped, where it says so, when nothing else is left to do', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('scout[0]', finds(3));
  const row = await world.ended(await world.start());
  expect(row.status).toBe('completed');
  expect(world.agents.places.toSorted()).toEqual(['scout[0]', 'scout[1]']);
  await world.close();
});

test('an event that came early is kept for the task that needs it', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('scout[1]', async (_, __, clock) => {
    await new Promise<void>((resolve) => void clock.at(clock.now() + MINUTE, resolve));
    return finds(20)();
  });
  const execution = await world.start();
  await world.clock.advance(1_000);
  const complaint = { topic: 'complaints', data: { text: 'no' }, by: 'ann', id: 'letter-1' };
  await world.clock.of(world.engine.publish(execution, complaint));
  await world.clock.of(world.engine.publish(execution, complaint));
  await expect(
    world.clock.of(world.engine.publish(execution, { topic: 'gossip', by: 'ann' })),
  ).rejects.toMatchObject({ code: 'topic_unknown' });
  await world.ended(execution);
  expect(world.agents.places.slice(2)).toEqual(['headline', 'correct']);
  expect(world.agents.at('correct')[0]?.input).toEqual({ about: 'no' });
  await world.close();
});
