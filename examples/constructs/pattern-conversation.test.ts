/** A conversation that outlives the processes it is held in. */
import type { AgentOutcome, Ask, Json } from '@cantata/core';
import { DocumentWorld, type Line } from '@cantata/testing';
import { expect, test } from 'vitest';

const file = new URL('pattern-conversation.yaml', import.meta.url);
const LISTEN: Ask = { kind: 'listen', timeoutMs: 3_600_000 };
const says =
  (output: Json, ...directives: Ask[]): Line =>
  async (): Promise<AgentOutcome> => ({ kind: 'completed', output, directives });
/** What it heard, and how much of the conversation it is shown. */
const echoes =
  (...directives: Ask[]): Line =>
  async ({ input, team }): Promise<AgentOutcome> => ({
    kind: 'completed',
    output: `${input as string} (${team?.messages.length ?? 0} before)`,
    directives,
  });

test('each message is what the agent goes on with, also after a restart between them', async () => {
  const world = await DocumentWorld.of(file);
  const { agents, clock } = world;
  agents
    .on('talk', says('how can I help?', LISTEN))
    .on('talk[3]', echoes(LISTEN))
    .on('talk[5]', echoes({ kind: 'hand_off', to: 'expert' }))
    .on('talk[6]', echoes());
  const execution = await world.start('hello');
  await clock.advance(60_000);
  expect((await world.why(execution))[0]?.sentence).toContain(
    `talk[2] turn-2 waits for the signal message, for another 59 min at the longest; cantata signal ${execution} message '{…}' sends it.`,
  );
  await clock.of(world.engine.signal(execution, { signal: 'message', data: 'my bill', by: 'ann' }));
  await clock.advance(1_000);
  await world.restart();
  await clock.of(world.engine.signal(execution, { signal: 'message', data: 'it is too high', by: 'ann' }));
  expect(await world.ended(execution)).toMatchObject({ status: 'completed' });
  expect((await world.status(execution)).output).toBe('it is too high (5 before)');
  await world.close();
});

test('messages that come early are kept, and each is heard once, in order', async () => {
  const world = await DocumentWorld.of(file);
  let answer: (() => void) | undefined;
  const thinking = new Promise<void>((resolve) => {
    answer = resolve;
  });
  world.agents
    .on('talk', async () => {
      await thinking;
      return { kind: 'completed', output: 'well', directives: [LISTEN] };
    })
    .on('talk[3]', echoes(LISTEN))
    .on('talk[5]', echoes());
  const execution = await world.start('hello');
  for (const data of ['one', 'two'])
    await world.clock.of(world.engine.signal(execution, { signal: 'message', data, by: 'ann' }));
  answer?.();
  await world.ended(execution);
  expect((await world.status(execution)).output).toBe('two (4 before)');
  await world.close();
});

test('it is over when nobody speaks any more', async () => {
  const world = await DocumentWorld.of(file);
  world.agents.on('talk', says('good bye?', LISTEN));
  const execution = await world.start('hello');
  await world.ended(execution);
  const { output, tasks } = await world.status(execution);
  expect([output, tasks[0]?.stop_reason]).toEqual([
    'good bye?',
    'the conversation is over: no signal message that it wants came within 1 h',
  ]);
  await world.close();
});
