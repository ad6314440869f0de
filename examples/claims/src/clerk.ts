/** Writes to the customer. */
import { defineAgent } from '@cantata/sdk';
import type { Decision } from './adjudicator.ts';
import { euros } from './claims.ts';

export const clerk = defineAgent({
  description: 'Writes letters.',
  perform({ claim, decision, cents, because }: Decision) {
    const words = {
      paid: `For ${claim} you receive ${euros(cents)}`,
      refused: `We cannot pay for ${claim}`,
      referred: `We cannot decide on ${claim} yet`,
    } satisfies Record<Decision['decision'], string>;
    return { claim, decision, cents, letter: `${words[decision]}: ${because.join('; ')}.` };
  },
});
