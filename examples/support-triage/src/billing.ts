/** Looks into the books. It grants small refunds itself, and asks a person about large ones. */
import { type Context, defineAgent, type Json } from '@cantata/sdk';
import { type Charge, doubleCharge } from './accounts.ts';
import { type Case, type Finding, foundBefore, letter } from './case.ts';
import { topicsOf } from './topics.ts';

/** What the desk may grant by itself. */
const MAX_CENTS = 10_000;

export const billing = defineAgent({
  description: 'Finds wrong charges and refunds them.',
  perform({ customer, message, patience_seconds }: Case, context): Finding {
    const { team } = context;
    const wrong = doubleCharge(customer);
    if (wrong === undefined)
      return goOn('We looked through your invoices and found each charge once.', message, context);

    const answer = answerIn(context);
    if (answer === undefined && wrong.cents > MAX_CENTS) {
      team.askPerson(`Refund ${euros(wrong)} of ${wrong.invoice} to ${customer}? It was charged twice.`, {
        of: 'the head of billing',
        timeoutMs: patience_seconds * 1_000,
        // Nobody's silence gives money away, and nobody's silence keeps a customer waiting.
        otherwise: { granted: false, later: true },
      });
      return { reply: '', owner: 'billing' };
    }
    return goOn(words(wrong, answer), message, context);
  },
});

function words(wrong: Charge, answer: Answer | undefined): string {
  if (answer?.later === true)
    return `${wrong.what}, was charged twice. We will come back to you about ${euros(wrong)} within a day.`;
  if (answer?.granted === false) return `${wrong.invoice} stands: ${wrong.what}, covers two teams.`;
  return `${wrong.what}, was charged twice. ${euros(wrong)} of ${wrong.invoice} are on their way back to you.`;
}

/** Solves the case, or hands on what is left of it, with what was found. */
function goOn(reply: string, message: string, context: Context): Finding {
  const found = { reply, owner: 'billing' };
  const before = foundBefore(context);
  const isLeft = topicsOf(message).includes('trouble') && !before.some(({ owner }) => owner === 'tech');
  if (!isLeft) return letter(before, found);
  context.team.handOff('tech', { reason: 'the money is settled; there is trouble with the app, too' });
  return found;
}

interface Answer {
  readonly granted?: boolean;
  /** Nobody has answered in time. */
  readonly later?: boolean;
}

/** What the person said who was asked; undefined where nobody was. A plain yes has no words. */
function answerIn({ team }: Context): Answer | undefined {
  const asked = team.results.find(({ purpose }) => purpose === 'person');
  return asked === undefined ? undefined : answerOf(asked.output, asked.error !== undefined);
}

function answerOf(output: Json, isNo: boolean): Answer {
  if (isNo) return { granted: false };
  return output === null ? {} : (output as Answer);
}

function euros({ cents }: Charge): string {
  return `${(cents / 100).toFixed(2)} euros`;
}
