/** Reads a message first: hands it to the desk it is for, or asks the customer what it is about. */
import { defineAgent } from '@cantata/sdk';
import type { Case, Finding } from './case.ts';
import { type Topic, topicsOf } from './topics.ts';

const DESK: Readonly<Record<Topic, string>> = { money: 'billing', trouble: 'tech' };

export const triage = defineAgent({
  description: 'Hands a case to the desk that can help.',
  perform({ message }: Case, { team }): Finding {
    const [first, ...others] = topicsOf(message);
    const own = { owner: 'triage' };
    // Nobody need be asked: its answer is the result.
    if (first === undefined)
      return {
        ...own,
        reply: 'Thank you for writing. What were you doing when it happened, and in which app?',
      };
    // The desk had the case and could not help: better a person late than nobody.
    if (team.results.some(({ error }) => error !== undefined))
      return { ...own, reply: 'We cannot look into it right now. Somebody will call you within a day.' };
    const besides = others.length === 0 ? '' : `, and ${others.join(' and ')} besides`;
    team.handOff(DESK[first], { reason: `it is about ${first}${besides}` });
    return { ...own, reply: '' };
  },
});
