import { DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('budget.yaml', import.meta.url);
const pages = Array.from({ length: 9 }, (_, n) => `page ${n}`);

test('when a budget is spent, the task ends with what it has, and says why', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.on('read', async ({ item }) => ({
    kind: 'completed',
    output: `read ${item}`,
    usage: { cost: 0.3 },
  }));
  const execution = await world.start({ pages });
  expect((await world.ended(execution)).status).toBe('completed');
  expect(world.agents.places).toEqual(['read[0]', 'read[1]', 'read[2]', 'read[3]', 'write']);
  expect(world.agents.at('write')[0]?.input).toEqual([
    'read 0',
    'read 1',
    'read 2',
    'read 3',
    null,
    null,
    null,
    null,
    null,
  ]);
  const log = await world.log(execution);
  expect(log.filter(({ event }) => event.startsWith('budget.'))).toMatchObject([
    { event: 'budget.warned', task_id: 'read', limit: 'cost', of: 1, spent: 0.8999999999999999 },
    { event: 'budget.exceeded', task_id: 'read', limit: 'cost', of: 1, spent: 1.2 },
  ]);
  const view = await world.clock.of(world.engine.reader.status(execution));
  expect(view.tasks[0]).toMatchObject({ status: 'completed', stop_reason: 'budget: cost 1' });
  await world.close();
});
