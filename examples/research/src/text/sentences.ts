/** Cuts a passage into sentences and keeps the lines each of them stands on. */
import { withoutMarker } from './plain.ts';

export interface Sentence {
  /** With its Markdown, line ends turned into blanks. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const END = /[.!?…](?:["'’”)\]*_`]*)\s+(?=["'‘“([*_`]*[\p{Lu}\p{N}])|[。！？]/gu;
const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|ca|approx|resp|no|nos|fig|figs|sec|ch|vol|p|pp|mr|mrs|ms|dr|prof|st|[A-Z])\.$/i;
/** Shorter ones are labels ("**Sleepers.**"): they belong to what they introduce. */
const LABEL_WORDS = 4;

/** Sentences of consecutive lines, the first of which has the number `start`. */
export function sentences(lines: readonly string[], start: number): Sentence[] {
  const joined = join(lines);
  const found: Sentence[] = [];
  let from = 0;
  for (const to of [...ends(joined.text), joined.text.length]) {
    const piece = joined.text.slice(from, to);
    const text = piece.trim();
    if (text.length === 0 || (wordCount(text) < LABEL_WORDS && to < joined.text.length)) continue;
    const first = from + piece.length - piece.trimStart().length;
    found.push({
      text,
      start: start + joined.lineAt(first),
      end: start + joined.lineAt(first + text.length - 1),
    });
    from = to;
  }
  return found;
}

function* ends(text: string): Generator<number> {
  for (const match of text.matchAll(END)) {
    const sign = match.index + 1;
    if (ABBREVIATION.test(text.slice(Math.max(0, sign - 12), sign))) continue;
    // Not inside `code`.
    if (text.slice(0, match.index).split('`').length % 2 === 0) continue;
    yield match.index + match[0].length;
  }
}

function wordCount(text: string): number {
  return text.split(/\s+/).length;
}

interface Joined {
  readonly text: string;
  /** Which of the lines the character at an offset came from, from 0. */
  readonly lineAt: (offset: number) => number;
}

function join(lines: readonly string[]): Joined {
  const offsets: number[] = [];
  let text = '';
  for (const line of lines) {
    if (text !== '') text += ' ';
    offsets.push(text.length);
    text += withoutMarker(line).trim().replace(/\s+/g, ' ');
  }
  return {
    text,
    lineAt: (offset) =>
      Math.max(
        0,
        offsets.findLastIndex((begins) => begins <= offset),
      ),
  };
}
