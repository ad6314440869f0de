import type { AgentOutcome, Ask, Json } from '@cantata/core';
import { answers, DocumentWorld, type Line } from '@cantata/testing';
import { expect, test } from 'vitest';

const file = new URL('pattern-handoff.yaml', import.meta.url);
const asks =
  (output: Json, ...directives: Ask[]): Line =>
  async (): Promise<AgentOutcome> => ({ kind: 'completed', output, directives });

test('a case goes from hand to hand, with what was found', async () => {
  const world = await DocumentWorld.of(file);
  world.agents
    .on('solve', asks('a bill', { kind: 'hand_off', to: 'billing', reason: 'money' }))
    .on('solve[2]', asks('it was paid twice', { kind: 'hand_off', to: 'triage' }))
    .on('solve[3]', async ({ team }) => ({
      kind: 'completed',
      output: team?.results.map(({ by, output }) => `${by}: ${output as string}`) ?? [],
    }));
  const execution = await world.start('help');
  expect(await world.ended(execution)).toMatchObject({ status: 'completed' });
  expect((await world.status(execution)).output).toEqual(['billing: it was paid twice']);
  expect((await world.log(execution)).map(({ event }) => event)).toContain('pattern.reacted');
  await world.close();
});

test('a person is asked, and whoever asked goes on with the answer', async () => {
  const world = await DocumentWorld.of(file);
  const question: Ask = { kind: 'ask_person', prompt: 'Pay back 50?', of: 'managers', timeoutMs: 600_000 };
  world.agents.on('solve', asks('50 too much', question)).on('solve[3]', async ({ team }) => ({
    kind: 'completed',
    output: team?.results.map(({ output }) => output) ?? [],
  }));
  const execution = await world.start();
  await world.clock.advance(60_000);
  expect((await world.why(execution))[0]?.sentence).toBe(
    `It waits: solve[2] turn-2 waits for managers to answer "Pay back 50?", for another 9 min at the longest; cantata approve ${execution} "solve[2]" answers. So does solve.`,
  );
  await world.clock.of(
    world.engine.answer(execution, {
      task: 'solve',
      item: 2,
      decision: 'approved',
      by: 'ann',
      output: { most: 50 },
    }),
  );
  await world.ended(execution);
  expect((await world.status(execution)).output).toEqual(['50 too much', { most: 50 }]);
  await world.close();
});

test('a large answer counts for a person who is silent, too', async () => {
  const world = await DocumentWorld.of(file);
  const otherwise = 'no '.repeat(10_000);
  world.agents
    .on('solve', asks(null, { kind: 'ask_person', prompt: 'Well?', timeoutMs: 1_000, otherwise }))
    .on('solve[3]', async ({ team }) => ({ kind: 'completed', output: team?.results[1]?.output ?? null }));
  const execution = await world.start();
  await world.ended(execution);
  expect((await world.status(execution)).output).toBe(otherwise);
  await world.close();
});

test('nobody hands on to whom it may not', async () => {
  const world = await DocumentWorld.of(file);
  world.agents
    .on('solve', asks(1, { kind: 'hand_off', to: 'billing' }))
    .on('solve[2]', asks(2, { kind: 'hand_off', to: 'tech-1' }))
    .on('solve[3]', answers('never asked'));
  expect(await world.ended(await world.start())).toMatchObject({
    status: 'failed',
    reason: 'ask_refused: it hands on to tech-1, and billing may hand on to triage',
  });
  await world.close();
});
