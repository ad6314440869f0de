/** Numbers that agree: the place of a vote, where the choices are amounts. */

/** How far amounts that agree may be apart, as a part of the smaller one. */
const TOLERANCE = 0.1;

/** The largest set of amounts that agree with each other, the closest of equals; of fewer than `least`, undefined. */
export function agreeing(amounts: readonly number[], least: number): readonly number[] | undefined {
  const sorted = amounts.toSorted((a, b) => a - b);
  const sets = sorted.map((lowest, n) => sorted.slice(n).filter((one) => one <= lowest * (1 + TOLERANCE)));
  const [best = []] = sets.toSorted((a, b) => b.length - a.length || spread(a) - spread(b));
  return best.length >= least ? best : undefined;
}

/** Of an even number of amounts, what is between the two in the middle, in whole cents. */
export function median(amounts: readonly number[]): number {
  const sorted = amounts.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return Math.round(((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2);
}

function spread(amounts: readonly number[]): number {
  return (amounts.at(-1) as number) - (amounts[0] as number);
}
