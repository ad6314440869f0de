/** What the shop sells: prices, weights, and how many there were in the beginning. */
export interface Article {
  readonly cents: number;
  readonly grams: number;
  readonly stock: number;
}

export const CATALOGUE: ReadonlyMap<string, Article> = new Map([
  ['lamp', { cents: 4_900, grams: 1_800, stock: 60 }],
  ['teapot', { cents: 2_450, grams: 900, stock: 200 }],
  ['rug', { cents: 12_900, grams: 6_500, stock: 40 }],
  ['anvil', { cents: 19_900, grams: 45_000, stock: 1 }],
]);
