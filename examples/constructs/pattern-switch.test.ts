/** A team that another pattern goes on with, by a rule of its document. */
import { readFileSync } from 'node:fs';
import { type TestAgent, testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';

const document = readFileSync(new URL('pattern-switch.yaml', import.meta.url), 'utf8');

/** Hands on as long as there is somebody to hand on to; then it says what it thinks and what it was shown. */
const hands =
  (to: string, name: string): TestAgent =>
  (_, { team }) => {
    if (team.pattern === 'handoff') team.handOff(to);
    return team.pattern === 'handoff'
      ? `${name} is not sure`
      : [name, team.results.map(({ output }) => output)];
  };

test('who hands on and on is followed by all at once, who see what was said', async () => {
  const agents = {
    desk: hands('billing', 'desk'),
    billing: hands('network', 'billing'),
    network: hands('desk', 'network'),
  };
  const run = await (await testWorkflow(document, { agents, input: 'no signal, and a bill' })).finish();
  const said = ['desk is not sure', 'billing is not sure', 'network is not sure'];
  expect(run.output).toHaveLength(3);
  expect(run.output).toEqual(
    expect.arrayContaining([
      ['desk', said],
      ['billing', said],
      ['network', said],
    ]),
  );
});

test('who solves it before that stays by the first pattern', async () => {
  const agents = { desk: hands('billing', 'desk'), billing: () => 'paid', network: () => 'up' };
  const run = await (await testWorkflow(document, { agents, input: 'a bill' })).finish();
  expect(run.output).toBe('paid');
});
