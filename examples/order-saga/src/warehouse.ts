/** Takes goods from the shelf for an order, and puts them back. */
import { defineAgent, TerminalError } from '@cantata/sdk';
import { CATALOGUE } from './catalogue.ts';
import type { Line } from './clerk.ts';
import { shopOf } from './ledger.ts';

export const warehouse = defineAgent({
  description: 'Reserves stock, and releases it.',
  perform(line: Line, context) {
    const { ledger, order } = shopOf(context);
    const { idempotencyKey, undoes } = context;

    if (undoes !== undefined) {
      // What was never taken is not put back: the ledger knows, also of a step whose end nobody knows.
      const taken = ledger.find(undoes.idempotencyKey);
      if (taken === undefined) return { released: 0 };
      const { sku = '', pieces = 0 } = taken;
      ledger.write(idempotencyKey, { order, by: 'warehouse', did: 'put back', sku, pieces: -pieces });
      return { released: -pieces };
    }

    const { sku, quantity } = line;
    const left = (CATALOGUE.get(sku)?.stock ?? 0) - ledger.taken(sku);
    if (ledger.find(idempotencyKey) === undefined && left < quantity)
      throw new TerminalError(`${quantity} × ${sku} ordered, ${left} on the shelf`, { code: 'out_of_stock' });
    ledger.write(idempotencyKey, { order, by: 'warehouse', did: 'took', sku, pieces: -quantity });
    return { reserved: quantity };
  },
});
