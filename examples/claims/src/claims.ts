/** The claims there are, and what each way of assessing says of them. */
import { TerminalError } from '@cantata/sdk';

/** The ways of assessing, one for each assessor. */
export const METHODS = ['invoices', 'comparables', 'photos'] as const;
export type Method = (typeof METHODS)[number];

export interface Claim {
  readonly id: string;
  readonly peril: 'water' | 'storm' | 'fire' | 'flood';
  readonly policy: {
    readonly covers: readonly string[];
    readonly deductible: number;
    readonly limit: number;
  };
  /** In cents; undefined where the photos cannot be read, say. */
  readonly assessed: Readonly<Record<Method, number | undefined>>;
  readonly claimsBefore: number;
}

const HOME = { covers: ['water', 'storm', 'fire'], deductible: 50_000, limit: 2_500_000 };

const CLAIMS: readonly Claim[] = [
  {
    id: 'C-1',
    peril: 'water',
    policy: HOME,
    // The photos show the cellar of the neighbours, too.
    assessed: { invoices: 420_000, comparables: 435_000, photos: 980_000 },
    claimsBefore: 0,
  },
  {
    id: 'C-2',
    peril: 'storm',
    policy: HOME,
    assessed: { invoices: 710_000, comparables: 730_000, photos: undefined },
    claimsBefore: 1,
  },
  {
    id: 'C-3',
    peril: 'fire',
    policy: HOME,
    assessed: { invoices: 1_200_000, comparables: 1_900_000, photos: 3_000_000 },
    claimsBefore: 0,
  },
  {
    id: 'C-4',
    peril: 'flood',
    policy: HOME,
    assessed: { invoices: 600_000, comparables: 610_000, photos: 620_000 },
    claimsBefore: 0,
  },
  {
    id: 'C-5',
    peril: 'water',
    policy: HOME,
    assessed: { invoices: 300_000, comparables: 310_000, photos: 305_000 },
    claimsBefore: 4,
  },
];

/** @throws TerminalError for one there is not: asking again would not help */
export function claimOf(id: string): Claim {
  const found = CLAIMS.find((claim) => claim.id === id);
  if (found !== undefined) return found;
  throw new TerminalError(`there is no claim ${id}: ${CLAIMS.map((claim) => claim.id).join(', ')}`, {
    code: 'claim_unknown',
  });
}

export function euros(cents: number): string {
  return `${(cents / 100).toFixed(2)} euros`;
}
