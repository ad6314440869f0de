import { readFileSync } from 'node:fs';
import type { JsonObject } from '@cantata/sdk';
import { testWorkflow } from '@cantata/sdk/testing';
import { expect, test } from 'vitest';
import config from '../cantata.config.ts';

const document = readFileSync(new URL('../workflow.yaml', import.meta.url), 'utf8');
const meet = (input: JsonObject = {}) => testWorkflow(document, { ...config, input });
const placed = (output: unknown) => (output as { readonly placed: { readonly text: string } | null }).placed;

test('a large order waits for a person, and is placed when the word comes in time', async () => {
  const run = await meet();
  expect((await run.why())[0]).toContain(
    'approval waits for the portfolio manager to answer "Buy 965 NORD at up to 88.05, 84968.25 in all? They do not agree: bear 85 %, bull 93 %."',
  );
  await run.advance('4s');
  await run.approve('approval');
  expect(run.status).toBe('completed');
  expect(placed(run.output)?.text).toBe('BUY 965 NORD LIMIT 88.05');
});

test('silence is a no', async () => {
  const run = await meet();
  await run.finish();
  expect(run.output).toMatchObject({ approval: { approved: false, by: 'nobody in time' }, placed: null });
  expect(run.performed.map(({ agentType }) => agentType)).not.toContain('desk_agent');
});

test('so is a no, and the run completes', async () => {
  const run = await meet();
  await run.reject('approval', 'too dear');
  expect(run).toMatchObject({ status: 'completed', output: { approval: null, placed: null } });
});

test('they argue three rounds at the most, and the chair takes the smaller share', async () => {
  const run = await meet({ free_hand: 100_000 });
  const said = run.performed.filter(({ place }) => place.startsWith('debate'));
  expect(said.map(({ agentType }) => agentType)).toEqual([
    ...['bear_agent', 'bull_agent'],
    ...['bear_agent', 'bull_agent'],
    ...['bear_agent', 'bull_agent'],
    'chair_agent',
  ]);
  expect(run.output).toMatchObject({
    proposed: { shares: 965, because: 'They do not agree: bear 85 %, bull 93 %' },
    approval: 'not needed',
  });
});

test('where one analyst fails the others count, and where both sides agree the debate is over', async () => {
  const run = await meet({ stock: 'KELP' });
  expect(run.output).toMatchObject({
    proposed: { because: 'Both agree on 24 % of the budget' },
    placed: { text: 'BUY 678 KELP LIMIT 35.35' },
  });
  const failed = run.events.find(({ event }) => event === 'task.failed');
  expect(failed).toMatchObject({ task_id: 'analyse[3]', error: { code: 'no_earnings' } });
});

test('of a stock that nothing speaks for none is bought, and nobody is asked', async () => {
  const run = await meet({ stock: 'HALO' });
  expect(run.output).toMatchObject({ proposed: { shares: 0 }, approval: 'not needed', placed: null });
});

test('where every analyst fails there is nothing to debate', async () => {
  const run = await meet({ stock: 'MOON' });
  expect(run.error).toMatchObject({
    code: 'no_answers',
    task: 'analyse',
    message: expect.stringContaining('MOON is not traded here; there are NORD, HALO, KELP'),
  });
});
