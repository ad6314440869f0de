/** How values and types of JSON are called in messages about values that do not fit their schema. */
import type { Json } from '@cantata/core';
import { printable, quote } from '../shape/words.ts';

export const TYPES = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  object: 'an object',
} as const;

export type TypeName = keyof typeof TYPES;

/** ``the text `three` ``, `3`, `a list`: what a value is. */
export function called(value: Json): string {
  if (typeof value === 'string') return value === '' ? 'an empty text' : `the text ${quote(value)}`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}

export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) as string}`;
}

/** A value as it is written, cut to a few words. */
export function written(value: Json): string {
  return printable(JSON.stringify(value), 60);
}
