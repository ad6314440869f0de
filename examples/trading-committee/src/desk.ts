/** Places an order: the key of the order is that of the work, so that an order that is placed again is the same one. */
import { defineAgent } from '@cantata/sdk';
import type { Order } from './chair.ts';

export const desk = defineAgent({
  description: 'Places an order.',
  perform: ({ stock, shares, limit }: Order, { idempotencyKey }) => ({
    order: idempotencyKey,
    text: `BUY ${shares} ${stock} LIMIT ${limit.toFixed(2)}`,
  }),
});
