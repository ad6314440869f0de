/** Cuts a passage into what can be quoted by itself: a short paragraph whole, a long one by the sentence. */
import type { Passage } from '../shapes.ts';
import { balanced, withoutLinks } from '../text/plain.ts';
import { type Sentence, sentences } from '../text/sentences.ts';
import { words } from '../text/words.ts';

const WHOLE_PARAGRAPH = 450;
const LENGTH = { shortest: 30, good: 450, longest: 700 };
const CODE_LINES = 16;
/** "It does so": what it is stands in the sentence before. */
const POINTS_BACK =
  /^\W*(?:it|its|this|these|that|those|they|their|such|so|but|then|otherwise|also|therefore|however|here|he|she|both|instead|and|or|yet|again|as before)\b/i;
/** Sentences about the text itself. */
const ABOUT_THE_TEXT =
  /^\W*(?:let[’']s|let us|now[, ]|next[, ]|in (?:this|the (?:next|previous|following)) (?:section|chapter|example|listing|article)|as (?:we|you) (?:saw|have seen)|we[’' ](?:ll|will|ve)|see|read|check out|for more|to (?:learn|read) more|to dig deeper|keep in mind)\b|\b(?:listing|chapter|figure) \d/i;
const CAPTION = /^\W*(?:listing|figure|table|example) [\d-]+\b/i;

export interface Piece extends Sentence {
  /** First and last place: of its sentences in the passage, or of its row in the table. */
  readonly from: number;
  readonly to: number;
}

/** Whether a text needs the sentence before it to be understood. */
export function pointsBack(text: string): boolean {
  return POINTS_BACK.test(text);
}

/** The pieces of a passage in their order, as the report will show them. */
export function piecesOf(passage: Passage): Piece[] {
  const { kind, start, end, quote } = passage;
  // A row's place is its line: rows are passages of their own, and neighbours are one table.
  if (kind !== 'text') return [{ text: quote, start, end, from: start, to: end }];
  const found = sentencesOf(passage);
  const whole = spanOf(found, 0, found.length - 1);
  if (whole.text.length <= WHOLE_PARAGRAPH) return [whole];
  return found.map((sentence, n) => {
    if (n === 0 || !pointsBack(sentence.text)) return spanOf(found, n, n);
    const withBefore = spanOf(found, n - 1, n);
    return withBefore.text.length > LENGTH.longest ? spanOf(found, n, n) : withBefore;
  });
}

/** The sentences of a passage from one place to another as one piece. */
export function pieceBetween(passage: Passage, from: number, to: number): Piece {
  return spanOf(sentencesOf(passage), from, to);
}

function sentencesOf({ quote, start }: Passage): readonly Sentence[] {
  return sentences(quote.split('\n'), start);
}

function spanOf(found: readonly Sentence[], from: number, to: number): Piece {
  const span = found.slice(from, to + 1);
  const text = balanced(withoutLinks(span.map((sentence) => sentence.text).join(' ')));
  return { text, start: span[0]?.start ?? 0, end: span.at(-1)?.end ?? 0, from, to };
}

/** How quotable a piece is, 0 to 1. */
export function quotability({ kind, quote }: Passage, text: string): number {
  if (kind === 'code') return quote.startsWith('>') || quote.split('\n').length > CODE_LINES ? 0 : 1;
  if (kind === 'row') return text.length > LENGTH.longest ? 0 : 0.6;
  // A question is no answer, and a colon announces one that is not here.
  if (/[?:]\W*$/.test(text) || CAPTION.test(text)) return 0;
  if (text.length < LENGTH.shortest || text.length > LENGTH.longest) return 0;
  const letters = words(text).join('').length;
  if (letters < text.length * 0.6 || words(text).length < 5) return 0;
  const length = text.length <= LENGTH.good ? 1 : LENGTH.good / text.length;
  const flaws = [POINTS_BACK, ABOUT_THE_TEXT, /^\p{Ll}/u].filter((flaw) => flaw.test(text)).length;
  // A list of names says little: more than one comma in four words.
  const isList = text.split(',').length > words(text).length / 4;
  return length * 0.7 ** (flaws + (isList ? 1 : 0));
}
