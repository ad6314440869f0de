/** From text to terms: the stems by which questions and passages are compared. */
import { isStopword } from './stopwords.ts';

const WORD = /[\p{L}\p{N}]+(?:[-_'’.][\p{L}\p{N}]+)*/gu;
const VOWEL = /[aeiouy]/;

/** The words of a text as they are written; `wake-up`, `depends_on` and `config.ts` are one word each. */
export function words(text: string): string[] {
  return text.match(WORD) ?? [];
}

/** The terms of a text, in order: stems of the words that say something, compounds whole and in parts. */
export function terms(text: string): string[] {
  return words(text).flatMap(termsOf);
}

/** The terms of one word; none for a word that says nothing. */
export function termsOf(word: string): string[] {
  const lower = word.toLowerCase().replaceAll('’', "'");
  if (isStopword(lower)) return [];
  const parts = lower.split(/[-_.]/);
  if (parts.length === 1) return [stem(lower)];
  return [lower, ...parts.filter((part) => part.length > 2 && !isStopword(part)).map(stem)];
}

/**
 * A light English stemmer: plural, -ing, -ed and a final e. It is wrong now and then, but in the same way for the
 * question and for the text, which is what counts.
 */
export function stem(word: string): string {
  const bare = word.replace(/'s?$/, '');
  if (bare.length < 4 || /\p{N}/u.test(bare)) return bare;
  const single = singular(bare);
  const root = verbRoot(single);
  return root.length > 4 && root.endsWith('e') ? root.slice(0, -1) : root;
}

function singular(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ss|x|ch|sh|zz)es$/.test(word)) return word.slice(0, -2);
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}

function verbRoot(word: string): string {
  if (word.endsWith('ied') && word.length > 4) return `${word.slice(0, -3)}y`;
  const suffix = /(ing|ed)$/.exec(word)?.[0];
  if (suffix === undefined) return word;
  const root = word.slice(0, -suffix.length);
  if (root.length < 3 || !VOWEL.test(root)) return word;
  // running -> run, but calling -> call.
  return /([^aeiouylsz])\1$/.test(root) ? root.slice(0, -1) : root;
}
