/** The panel: has three assessors look at the damage, and decides by a quorum of two. */
import { defineAgent } from '@cantata/sdk';
import type { Assessment } from './assessor.ts';
import { euros, METHODS } from './claims.ts';
import { agreeing, median } from './quorum.ts';

const QUORUM = 2;

export const panel = defineAgent({
  description: 'Decides what a damage costs, by quorum.',
  perform({ claim }: { readonly claim: string }, { team }) {
    if (team.results.length === 0) {
      // A seat for each way: no assessor hears of what the others say.
      METHODS.forEach((method, n) => team.delegate(`assessors-${n + 1}`, { claim, method }));
      return { asked: METHODS.length };
    }
    // An assessor who failed has no vote, and the others decide without.
    const given = team.results
      .filter(({ error }) => error === undefined)
      .map(({ output }) => output as unknown as Assessment);
    const amounts = given.map(({ cents }) => cents);
    const agreed = agreeing(amounts, QUORUM);
    if (agreed === undefined) {
      const said = given.map(({ method, cents }) => `${method} ${euros(cents)}`).join(', ');
      team.escalate(`no two of ${METHODS.length} agree: ${said}`, { amounts });
      return { amounts };
    }
    return { cents: median(agreed), votes: agreed.length, of: METHODS.length };
  },
});
