import type { AgentOutcome, Ask } from '@cantata/core';
import { answersWith, DocumentWorld, type Line } from '@cantata/testing';
import { expect, test } from 'vitest';

const file = new URL('pattern-supervisor.yaml', import.meta.url);
const part = (input: string): Ask => ({ kind: 'delegate', to: 'writers', input });
const delegates: Line = async (): Promise<AgentOutcome> => ({
  kind: 'completed',
  output: 'two parts',
  directives: [part('the beginning'), part('the end')],
});
const gathers: Line = async ({ team }): Promise<AgentOutcome> => ({
  kind: 'completed',
  output: team?.results.map(({ by, output }) => `${by}: ${output as string}`) ?? [],
});

test('one delegates parts, and makes the result of what came of them', async () => {
  const world = await DocumentWorld.of(file);
  world.agents
    .on('write', delegates)
    .on(
      'write[2]',
      answersWith(({ input }) => input),
    )
    .on(
      'write[3]',
      answersWith(({ input }) => input),
    )
    .on('write[4]', gathers);
  const execution = await world.start('bees');
  expect(await world.ended(execution)).toMatchObject({ status: 'completed' });
  expect((await world.status(execution)).output).toEqual(['writers-1: the beginning', 'writers-2: the end']);
  await world.close();
});
