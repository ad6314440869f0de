/** Knows what is broken, and since when. */
import { defineAgent } from '@cantata/sdk';
import { type Case, type Finding, foundBefore, letter } from './case.ts';
import { topicsOf } from './topics.ts';

const KNOWN: readonly (readonly [symptom: RegExp, remedy: string])[] = [
  [
    /export/i,
    'Exporting a report crashes in 4.2.0; it is mended in 4.2.1, which is in the store since yesterday.',
  ],
  [/log ?in|password/i, 'We have sent you a link that sets a new password; it works for an hour.'],
  [
    /slow|sync/i,
    'Syncing is slow for large folders since Monday; the servers are being moved, until tomorrow noon.',
  ],
];

export const tech = defineAgent({
  description: 'Finds known problems and what helps.',
  perform({ message }: Case, context): Finding {
    const remedy = KNOWN.find(([symptom]) => symptom.test(message))?.[1];
    const found = {
      owner: 'tech',
      reply: remedy ?? 'We could not see that here yet. Please send us the log: Help, then Send a report.',
    };
    const before = foundBefore(context);
    const isLeft = topicsOf(message).includes('money') && !before.some(({ owner }) => owner === 'billing');
    if (!isLeft) return letter(before, found);
    context.team.handOff('billing', { reason: 'that was the trouble; there is money in it, too' });
    return found;
  },
});
