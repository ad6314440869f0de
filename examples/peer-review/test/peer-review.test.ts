import { readFileSync } from 'node:fs';
import type { JsonObject } from '@cantata/sdk';
import { hangs, testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';
import config from '../cantata.config.ts';
import { computed, PAPERS, type Paper } from '../src/paper.ts';

const document = readFileSync(new URL('../workflow.yaml', import.meta.url), 'utf8');
const review = (input: JsonObject = {}) => testWorkflow(document, { ...config, input });

test('reviewers write to the author and to each other until nobody objects', async () => {
  const run = await review();
  expect(run).toMatchObject({
    status: 'completed',
    output: {
      accepted: true,
      reviewed_by: ['arithmetic', 'references', 'method'],
      claims: { control_mean: 42, treated_mean: 49.5, gain_percent: 17.9 },
      text: 'Readers under warm lamps read longer, as was shown for children [1].',
    },
  });
  expect(computed(PAPERS['lamps'] as Paper).gain_percent).toBe(17.9);
  expect(run.events).toContainEqual(
    expect.objectContaining({ facts: [{ fact: 'message_sent', by: 'method', to: 'arithmetic' }] }),
  );
});

test('an author who mends nothing ends the talk, and all who object are named', async () => {
  const run = await review({ stubborn: true });
  expect(run.output).toMatchObject({
    accepted: false,
    revision: 1,
    against: ['arithmetic', 'references', 'method'],
  });
});

test('a paper without mistakes is accepted as it was sent', async () => {
  expect((await review({ paper: 'tides' })).output).toMatchObject({ accepted: true, revision: 1 });
});

test('a reviewer who cannot come hangs nobody', async () => {
  expect((await review({ ill: 'references' })).output).toMatchObject({
    accepted: true,
    reviewed_by: ['arithmetic', 'method'],
  });
});

test('who waits for one that cannot come does not accept', async () => {
  expect((await review({ ill: 'arithmetic' })).output).toMatchObject({
    accepted: false,
    against: ['method'],
  });
});

test('one that never answers has failed after a minute', async () => {
  const agents = { ...config.agents, references_agent: hangs() };
  const run = await testWorkflow(document, { agents, input: {} });
  await run.finish();
  expect(run.output).toMatchObject({ accepted: true, reviewed_by: ['arithmetic', 'method'] });
  expect(run.events).toContainEqual(expect.objectContaining({ event: 'task.timed_out' }));
});

test('where all reviewers are silent nothing is accepted', async () => {
  const silent = { arithmetic_agent: hangs(), references_agent: hangs(), method_agent: hangs() };
  const run = await testWorkflow(document, { agents: { ...config.agents, ...silent }, input: {} });
  await run.finish();
  expect(run.output).toMatchObject({ accepted: false, reviewed_by: [] });
});
