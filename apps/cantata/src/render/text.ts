/** Text of strangers on a terminal: without control characters, no wider than its place. */
import { stripVTControlCharacters } from 'node:util';
import type { Paint } from '../terminal.ts';

export { bytes, count } from '@cantata/core';

/** One line of printable characters; what an agent says may hold anything. */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
}

/** The same for what may have several lines, a stack for example. */
export function cleanLines(text: string): readonly string[] {
  return text.split('\n').map((line) => `${/^ */.exec(line)?.[0] ?? ''}${clean(line)}`);
}

// East Asian wide forms and pictographs take two columns, combining marks none. Close enough to lay out a line.
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;

function widthOf(character: string): number {
  return NARROW.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** Columns a text takes, paint not counted. */
export function width(text: string): number {
  let columns = 0;
  for (const character of stripVTControlCharacters(text)) columns += widthOf(character);
  return columns;
}

/** The text cut to `columns`, with an ellipsis where something was cut. For text without paint. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (columns < 1) return '';
  let kept = '';
  let used = 1;
  for (const character of text) {
    used += widthOf(character);
    if (used > columns) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** The part of an id that people read and type: unique to the millisecond. */
export function shortId(id: string): string {
  return id.slice(0, 13);
}

/** A remark beside a run, on the stream for such. */
export function remarkLines(text: string, to: { readonly paint: Paint; line(text: string): void }): void {
  for (const line of cleanLines(text)) to.line(to.paint.dim(line));
}

/** `1st`, `2nd`, `11th`. */
export function ordinal(n: number): string {
  const isTeen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][n % 10]) ?? 'th'}`;
}
