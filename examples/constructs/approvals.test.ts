import { answers, answersLate, DocumentWorld } from '@cantata/testing';
import { expect, test } from 'vitest';

const document = new URL('approvals.yaml', import.meta.url);

async function drafted(): Promise<{ readonly world: DocumentWorld; readonly execution: string }> {
  const world = await DocumentWorld.of(document);
  world.agents.on('draft', answers({ pages: 12 }));
  const execution = await world.start();
  await world.clock.advance(60_000);
  return { world, execution };
}

const yes = { task: 'budget', decision: 'approved', by: 'ann' } as const;

test('an answer that fits goes on to what depends on it', async () => {
  const { world, execution } = await drafted();
  world.agents.on('print', answersLate(60_000));
  await expect(
    world.clock.of(world.engine.answer(execution, { ...yes, output: 'a lot' })),
  ).rejects.toMatchObject({
    code: 'input_invalid',
  });
  await expect(
    world.clock.of(world.engine.answer(execution, { ...yes, output: { most: 90 }, by: 'eve' })),
  ).rejects.toMatchObject({ code: 'not_entitled' });
  await world.clock.of(world.engine.answer(execution, { ...yes, output: { most: 90 }, id: 'mail-3' }));
  // The same again is the same; another one comes too late.
  await world.clock.of(world.engine.answer(execution, { ...yes, output: { most: 90 }, id: 'mail-3' }));
  await expect(
    world.clock.of(world.engine.answer(execution, { ...yes, decision: 'rejected', by: 'bob' })),
  ).rejects.toMatchObject({ code: 'not_asked' });
  await world.ended(execution);
  expect(world.agents.places).toEqual(['draft', 'print']);
  await world.close();
});

test('the default counts when nobody answers in time', async () => {
  const { world, execution } = await drafted();
  await world.ended(execution);
  expect(world.agents.places).toEqual(['draft', 'mail']);
  expect((await world.log(execution)).map(({ event }) => event)).toContain('human.defaulted');
  await world.close();
});

test('a no fails the task', async () => {
  const { world, execution } = await drafted();
  await world.clock.of(world.engine.answer(execution, { ...yes, decision: 'rejected', reason: 'too long' }));
  const row = await world.ended(execution);
  expect(row.status).toBe('failed');
  expect((await world.why(execution))[0]?.sentence).toBe(
    'It failed in budget: rejected: ann rejected it: too long',
  );
  await world.close();
});

test('`why` tells who is asked what, and how to answer', async () => {
  const { world, execution } = await drafted();
  expect((await world.why(execution))[0]?.sentence).toBe(
    `It waits: budget waits for accounting (ann or bob) to answer "12 pages: may it be printed, and for how much?", for another 9 min at the longest; cantata approve ${execution} budget answers.`,
  );
  await world.close();
});
