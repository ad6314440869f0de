/** Three made-up stocks: thirty weekly closes in euros, and what each share earned in a year. */
import { TerminalError } from '@cantata/sdk';

export interface Stock {
  readonly closes: readonly number[];
  /** Missing where the company earned nothing yet. */
  readonly earnings?: number;
}

/** What the market pays for a euro of earnings in their sector. */
export const SECTOR_PRICE_TO_EARNINGS = 18;

const STOCKS: ReadonlyMap<string, Stock> = new Map([
  // Rises, and is not dear.
  [
    'NORD',
    {
      earnings: 6.1,
      closes: [
        61.37, 62.47, 63.37, 64.1, 63.09, 63.94, 64.76, 66.04, 68.46, 68.68, 69.3, 69.33, 68.95, 70.87, 72,
        73.81, 75.33, 74.8, 75.49, 75.52, 76.45, 78.97, 79.94, 81.59, 81.94, 81.42, 82.68, 83.27, 85.4, 87.61,
      ],
    },
  ],
  // Falls, and is dear all the same.
  [
    'HALO',
    {
      earnings: 2.2,
      closes: [
        148.84, 148.24, 146.25, 145.73, 143.23, 138.35, 136.14, 135.57, 133.55, 133.35, 135.09, 133.8, 130.84,
        129.5, 126.69, 122.41, 121.49, 122.2, 121.05, 121.05, 122.14, 119.74, 115.96, 114.43, 112.13, 109.07,
        109.55, 111.08, 109.98, 109.39,
      ],
    },
  ],
  // Rises by leaps, and earns nothing.
  [
    'KELP',
    {
      closes: [
        23.71, 24.52, 25.56, 21.82, 22.99, 24.87, 27.05, 26.39, 23.38, 25.26, 26.5, 29.69, 26.8, 26.04, 26.6,
        29.44, 31.21, 28.25, 28.34, 28.3, 32.76, 32.06, 30.89, 29.68, 31.39, 35.09, 33.77, 33.32, 31.22,
        35.17,
      ],
    },
  ],
]);

export function stockOf(name: string): Stock {
  const stock = STOCKS.get(name);
  if (stock !== undefined) return stock;
  const known = [...STOCKS.keys()].join(', ');
  throw new TerminalError(`${name} is not traded here; there are ${known}`, { code: 'stock_unknown' });
}

export function lastOf({ closes }: Stock): number {
  return closes.at(-1) as number;
}
