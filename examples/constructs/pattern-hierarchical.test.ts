import type { AgentOutcome, Ask, Json } from '@cantata/core';
import { answers, DocumentWorld, type Line, reports } from '@cantata/testing';
import { expect, test } from 'vitest';

const file = new URL('pattern-hierarchical.yaml', import.meta.url);
const asks =
  (output: Json, ...directives: Ask[]): Line =>
  async (): Promise<AgentOutcome> => ({ kind: 'completed', output, directives });
const gathers: Line = async ({ team }) => ({
  kind: 'completed',
  output: team?.results.map(({ by, output, error }) => [by, error?.code ?? output]) ?? [],
});
const part = (to: string, input: Json): Ask => ({ kind: 'delegate', to, input });

test('parts go down the tree, results and failures go up', async () => {
  const world = await DocumentWorld.of(file);
  world.agents
    .on('settle', asks('two departments', part('motor', 'the car'), part('property', 'the garage')))
    .on('settle[2]', asks('two looks', part('adjusters', 'the door'), part('adjusters-3', 'the wheel')))
    .on('settle[3]', answers(900))
    .on('settle[4]', answers(300))
    .on('settle[5]', reports({ code: 'no_photo' }))
    .on('settle[6]', gathers)
    .on('settle[7]', gathers);
  const execution = await world.start('claim 7');
  expect(await world.ended(execution)).toMatchObject({ status: 'completed' });
  expect((await world.status(execution)).output).toEqual([
    [
      'motor',
      [
        ['adjusters-1', 300],
        ['adjusters-3', 'no_photo'],
      ],
    ],
    ['property', 900],
  ]);
  await world.close();
});

test('what is escalated goes up, and at the top a person is asked', async () => {
  const world = await DocumentWorld.of(file);
  world.agents
    .on('settle', asks('one look', part('property', 'the garage')))
    .on('settle[2]', asks('2000', { kind: 'escalate', reason: 'above my limit' }))
    .on('settle[3]', async ({ team }) => ({
      kind: 'completed',
      output: 'not mine to say',
      directives: [
        {
          kind: 'ask_person',
          prompt: `Pay ${team?.results[0]?.output as string}? (${team?.results[0]?.escalated?.reason})`,
          of: 'the board',
          timeoutMs: 60_000,
          otherwise: 'no',
        },
      ],
    }))
    .on('settle[5]', gathers);
  const execution = await world.start();
  await world.clock.advance(1_000);
  expect((await world.why(execution))[0]?.sentence).toContain(
    'waits for the board to answer "Pay 2000? (above my limit)"',
  );
  await world.ended(execution);
  expect((await world.status(execution)).output).toEqual([['the board', 'no']]);
  await world.close();
});

test('a manager that delegates to itself, or past those who report to it, is refused', async () => {
  for (const [to, why] of [
    ['head', 'it delegates to itself; motor and property report to it'],
    ['surveyor', 'it delegates to surveyor, who reports to property; motor and property report to it'],
  ] as const) {
    const world = await DocumentWorld.of(file);
    world.agents.on('settle', asks(1, part(to, 1)));
    expect(await world.ended(await world.start())).toMatchObject({ reason: `ask_refused: ${why}` });
    await world.close();
  }
});
