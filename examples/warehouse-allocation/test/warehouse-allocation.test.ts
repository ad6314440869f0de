import { readFileSync } from 'node:fs';
import type { JsonObject } from '@cantata/sdk';
import { testWorkflow } from '@cantata/sdk/testing';
import { describe, expect, test } from 'vitest';
import config from '../cantata.config.ts';
import { warehouse } from '../src/warehouse.ts';

const text = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const one = (input: JsonObject, agents = {}) =>
  testWorkflow(text('one-order.yaml'), { agents: { ...config.agents, ...agents }, input });
const ORDER = { order: 'O-1', to: [2, 9], kg: 12, day: 2 };

describe('one order', () => {
  test('goes to the lowest bid, and who cannot take it does not bid', async () => {
    const run = await one(ORDER);
    expect(run.output).toEqual({ order: 'O-1', from: 'north', cost: 6.8 });
    const facts = run.events.flatMap((event) => (event['facts'] as readonly JsonObject[] | undefined) ?? []);
    expect(facts.filter(({ fact }) => fact === 'bid').map(({ by, cost }) => [by, cost])).toEqual([
      ['north', 6.8],
      ['south', 24.97],
    ]);
  });

  test('goes to the next bid when whoever has it fails', async () => {
    const run = await one({ ...ORDER, day: 1 });
    expect(run.output).toMatchObject({ from: 'south', cost: 24.97 });
  });

  test('of which everybody who bid fails, fails with what the last one said', async () => {
    const broken = warehouse({ name: 'south', at: [5, 0], perKg: 0.5, brokenOn: 1 });
    const run = await one({ ...ORDER, day: 1 }, { south_warehouse: broken });
    expect(run.error?.message).toBe(
      'everybody who bid has failed; the last one, south: the conveyor belt of south stands still',
    );
  });

  test('that nobody bids for fails, and says so', async () => {
    expect((await one({ ...ORDER, kg: 200 })).error).toMatchObject({ code: 'no_bids' });
  });
});

test('a warehouse that failed is not asked while its circuit is open, and bids again when it is tried', async () => {
  const run = await testWorkflow(text('workflow.yaml'), {
    ...config,
    workflows: [text('one-order.yaml')],
    input: {},
  });
  await run.finish();
  expect(run.output).toEqual({
    orders: [
      'O-1 from south for 24.97',
      'O-2 from west for 10.89',
      'O-3 from south for 19.47',
      'O-4 from north for 6.80',
    ],
    total: 62.13,
  });
  const north = run.performed.filter(({ agentType }) => agentType === 'north_warehouse');
  const days = north.map(({ input }) => (input as { order: string }).order);
  expect(days).toEqual(['O-1', 'O-1', 'O-4', 'O-4']);
});
