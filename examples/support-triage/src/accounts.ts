/** What customers were charged: a page of the books. */
export interface Charge {
  readonly invoice: string;
  readonly what: string;
  readonly cents: number;
}

const ACCOUNTS: ReadonlyMap<string, readonly Charge[]> = new Map([
  [
    'c-117',
    [
      { invoice: 'I-5581', what: 'June, team plan', cents: 2_900 },
      { invoice: 'I-5582', what: 'June, team plan', cents: 2_900 },
      { invoice: 'I-5710', what: 'July, team plan', cents: 2_900 },
    ],
  ],
  [
    'c-204',
    [
      { invoice: 'I-4013', what: 'March, company plan', cents: 48_000 },
      { invoice: 'I-4014', what: 'March, company plan', cents: 48_000 },
    ],
  ],
]);

/** The second of two charges for the same thing. */
export function doubleCharge(customer: string): Charge | undefined {
  const charges = ACCOUNTS.get(customer) ?? [];
  return charges.find(({ what }, n) => charges.findIndex((one) => one.what === what) < n);
}
