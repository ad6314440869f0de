/** What the ice cream van wrote down: of each day rain (mm), heat (°C), delay of the ferry (min), price (€), cones sold. */
export type Cause = (typeof CAUSES)[number]['name'];

/** In the order of the columns. What can be changed is what the van or the harbour decide. */
export const CAUSES = [
  { name: 'rain', requires: 'weather', canBeChanged: false },
  { name: 'heat', requires: 'weather', canBeChanged: false },
  { name: 'ferry', requires: 'trade', canBeChanged: true },
  { name: 'price', requires: 'trade', canBeChanged: true },
] as const;

type Day = readonly [rain: number, heat: number, ferry: number, price: number, sold: number];

const SPRING: readonly Day[] = [
  [5, 20, 30, 2.5, 175],
  [1, 26, 0, 2.25, 263],
  [0, 17, 0, 2, 250],
  [15, 22, 0, 2.5, 154],
  [0, 24, 0, 2.75, 233],
  [0, 22, 39, 2.75, 188],
  [1, 17, 0, 2.75, 224],
  [0, 23, 0, 2.75, 244],
  [0, 18, 19, 2.25, 222],
  [6, 22, 18, 2.5, 172],
  [0, 20, 20, 2.25, 212],
  [0, 23, 0, 2, 264],
  [11, 25, 0, 2.5, 180],
  [12, 15, 0, 2.5, 147],
  [0, 23, 19, 2.25, 220],
  [0, 16, 13, 2.5, 201],
  [12, 18, 0, 2.75, 156],
  [0, 18, 16, 2, 218],
  [0, 26, 0, 2.5, 253],
  [13, 26, 0, 2.25, 176],
];

const AUTUMN: readonly Day[] = [
  [0, 23, 42, 2.75, 116],
  [7, 20, 21, 2.25, 179],
  [16, 15, 0, 2.25, 200],
  [0, 21, 11, 2.5, 204],
  [0, 20, 41, 3, 103],
  [2, 24, 0, 2.25, 254],
  [0, 24, 0, 2.25, 255],
  [10, 25, 44, 2, 112],
  [3, 21, 26, 2, 180],
  [8, 24, 7, 3, 202],
  [0, 15, 0, 2.75, 238],
  [0, 18, 20, 2.25, 174],
  [0, 20, 14, 2.75, 184],
  [2, 26, 0, 2.25, 239],
  [8, 22, 0, 2, 225],
  [0, 19, 0, 3, 227],
  [0, 15, 0, 2.5, 234],
  [13, 20, 0, 2.25, 235],
  [9, 13, 33, 2, 114],
  [0, 15, 0, 2.75, 232],
];

function daysOf(season: string): readonly Day[] {
  return season === 'autumn' ? AUTUMN : SPRING;
}

/** A column, and what was sold on the same days. */
export function columnsOf(
  season: string,
  cause: Cause,
): { readonly values: readonly number[]; readonly sold: readonly number[] } {
  const column = CAUSES.findIndex(({ name }) => name === cause);
  const days = daysOf(season);
  return { values: days.map((day) => day[column] as number), sold: days.map((day) => day[4]) };
}

/** Pearson's correlation coefficient, with two decimals: from -1 to 1. */
export function correlation(xs: readonly number[], ys: readonly number[]): number {
  const [x, y] = [mean(xs), mean(ys)];
  const together = sum(xs.map((value, n) => (value - x) * ((ys[n] as number) - y)));
  const apart = Math.sqrt(
    sum(xs.map((value) => (value - x) ** 2)) * sum(ys.map((value) => (value - y) ** 2)),
  );
  return Math.round((together / apart) * 100) / 100;
}

function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}
