/** Puts a measurement into words. */
import { defineAgent } from '@cantata/sdk';
import type { Measurement } from './stations.ts';

export const writer = defineAgent({
  description: 'Writes the weather report.',
  perform: ({ celsius, attempts }: Measurement) => ({
    text: `It is ${celsius} °C. The station was asked ${attempts} times.`,
  }),
});
