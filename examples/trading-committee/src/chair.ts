/** Makes an order of the last round: what both said, or, where they do not agree, the smaller share. */
import { defineAgent } from '@cantata/sdk';
import type { Argument, Case } from './debaters.ts';
import { lastOf, stockOf } from './market.ts';

export type Order = {
  readonly stock: string;
  readonly shares: number;
  /** The most that is paid for one. */
  readonly limit: number;
  readonly amount: number;
  readonly because: string;
};

/** How far above the last price one goes. */
const SLACK = 1.005;

export const chair = defineAgent({
  description: 'Decides what is ordered.',
  perform({ stock, budget }: Case, { team }): Order {
    const said = team.results.map(({ by, output }) => ({ by, ...(output as Argument) }));
    const share = Math.min(...said.map((one) => one.share));
    const agreed = said.every((one) => one.share === share);
    const limit = Math.round(lastOf(stockOf(stock)) * SLACK * 100) / 100;
    const shares = Math.floor((budget * share) / limit);
    const views = said.map(({ by, share: wanted }) => `${by} ${Math.round(wanted * 100)} %`).join(', ');
    return {
      stock,
      shares,
      limit,
      amount: Math.round(shares * limit * 100) / 100,
      because: agreed
        ? `Both agree on ${Math.round(share * 100)} % of the budget`
        : `They do not agree: ${views}`,
    };
  },
});
