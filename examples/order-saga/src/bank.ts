/** Charges a card, and gives the money back. It is away as long as there is a file `bank-is-closed` in the shop. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineAgent, RetryableError, TerminalError } from '@cantata/sdk';
import { shopOf } from './ledger.ts';

interface Charge {
  readonly cents: number;
  readonly card_limit: number;
}

export const bank = defineAgent({
  description: 'Charges a card, and refunds it.',
  perform(charge: Charge, context) {
    const { folder, ledger, order } = shopOf(context);
    const { idempotencyKey, undoes } = context;

    if (undoes !== undefined) {
      const paid = ledger.find(undoes.idempotencyKey)?.cents;
      if (paid === undefined) return { cents: 0 };
      if (existsSync(join(folder, 'bank-is-closed')))
        throw new RetryableError('the bank is closed', { code: 'bank_closed' });
      ledger.write(idempotencyKey, { order, by: 'bank', did: 'refunded', cents: -paid });
      return { cents: -paid };
    }

    const { cents, card_limit } = charge;
    if (cents > card_limit)
      throw new TerminalError(`the card is good for ${card_limit} cents, not for ${cents}`, {
        code: 'card_declined',
      });
    ledger.write(idempotencyKey, { order, by: 'bank', did: 'charged', cents });
    return { cents };
  },
});
