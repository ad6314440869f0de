/** An assessor: says in one way what the damage costs. */
import { defineAgent, TerminalError } from '@cantata/sdk';
import { claimOf, type Method } from './claims.ts';

export interface Assessment {
  readonly method: Method;
  readonly cents: number;
}

export const assessor = defineAgent({
  description: 'Says what a damage costs, by invoices, by comparable claims or by photos.',
  perform({ claim, method }: { readonly claim: string; readonly method: Method }): Assessment {
    const cents = claimOf(claim).assessed[method];
    if (cents === undefined)
      throw new TerminalError(`the ${method} of ${claim} cannot be read`, { code: 'unreadable' });
    return { method, cents };
  },
});
