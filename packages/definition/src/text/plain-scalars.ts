/** Single values of the plain part of YAML: which text is a number, a truth or nothing, by the core schema. */
import type { Json } from '@cantata/core';

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const LONGEST_WORD = 5;
const NUMBER =
  /^[-+]?(?:[0-9]+|(?:\.[0-9]+|[0-9]+\.[0-9]*)|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+)$/;
/** Octal, hexadecimal and infinite numbers: nobody writes them here. */
const ODD = /^(?:0[ox]|[-+]?\.(?:inf|nan))/i;
/** All of them are exact. */
const LONGEST_NUMBER = 15;

/** What a text without quotes is; undefined if it is a number of a kind that is not plain. */
export function resolvePlain(written: string): Json | undefined {
  const word = written.length <= LONGEST_WORD ? WORDS.get(written) : undefined;
  if (word !== undefined) return word;
  const first = written.charCodeAt(0);
  // No number begins with a letter, and most texts do.
  if (first >= 0x3a) return written;
  if (ODD.test(written)) return undefined;
  if (!NUMBER.test(written)) return written;
  if (written.length > LONGEST_NUMBER) return undefined;
  const number = Number(written);
  if (!Number.isFinite(number)) return undefined;
  return number === 0 ? 0 : number;
}

/** A text in double quotes, the quotes included; undefined if it has escapes that JSON does not have. */
export function resolveQuoted(written: string): string | undefined {
  if (!written.includes('\\')) return written.slice(1, -1);
  let text: string;
  try {
    text = JSON.parse(written) as string;
  } catch {
    return undefined;
  }
  return text.isWellFormed() && !text.includes('\0') ? text : undefined;
}
