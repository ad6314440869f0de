/** Does what was allowed. Here it only says so; in life it calls whatever deploys, under the idempotency key. */
import { defineAgent } from '@cantata/sdk';
import type { Proposal } from './board.ts';

export const responder = defineAgent({
  description: 'Carries a remedy out.',
  perform: ({ remedy }: Proposal, { idempotencyKey }) => ({ done: remedy, under: idempotencyKey }),
});
