import { readFileSync } from 'node:fs';
import type { JsonObject } from '@cantata/sdk';
import { testWorkflow } from '@cantata/sdk/testing';
import { describe, expect, test } from 'vitest';
import config from '../cantata.config.ts';
import { agreeing, median } from '../src/quorum.ts';

const document = readFileSync(new URL('../workflow.yaml', import.meta.url), 'utf8');
const judged = (claim: string, input: JsonObject = {}, agents = {}) =>
  testWorkflow(document, { agents: { ...config.agents, ...agents }, input: { claim, ...input } });

describe('a claim that nobody has doubts about', () => {
  test('is paid what two of three assessors agree on, less what the customer bears', async () => {
    const run = await judged('C-1');
    expect(run.output).toMatchObject({
      decision: 'paid',
      cents: 377_500,
      letter: expect.stringContaining('2 of 3 assessors agree on 4275.00 euros'),
    });
  });

  test('is paid, too, when one assessor has failed: two are a quorum', async () => {
    const run = await judged('C-2');
    expect(run.output).toMatchObject({ decision: 'paid', cents: 670_000 });
  });

  test('is refused where the policy does not cover it', async () => {
    expect((await judged('C-4')).output).toMatchObject({
      decision: 'refused',
      letter: 'We cannot pay for C-4: flood is not covered.',
    });
  });
});

describe('what nobody below may decide', () => {
  test('goes up from the panel, and the adjudicator asks a person', async () => {
    const run = await judged('C-3');
    expect((await run.why())[0]).toMatch(
      /waits for the chief adjuster to answer "What is paid for C-3\? no two of 3 agree: invoices 12000\.00 euros/,
    );
    await run.approve('adjudicate[10]', { cents: 1_500_000 });
    expect(run.output).toMatchObject({ decision: 'paid', cents: 1_500_000 });
  });

  test('is referred when nobody answers, and refused when somebody says no', async () => {
    const silent = await judged('C-3');
    await silent.advance('3s');
    expect(silent.output).toMatchObject({ decision: 'referred' });
    const refused = await judged('C-3');
    await refused.reject('adjudicate[10]');
    expect(refused.output).toMatchObject({ decision: 'refused' });
  });

  test('is what looks unusual, too', async () => {
    expect((await (await judged('C-5')).why())[0]).toContain('4 claims before this one');
  });
});

test('an adjudicator cannot delegate past the panel', async () => {
  const impatient = (_: unknown, { team }: { team: { delegate(to: string, input: null): void } }) => {
    team.delegate('assessors-1', null);
    return 'quickly';
  };
  const run = await judged('C-1', {}, { adjudicator_agent: impatient });
  expect(run.error).toMatchObject({
    code: 'ask_refused',
    message: expect.stringContaining('assessors-1, who reports to panel'),
  });
});

test('a claim there is not ends with its name, and those there are', async () => {
  expect((await judged('C-9')).status).toBe('failed');
});

describe('amounts', () => {
  test('agree where they are close, and most of them count', () => {
    expect(agreeing([980, 420, 435], 2)).toEqual([420, 435]);
    expect(agreeing([100, 105, 300, 310], 2)).toEqual([100, 105]);
    expect(agreeing([1, 2, 4], 2)).toBeUndefined();
    expect(agreeing([], 2)).toBeUndefined();
  });

  test('have a middle', () => {
    expect([median([5]), median([9, 1, 5]), median([2, 1])]).toEqual([5, 5, 2]);
  });
});
