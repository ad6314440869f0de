/** Looks an order up in the catalogue: what it costs and what it weighs. */
import { defineAgent, TerminalError } from '@cantata/sdk';
import { CATALOGUE } from './catalogue.ts';

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

export const clerk = defineAgent({
  description: 'Prices and weighs an order.',
  perform(lines: Line[]) {
    let cents = 0;
    let grams = 0;
    for (const { sku, quantity } of lines) {
      const article = CATALOGUE.get(sku);
      if (article === undefined) {
        const sold = [...CATALOGUE.keys()].join(', ');
        throw new TerminalError(`there is no ${sku} in the catalogue: ${sold}`, { code: 'sku_unknown' });
      }
      cents += article.cents * quantity;
      grams += article.grams * quantity;
    }
    return { lines: lines.map(({ sku, quantity }) => ({ sku, quantity })), cents, grams };
  },
});
