import { readFileSync } from 'node:fs';
import { type JsonObject, TerminalError } from '@cantata/sdk';
import { simulatePattern, testWorkflow } from '@cantata/sdk/testing';
import { describe, expect, test } from 'vitest';
import config from '../cantata.config.ts';

const text = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const room = text('patterns/war_room.yaml');

const incident = (input: JsonObject = {}, agents = {}) =>
  testWorkflow(text('workflow.yaml'), {
    agents: { ...config.agents, ...agents },
    patterns: [room],
    input,
  });
const outcomeOf = ({ output }: { readonly output: unknown }) => (output as { outcome: string }).outcome;

describe('what the experts find, each a part', () => {
  test('leads to a remedy that does no harm, which is done when nobody objects', async () => {
    const run = await incident();
    expect((await run.why())[0]).toContain(
      'whoever is on call for the service to answer "Roll back deploy 381?',
    );
    await run.advance('3s');
    expect(run.output).toMatchObject({
      outcome: 'applied',
      summary: expect.stringContaining('Cause: deploy 381 (db.pool.max from 50 to 5)'),
      found_by: ['symptom: metrics', 'suspect: changes', 'errors: logs', 'proposal: commander'],
    });
  });

  test('leads to one that may do harm, which nobody does unasked', async () => {
    const run = await incident({ service: 'search' });
    expect(outcomeOf(await run.advance('3s'))).toBe('held back');
    expect(run.performed.some(({ agentType }) => agentType === 'responder_agent')).toBe(false);
  });

  test('leads nowhere where nothing is to be seen', async () => {
    expect((await incident({ service: 'login' })).output).toMatchObject({
      outcome: 'no remedy',
      found_by: [],
    });
  });

  test('goes on without an expert who cannot look', async () => {
    const blind = () => {
      throw new TerminalError('the dashboards are down', { code: 'blind' });
    };
    expect(outcomeOf(await incident({}, { metrics_expert: blind }))).toBe('no remedy');
  });
});

describe('the person who is asked', () => {
  test('says yes to what may do harm, and it is done', async () => {
    const run = await incident({ service: 'search', patience_seconds: 3_600 });
    await run.advance('30m');
    expect(outcomeOf(await run.approve('respond[13]'))).toBe('applied');
  });

  test('says no to what does none, and it is not', async () => {
    const run = await incident();
    expect(outcomeOf(await run.reject('respond[13]', 'the icons are at fault'))).toBe('refused');
  });
});

test('nobody writes over what another one has found', async () => {
  const loud = (_: unknown, { team }: { team: { write(key: string, value: string): void } }) => {
    team.write('symptom', 'me first');
    return 'written';
  };
  const run = await simulatePattern(room, {
    agents: { ann: loud, bob: loud, responder: () => 'done' },
    limits: { turns: 10 },
  });
  await run.finish();
  expect(run).toMatchObject({ status: 'completed', output: { outcome: 'no remedy' } });
  expect((run.output as { board: unknown[] }).board).toHaveLength(1);
});
