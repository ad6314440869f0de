import { answers, DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

test('an item for each element of a list, as many at a time as may be', async () => {
  const world = await DocumentWorld.of(new URL('for-each.yaml', import.meta.url));
  world.agents.on('outline', answers(['Sea', 'Storm', 'Shore']));
  const execution = await world.start({ title: 'Waves' });
  await world.ended(execution);
  expect(world.agents.at('write[2]')[0]?.input).toEqual({ book: 'Waves', chapter: 'Shore', number: 3 });
  const written = ['write[0] is done', 'write[1] is done', 'write[2] is done'];
  expect(world.agents.at('bind')[0]?.input).toEqual(written);
  expect((await world.status(execution)).performance_metrics.max_parallel).toBe(2);
  await world.close();
});
