import { readFileSync } from 'node:fs';
import type { JsonObject } from '@cantata/sdk';
import { testWorkflow } from '@cantata/sdk/testing';
import { describe, expect, test } from 'vitest';
import config from '../cantata.config.ts';

const document = readFileSync(new URL('../workflow.yaml', import.meta.url), 'utf8');
const support = (input: JsonObject = {}, agents = {}) =>
  testWorkflow(document, { agents: { ...config.agents, ...agents }, input });
const LARGE = { customer: 'c-204', message: 'I paid for March twice.' };

test('what nobody can tell the desk of is asked back, and no team is needed', async () => {
  const run = await support({ message: 'Hello?' });
  expect(run.output).toMatchObject({
    owner: 'triage',
    reply: expect.stringContaining('What were you doing'),
  });
  expect(run.performed.map(({ place }) => place)).toEqual(['solve']);
});

test('a case for two desks goes through both, and nothing that was found is lost', async () => {
  const run = await support();
  expect(run.performed.map(({ agentType }) => agentType)).toEqual([
    'triage_agent',
    'tech_agent',
    'billing_agent',
  ]);
  expect(run.output).toEqual({
    owner: 'billing',
    reply: expect.stringMatching(/^Exporting a report .* 4\.2\.1.* 29\.00 euros of I-5582 are on their way/),
  });
});

describe('a refund that the desk may not grant', () => {
  test.each([
    ['yes', undefined, '480.00 euros of I-4014 are on their way back to you.'],
    ['a promise', { granted: false, later: true }, 'come back to you about 480.00 euros within a day.'],
  ])('is answered with %s', async (_, answer, reply) => {
    const run = await support(LARGE);
    expect((await run.why())[0]).toContain('waits for the head of billing to answer "Refund 480.00 euros');
    await run.approve('solve[3]', answer);
    expect((run.output as { reply: string }).reply).toContain(reply);
  });

  test('is answered with no', async () => {
    const run = await support(LARGE);
    await run.reject('solve[3]', 'two teams');
    expect(run.output).toEqual({ owner: 'billing', reply: expect.stringContaining('I-4014 stands') });
  });

  test('keeps no customer waiting where nobody answers', async () => {
    const run = await support({ ...LARGE, patience_seconds: 60 });
    await run.advance('59s');
    expect(run.hasEnded).toBe(false);
    await run.advance('1s');
    expect((run.output as { reply: string }).reply).toContain('within a day');
  });
});

test('a desk that is down gives the case back to whoever handed it on', async () => {
  const down = () => {
    throw new Error('the books are closed');
  };
  const run = await (await support(LARGE, { billing_agent: down })).finish();
  expect(run.output).toEqual({ owner: 'triage', reply: expect.stringContaining('Somebody will call you') });
});

test('two desks that hand a case to and fro are stopped, with what there is by then', async () => {
  const to =
    (name: string) =>
    (_: unknown, { team }: { team: { handOff(to: string): void } }) => {
      team.handOff(name);
      return { reply: `not ours, ask ${name}`, owner: 'nobody' };
    };
  const run = await support({}, { tech_agent: to('billing'), billing_agent: to('tech') });
  expect(run.status).toBe('completed');
  expect(run.performed.length).toBeLessThan(7);
  expect(run.output).toMatchObject({ owner: 'nobody' });
});
