/** Leads: has the departments look at a claim side by side, and decides, or asks a person what it may not decide. */
import { type Context, defineAgent, type Json } from '@cantata/sdk';
import { euros } from './claims.ts';

export interface Decision {
  readonly claim: string;
  readonly decision: 'paid' | 'refused' | 'referred';
  readonly cents: number;
  readonly because: readonly string[];
}

interface Wanted {
  readonly claim: string;
  readonly patience_seconds: number;
}

interface Coverage {
  readonly covered: boolean;
  readonly peril: string;
  readonly deductible: number;
  readonly limit: number;
}

const DEPARTMENTS = ['coverage', 'fraud', 'panel'] as const;

export const adjudicator = defineAgent({
  description: 'Decides on claims.',
  perform({ claim, patience_seconds }: Wanted, context): Decision {
    const { team } = context;
    const undecided = { claim, decision: 'referred', cents: 0 } as const;
    if (team.results.length === 0) {
      for (const department of DEPARTMENTS) team.delegate(department, { claim });
      return { ...undecided, because: ['the departments look at it'] };
    }
    const answer = team.results.find(({ purpose }) => purpose === 'person');
    if (answer !== undefined) return asTold(claim, answer.output, answer.error !== undefined);

    const found = findings(context);
    const { covered, peril, deductible, limit } = found.coverage;
    if (!covered) return { claim, decision: 'refused', cents: 0, because: [`${peril} is not covered`] };
    const doubts = [
      ...(found.fraud.unusual ? [`${found.fraud.claimsBefore} claims before this one`] : []),
      ...(found.escalated === undefined ? [] : [found.escalated]),
    ];
    if (found.amount === undefined || doubts.length > 0) {
      team.askPerson(`What is paid for ${claim}? ${doubts.join('; ')}.`, {
        of: 'the chief adjuster',
        timeoutMs: patience_seconds * 1_000,
        otherwise: { later: true },
      });
      return { ...undecided, because: doubts };
    }
    const { cents, votes, of } = found.amount;
    const because = [
      `${votes} of ${of} assessors agree on ${euros(cents)}`,
      `${euros(deductible)} are borne by the customer`,
    ];
    return { claim, decision: 'paid', cents: Math.max(0, Math.min(cents, limit) - deductible), because };
  },
});

/** What came of the departments; what the panel could not decide has a reason. */
function findings({ team }: Context) {
  const of = <Output>(department: (typeof DEPARTMENTS)[number]) => {
    const result = team.results.find(({ by }) => by === department);
    return { output: result?.output as Output, escalated: result?.escalated?.reason };
  };
  const amount = of<{ cents: number; votes: number; of: number }>('panel');
  return {
    coverage: of<Coverage>('coverage').output,
    fraud: of<{ unusual: boolean; claimsBefore: number }>('fraud').output,
    amount: amount.escalated === undefined ? amount.output : undefined,
    escalated: amount.escalated,
  };
}

function asTold(claim: string, answer: Json, isNo: boolean): Decision {
  const { cents, later } = (answer ?? {}) as { readonly cents?: number; readonly later?: boolean };
  if (isNo) return { claim, decision: 'refused', cents: 0, because: ['the chief adjuster says no'] };
  if (later === true || cents === undefined)
    return { claim, decision: 'referred', cents: 0, because: ['an expert is sent to look at it'] };
  return { claim, decision: 'paid', cents, because: ['the chief adjuster has decided'] };
}
