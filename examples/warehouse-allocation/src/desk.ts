/** Sums up who packs what. */
import { defineAgent } from '@cantata/sdk';
import type { Packed } from './warehouse.ts';

export const desk = defineAgent({
  description: 'Sums up who packs what, and what it costs.',
  perform(packed: readonly Packed[]) {
    const total = packed.reduce((sum, { cost }) => sum + cost, 0);
    return {
      orders: packed.map(({ order, from, cost }) => `${order} from ${from} for ${cost.toFixed(2)}`),
      total: Math.round(total * 100) / 100,
    };
  },
});
