/** A hierarchy of which one member is a swarm. */
import { readFileSync } from 'node:fs';
import type { Json } from '@cantata/core';
import { type TestAgent, testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';

const document = readFileSync(new URL('pattern-nested.yaml', import.meta.url), 'utf8');

const chief: TestAgent = (given, { team }) => {
  const claim = given as Json;
  if (team.results.length > 0) return team.results.map(({ by, output }) => [by, output]);
  team.delegate('clerk', claim);
  team.delegate('appraisers', claim);
  return 'two parts';
};

test('the swarm votes, and its choice is what the chief is given', async () => {
  const appraiser: TestAgent = (claim, { team }) => {
    expect(team.pattern).toBe('swarm');
    expect(team.within).toMatchObject({ pattern: 'hierarchical', purpose: 'part', turn: 3 });
    team.vote((claim as { amount: number }).amount < 1_000 ? 'pay' : 'refuse');
    return 'voted';
  };
  const run = await testWorkflow(document, {
    agents: { chief, clerk: () => 'filed', appraiser },
    input: { amount: 200 },
  });
  expect(await run.finish()).toMatchObject({
    status: 'completed',
    output: [
      ['clerk', 'filed'],
      ['appraisers', 'pay'],
    ],
  });
});

test('a swarm that fails does not fail the task: the chief is told', async () => {
  const failing: TestAgent = () => {
    throw new Error('no light');
  };
  const run = await testWorkflow(document, {
    agents: { chief, clerk: () => 'filed', appraiser: failing },
    input: { amount: 200 },
  });
  const { status, output } = await run.finish();
  expect([status, output]).toEqual([
    'completed',
    [
      ['clerk', 'filed'],
      ['appraisers', null],
    ],
  ]);
});
