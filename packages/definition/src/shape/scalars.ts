/** Single values: text, numbers, truth, one of a few words. */
import type { Json } from '@cantata/core';
import type { ProblemCode } from '../codes.ts';
import { didYouMean, type Hint } from '../hint.ts';
import { type Reader, reportType } from './reader.ts';
import { enumerate, quote } from './words.ts';

/** Any text but the empty one. */
export const text: Reader<string> = {
  expects: 'text',
  schema: { type: 'string', minLength: 1 },
  read(value, at) {
    if (typeof value !== 'string') return reportType(value, at, this.expects, quoteIt(value));
    return value === '' ? at.report('empty', `${at.label} is an empty text`) : value;
  },
};

export const truth: Reader<boolean> = {
  expects: 'true or false',
  schema: { type: 'boolean' },
  read(value, at) {
    if (typeof value === 'boolean') return value;
    const word = typeof value === 'string' ? value.toLowerCase() : '';
    if (['yes', 'on', 'true'].includes(word)) return reportType(value, at, this.expects, 'write true');
    if (['no', 'off', 'false'].includes(word)) return reportType(value, at, this.expects, 'write false');
    return reportType(value, at, this.expects);
  },
};

export function wholeNumber(min: number, max: number): Reader<number> {
  return {
    expects: `a whole number of at least ${min}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    read(value, at) {
      if (typeof value !== 'number') {
        const quoted = typeof value === 'string' && /^[0-9]{1,15}$/.test(value);
        return reportType(value, at, this.expects, quoted ? 'remove the quotes' : undefined);
      }
      if (!Number.isInteger(value)) return reportType(value, at, this.expects);
      if (value >= min && value <= max) return value;
      return at.report('value_out_of_range', `${at.label} is ${value}; it may be ${min} to ${max}`);
    },
  };
}

/** A number above 0, with or without a point. */
export function positiveNumber(max: number): Reader<number> {
  return {
    expects: 'a number above 0',
    schema: { type: 'number', exclusiveMinimum: 0, maximum: max },
    read(value, at) {
      if (typeof value !== 'number') return reportType(value, at, this.expects);
      if (value > 0 && value <= max) return value;
      return at.report('value_out_of_range', `${at.label} is ${value}; it may be above 0 and at most ${max}`);
    },
  };
}

/** A number from 0 to 1, both included. */
export const share: Reader<number> = {
  expects: 'a number from 0 to 1',
  schema: { type: 'number', minimum: 0, maximum: 1 },
  read(value, at) {
    if (typeof value !== 'number') return reportType(value, at, this.expects);
    if (value >= 0 && value <= 1) return value;
    return at.report('value_out_of_range', `${at.label} is ${value}; it may be 0 to 1`);
  },
};

/** One of a few words; `code` is what an unknown one is. */
export function oneOf<const T extends string>(
  words: readonly T[],
  code: ProblemCode = 'value_unknown',
): Reader<T> {
  return {
    expects: enumerate(words, 'or'),
    schema: { type: 'string', enum: words },
    read(value, at) {
      if (typeof value !== 'string') return reportType(value, at, this.expects);
      const known = words.find((word) => word === value);
      if (known !== undefined) return known;
      const message = `${at.label} is ${quote(value)}; it may be ${this.expects}`;
      return at.report(code, message, { hint: didYouMean(value, words) });
    },
  };
}

/** YAML reads `1.0` as a number and `no` as text: quotes say that text is meant. */
function quoteIt(value: Json): Hint | undefined {
  if (typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  return ({ written }) => `put it in quotes: "${written}"`;
}
