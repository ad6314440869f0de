import { answers, DocumentWorld, type Line, reports } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('circuit-breaker.yaml', import.meta.url);

/** Agents of a type fail, until a time; all others are well. */
const failing =
  (agentType: string, until: number): Line =>
  (assignment, context, clock) => {
    const isDown = assignment.agentType === agentType && clock.now() < until;
    return (isDown ? reports() : answers('done'))(assignment, context, clock);
  };

test('work of agents that fail is done by others that can do it', async () => {
  const world = await DocumentWorld.of(document);
  world.agents.otherwise(failing('search_agent', Infinity));
  expect((await world.ended(await world.start())).status).toBe('completed');
  const found = world.agents.performances.filter(({ place }) => place.startsWith('find'));
  expect(found.map(({ seat }) => seat)).toEqual([
    'searchers-1',
    'searchers-2',
    'searchers-3',
    'archive',
    'archive',
    'archive',
  ]);
  await world.close();
});

test('work that nobody else can do waits until one attempt has found its agents well', async () => {
  const world = await DocumentWorld.of(document);
  const since = world.clock.now();
  world.agents.otherwise(failing('writer_agent', since + 10_000));
  expect((await world.ended(await world.start())).status).toBe('completed');
  const written = world.agents.performances.filter(({ place }) => place.startsWith('write'));
  expect(written.map(({ at }) => at - since)).toEqual([0, 0, 0, 30_000, 30_000, 30_000]);
  await world.close();
});
