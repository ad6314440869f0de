/** Three ways to look at a stock. Each gives a score from -1, against it, to 1, for it, and says why. */
import { defineAgent, TerminalError } from '@cantata/sdk';
import { lastOf, SECTOR_PRICE_TO_EARNINGS, stockOf } from './market.ts';

export type View = {
  readonly analyst: string;
  readonly score: number;
  readonly because: string;
};

const SHORT_WEEKS = 5;
const LONG_WEEKS = 20;

/** How the last five weeks stand to the last twenty. */
export const trend = defineAgent({
  description: 'Compares two moving averages.',
  perform(name: string): View {
    const { closes } = stockOf(name);
    const ratio = mean(closes.slice(-SHORT_WEEKS)) / mean(closes.slice(-LONG_WEEKS)) - 1;
    return {
      analyst: 'trend',
      // Ten percent above is as good as it gets.
      score: bounded(ratio / 0.1),
      because: `${SHORT_WEEKS} weeks stand ${percent(ratio)} to ${LONG_WEEKS}`,
    };
  },
});

/** What it costs for what it earns. */
export const value = defineAgent({
  description: 'Compares the price to earnings with the sector.',
  perform(name: string): View {
    const stock = stockOf(name);
    if (stock.earnings === undefined)
      throw new TerminalError(`${name} earns nothing yet`, { code: 'no_earnings' });
    const multiple = lastOf(stock) / stock.earnings;
    return {
      analyst: 'value',
      score: bounded(1 - multiple / SECTOR_PRICE_TO_EARNINGS),
      because: `it costs ${multiple.toFixed(1)} times what it earns, its sector ${SECTOR_PRICE_TO_EARNINGS}`,
    };
  },
});

/** How far a week may throw it. */
export const risk = defineAgent({
  description: 'Measures the volatility of weekly returns.',
  perform(name: string): View {
    const { closes } = stockOf(name);
    const returns = closes.slice(1).map((close, n) => close / (closes[n] as number) - 1);
    const average = mean(returns);
    const deviation = Math.sqrt(mean(returns.map((one) => (one - average) ** 2)));
    return {
      analyst: 'risk',
      // Four percent a week are as usual as not.
      score: bounded(1 - deviation / 0.04),
      because: `a week moves it by ${(deviation * 100).toFixed(1)} %`,
    };
  },
});

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function bounded(score: number): number {
  return Math.round(Math.max(-1, Math.min(1, score)) * 100) / 100;
}

function percent(share: number): string {
  return `${share < 0 ? '-' : '+'}${Math.abs(share * 100).toFixed(1)} %`;
}
