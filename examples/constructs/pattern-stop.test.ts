/** A team that stops by what its document says. */
import { readFileSync } from 'node:fs';
import type { Json } from '@cantata/core';
import { type TestAgent, takes, testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';

const document = readFileSync(new URL('pattern-stop.yaml', import.meta.url), 'utf8');

/** Both hand on for ever; what the critic gives is one better each time. */
async function played(score: number, took: string = '1s') {
  let given = score;
  const hands =
    (to: string, output: () => Json): TestAgent =>
    (_, { team }) => {
      team.handOff(to);
      return output();
    };
  const agents = {
    writer: takes(
      took,
      hands('critic', () => 'a draft'),
    ),
    critic: takes(
      took,
      hands('writer', () => ({ score: ++given })),
    ),
  };
  const run = await (await testWorkflow(document, { agents, input: null })).finish();
  return { output: run.output, turns: run.performed.length };
}

test('it stops when what the last turn gave is good enough', async () => {
  expect(await played(6)).toEqual({ output: { score: 8 }, turns: 4 });
});

test('it stops after so many turns with what there is', async () => {
  expect(await played(0)).toEqual({ output: { score: 3 }, turns: 6 });
});

test('it stops earlier where these took too long, all of which must hold', async () => {
  expect(await played(0, '3m')).toEqual({ output: { score: 2 }, turns: 4 });
});
