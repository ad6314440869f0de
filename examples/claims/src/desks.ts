/** Departments that answer at once: what the policy covers, and whether something looks wrong. */
import { defineAgent } from '@cantata/sdk';
import { claimOf } from './claims.ts';

interface Part {
  readonly claim: string;
}

export const coverage = defineAgent({
  description: 'Reads the policy.',
  perform({ claim }: Part) {
    const { peril, policy } = claimOf(claim);
    const { covers, deductible, limit } = policy;
    return { covered: covers.includes(peril), peril, deductible, limit };
  },
});

/** More claims of a customer than that are looked at by a person. */
const USUAL = 2;

export const fraud = defineAgent({
  description: 'Looks for what is unusual.',
  perform({ claim }: Part) {
    const { claimsBefore } = claimOf(claim);
    return { unusual: claimsBefore > USUAL, claimsBefore };
  },
});
