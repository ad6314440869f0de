/** What a benchmark says: one number with its unit and, where the project promises one, the target. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: Target;
}

/** The bound a figure is held to, and the side of it that is good. */
export interface Target {
  readonly at: 'least' | 'most';
  readonly value: number;
}

export function isMet(figure: Figure): boolean {
  const { target, value } = figure;
  if (target === undefined) return true;
  return target.at === 'least' ? value >= target.value : value <= target.value;
}

/** One line for a person: `decide and evolve: 1,812,345 events/s (at least 500,000)`. */
export function lineOf(figure: Figure): string {
  const { name, value, unit, target } = figure;
  const line = `${name}: ${inWords(value)} ${unit}`;
  if (target === undefined) return line;
  const verdict = isMet(figure) ? '' : ', MISSED';
  return `${line} (at ${target.at} ${inWords(target.value)}${verdict})`;
}

export function inWords(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 2 : 0 });
}
