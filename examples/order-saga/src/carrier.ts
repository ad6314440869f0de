/**
 * Takes a parcel, and calls it back. The label is printed before the parcel is weighed and its country looked up, as it
 * goes in life: so a carrier that refuses leaves something behind, and its step is undone although it failed.
 */
import { defineAgent, TerminalError } from '@cantata/sdk';
import { shopOf } from './ledger.ts';

interface Parcel {
  readonly grams: number;
  readonly country: string;
}

const COUNTRIES = new Set(['AT', 'CH', 'DE', 'DK', 'FR', 'NL', 'PL']);
const MAX_GRAMS = 31_500;

export const carrier = defineAgent({
  description: 'Ships a parcel, and calls it back.',
  perform({ grams, country }: Parcel, context) {
    const { ledger, order } = shopOf(context);
    const { idempotencyKey, undoes } = context;
    const parcel = `${country}-${order}`;

    if (undoes !== undefined) {
      const label = ledger.find(undoes.idempotencyKey)?.parcel;
      if (label === undefined) return { parcel: null };
      ledger.write(idempotencyKey, { order, by: 'carrier', did: 'voided the label', parcel: label });
      return { parcel: label };
    }

    ledger.write(idempotencyKey, { order, by: 'carrier', did: 'printed a label', parcel });
    if (!COUNTRIES.has(country))
      throw new TerminalError(`nothing is delivered to ${country}`, { code: 'country_not_served' });
    if (grams > MAX_GRAMS)
      throw new TerminalError(`${grams / 1_000} kg are more than ${MAX_GRAMS / 1_000} kg`, {
        code: 'too_heavy',
      });
    return { parcel };
  },
});
