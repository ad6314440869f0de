import { DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('choice.yaml', import.meta.url);

async function offered(): Promise<{ readonly world: DocumentWorld; readonly execution: string }> {
  const world = await DocumentWorld.of(document);
  const execution = await world.start();
  await world.clock.advance(60_000);
  return { world, execution };
}

test('a signal that comes first decides, and the others are cancelled', async () => {
  const { world, execution } = await offered();
  await world.clock.of(world.engine.signal(execution, { signal: 'accepted', by: 'ann' }));
  const row = await world.ended(execution);
  expect(row.status).toBe('completed');
  expect(world.agents.places).toEqual(['offer', 'deliver']);
  expect(await world.log(execution)).toContainEqual(
    expect.objectContaining({ event: 'task.cancelling', tasks: ['withdrawal', 'expiry'], by: 'acceptance' }),
  );
  await world.close();
});

test('an answer may come first', async () => {
  const { world, execution } = await offered();
  await world.clock.of(
    world.engine.answer(execution, { task: 'withdrawal', decision: 'approved', by: 'ann' }),
  );
  await world.ended(execution);
  expect(world.agents.places).toEqual(['offer', 'apologise']);
  await world.close();
});

test('or nothing does, and the timer decides', async () => {
  const { world, execution } = await offered();
  await world.ended(execution);
  expect(world.agents.places).toEqual(['offer', 'remind']);
  await world.close();
});
