/** Amounts with units, written as people write them: a number in the usual unit, or text. */
import { LIMITS } from '../limits.ts';
import type { Place } from '../shape/place.ts';
import { type Reader, reportType } from '../shape/reader.ts';
import { quote } from '../shape/words.ts';

/** An amount without its unit. */
export const DECIMAL = '[0-9]+(?:\\.[0-9]+)?';
const WHOLLY_DECIMAL = new RegExp(`^${DECIMAL}$`);

export interface Quantity {
  /** With examples. */
  readonly expects: string;
  /** What one of a bare number is in the unit of the result. */
  readonly numberIs: number;
  /** In the unit of the result; undefined if the text is not understood. Given without a sign and at most 64 long. */
  readonly parse: (written: string) => number | undefined;
  /** What `parse` understands, as a regular expression without anchors and flags; it may be more generous. */
  readonly pattern: string;
  readonly min: number;
  readonly max: number;
  /** The bounds for people: `1 ms to 365 days`. */
  readonly bounds: string;
  /** Which units there are. */
  readonly units: string;
}

/** Reads to a whole number in the unit of the result, rounded. */
export function quantity(shape: Quantity): Reader<number> {
  return {
    expects: shape.expects,
    schema: {
      anyOf: [
        { type: 'number', minimum: shape.min / shape.numberIs, maximum: shape.max / shape.numberIs },
        { type: 'string', pattern: `^\\s*(?:${DECIMAL}|${shape.pattern})\\s*$` },
      ],
    },
    read(value, at) {
      if (typeof value === 'number') return within(value * shape.numberIs, String(value), at, shape);
      if (typeof value !== 'string') return reportType(value, at, this.expects);
      const amount = amountOf(value.trim(), shape);
      if (amount !== undefined) return within(amount, quote(value), at, shape);
      const message = `${at.label} should be ${this.expects}, but is ${quote(value)}`;
      return at.report('quantity_unreadable', message, { hint: shape.units });
    },
  };
}

/** A number in quotes is that number. */
function amountOf(written: string, shape: Quantity): number | undefined {
  if (written.length > LIMITS.quantityLength) return undefined;
  const negative = written.startsWith('-');
  const absolute = negative ? written.slice(1).trim() : written;
  const number = decimal(absolute);
  const amount = number === undefined ? shape.parse(absolute) : number * shape.numberIs;
  return negative && amount !== undefined ? -amount : amount;
}

function within(
  amount: number,
  written: string,
  at: Place,
  { min, max, bounds }: Quantity,
): number | undefined {
  if (amount >= min && amount <= max) return Math.round(amount);
  return at.report('value_out_of_range', `${at.label} is ${written}; it may be ${bounds}`);
}

function decimal(written: string): number | undefined {
  return WHOLLY_DECIMAL.test(written) ? Number(written) : undefined;
}
