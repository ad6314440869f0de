/** What to do about a problem. Thought of at the end, for the problems that are listed, because it can be dear. */
import { enumerate, quote } from './shape/words.ts';
import type { Suggestions } from './suggestions.ts';

/** A sentence, or how to find one: some need the text, some a search. */
export type Hint = string | ((help: Help) => string | undefined);

export interface Help {
  /** How the value is written in the text: `1.0`, which is read as 1. */
  readonly written: string;
  readonly suggestions: Suggestions;
}

/** The closest of the candidates, if one is close enough to be what was meant. */
export function didYouMean(name: string, candidates: Iterable<string>): (help: Help) => string | undefined {
  return ({ suggestions }) => {
    const found = suggestions.closest(name, candidates);
    return found === undefined ? undefined : `did you mean ${quote(found)}?`;
  };
}

/** More of them are no help. */
const MOST_NAMES = 12;

/** The same; where none is close, all there are, if they are few. */
export function oneOf(name: string, candidates: readonly string[]): Hint {
  return (help) => {
    const close = didYouMean(name, candidates)(help);
    if (close !== undefined || candidates.length > MOST_NAMES) return close;
    return `there are ${enumerate(candidates, 'and')}`;
  };
}
