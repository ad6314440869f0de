/** Two manuscripts: one with mistakes, one without. */
export type Paper = {
  readonly revision: number;
  /** What was measured. */
  readonly control: readonly number[];
  readonly treated: readonly number[];
  /** What the author says follows from it. */
  readonly claims: Claims;
  readonly text: string;
  readonly references: { readonly [mark: string]: string };
};

export type Claims = {
  readonly control_mean: number;
  readonly treated_mean: number;
  readonly gain_percent: number;
};

export const PAPERS: Readonly<Record<string, Paper>> = {
  // Its gain is a slip of the pen, a source is missing, and another one is never named.
  lamps: {
    revision: 1,
    control: [41, 44, 39, 43, 40, 42, 45, 42],
    treated: [50, 47, 52, 49, 51, 48, 50, 49],
    claims: { control_mean: 42, treated_mean: 49.5, gain_percent: 27.9 },
    text: 'Readers under warm lamps read longer, as was shown for children [1] and for sailors [3].',
    references: { 1: 'Berg 1998: Light and letters', 2: 'Ode 2003: On wicks' },
  },
  tides: {
    revision: 1,
    control: [12, 14, 13, 12, 15, 12],
    treated: [15, 16, 14, 15, 16, 17],
    claims: { control_mean: 13, treated_mean: 15.5, gain_percent: 19.2 },
    text: 'Mussels grow faster below the tide mark [1].',
    references: { 1: 'Holm 2011: A year on the shore' },
  },
};

/** What follows from the measurements, with one decimal. */
export function computed({ control, treated }: Pick<Paper, 'control' | 'treated'>): Claims {
  const [low, high] = [mean(control), mean(treated)];
  return {
    control_mean: rounded(low),
    treated_mean: rounded(high),
    gain_percent: rounded((high / low - 1) * 100),
  };
}

export function marksIn(text: string): readonly string[] {
  return [...text.matchAll(/\[(\d+)\]/g)].map(([, mark]) => mark as string);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function rounded(number: number): number {
  return Math.round(number * 10) / 10;
}
