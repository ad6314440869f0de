import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@cantata/sdk';
import { testWorkflow } from '@cantata/sdk/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import config from '../cantata.config.ts';
import { Ledger } from '../src/ledger.ts';

const document = readFileSync(new URL('../workflow.yaml', import.meta.url), 'utf8');

let shop = '';
beforeEach(() => {
  shop = mkdtempSync(join(tmpdir(), 'cantata-order-'));
});
afterEach(() => rmSync(shop, { recursive: true }));

const order = (input: JsonObject = {}) => testWorkflow(document, { ...config, input: { shop, ...input } });
const deeds = () =>
  new Ledger(shop).entries.map(({ did, sku, cents }) => [did, sku ?? cents ?? []].flat().join(' '));

test('an order that goes well is taken from the shelf, paid and shipped', async () => {
  const run = await order();
  expect(run).toMatchObject({
    status: 'completed',
    output: { order: 'A-1001', paid_cents: 22_700, parcel: 'DE-A-1001' },
  });
  expect(deeds()).toEqual(['took lamp', 'took teapot', 'took rug', 'charged 22700', 'printed a label']);
});

describe('an order that fails leaves nothing behind', () => {
  test('in shipping: the label, the money and the goods go back, the last first', async () => {
    const run = await order({ country: 'NO' });
    expect(run).toMatchObject({ status: 'compensated', error: { code: 'country_not_served', task: 'ship' } });
    expect(deeds().slice(5)).toEqual([
      'voided the label',
      'refunded -22700',
      'put back rug',
      'put back teapot',
      'put back lamp',
    ]);
    const ledger = new Ledger(shop);
    expect([ledger.cents, ledger.taken('lamp'), ledger.taken('teapot'), ledger.taken('rug')]).toEqual([
      0, 0, 0, 0,
    ]);
  });

  test('in payment: what was not paid is not refunded', async () => {
    const run = await order({ card_limit: 20_000 });
    expect(run).toMatchObject({ status: 'compensated', error: { code: 'card_declined' } });
    expect(deeds()).toEqual([
      'took lamp',
      'took teapot',
      'took rug',
      'put back rug',
      'put back teapot',
      'put back lamp',
    ]);
  });

  test('in the warehouse: only what was on the shelf is put back', async () => {
    const run = await order({
      lines: [
        { sku: 'lamp', quantity: 1 },
        { sku: 'rug', quantity: 50 },
      ],
    });
    expect(run.error).toMatchObject({ code: 'out_of_stock', message: '50 × rug ordered, 40 on the shelf' });
    expect(deeds()).toEqual(['took lamp', 'put back lamp']);
  });

  test('at the clerk: nothing was done, and nothing is undone', async () => {
    const run = await order({ lines: [{ sku: 'moon', quantity: 1 }] });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'sku_unknown' } });
    expect(deeds()).toEqual([]);
  });
});

test('where the bank is away when money is to go back, it is asked three times, and then a person is', async () => {
  writeFileSync(join(shop, 'bank-is-closed'), '');
  const run = await order({ country: 'NO' });
  await run.advance('1s');
  expect(run.status).toBe('compensation_failed');
  expect((await run.why())[0]).toContain('pay could not be undone. It waits for an operator');
  expect(run.performed.filter(({ place }) => place === 'pay')).toHaveLength(4);
  // What was paid for stays reserved until the money is back.
  expect(new Ledger(shop).taken('lamp')).toBe(1);
});

test('an order finds on the shelf what others have left there', async () => {
  new Ledger(shop).write('another', {
    order: 'A-1000',
    by: 'warehouse',
    did: 'took',
    sku: 'rug',
    pieces: -40,
  });
  expect((await order()).error?.message).toBe('1 × rug ordered, 0 on the shelf');
});

test('half a line that a crash left in the ledger is nothing, and spoils nothing', () => {
  const ledger = new Ledger(shop);
  const charge = { order: 'A-1', by: 'bank', did: 'charged', cents: 5 } as const;
  ledger.write('first', charge);
  appendFileSync(join(shop, 'ledger.jsonl'), '{"order":"A-1","by":"ba');
  ledger.write('second', charge);
  ledger.write('second', charge);
  expect(ledger.entries.map(({ key }) => key)).toEqual(['first', 'second']);
  expect(ledger.cents).toBe(10);
});
