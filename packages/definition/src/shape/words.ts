/** How values from the document appear in messages: short, and without characters that a terminal obeys. */
import type { Json } from '@cantata/core';

const SHOWN = 60;
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** `text` in backticks, cut to a line's length. */
export function quote(text: string): string {
  return `\`${printable(text, SHOWN)}\``;
}

/** Cut to `length`, with control and direction characters as escapes. */
export function printable(text: string, length: number): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return cut
    .toWellFormed()
    .replace(UNPRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** ``the text `three` ``, `the number 3`, `a list`, `empty`: what a value is. */
export function describe(value: Json): string {
  if (value === null) return 'empty';
  switch (typeof value) {
    case 'string':
      return value === '' ? 'an empty text' : `the text ${quote(value)}`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return Array.isArray(value) ? 'a list' : 'a mapping';
  }
}

/** `a`, `a and b`, `a, b and c`, each quoted. */
export function enumerate(names: readonly string[], joint: 'and' | 'or'): string {
  const quoted = names.map(quote);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} ${joint} ${last}`;
}
