/** Splits a question into sub-questions that the library can say something about. */

import { find } from '../find.ts';
import type { Library } from '../library/library.ts';
import { chooseSections } from '../report/choose.ts';
import type { SubQuestion, WeightedTerm } from '../shapes.ts';
import { terms } from '../text/words.ts';
import { SIDES } from './facets.ts';
import { companions, relevantPassages } from './feedback.ts';
import { type Matter, mattersByHeading, mattersByTerms } from './related.ts';
import { nearest } from './spelling.ts';
import { rarity } from './weigh.ts';

const RELATED_MATTERS = 2;
/** What the library connects with the question counts, but less than what was asked. */
const COMPANION_WEIGHT = 0.4;
const COMPANIONS_USED = 6;
/** In a related question its own matter comes first. */
const ASKED_OF_RELATED = 0.4;
/** So many are asked in any case; that there is no answer is worth knowing too. */
const LEAST_PARTS = 3;

/**
 * The question itself, then what the library connects with it, then its reasons, limits and practice, as far as there
 * is something to quote. Three to six; one alone when the library does not know a single word of the question.
 */
export function decompose(question: string, library: Library): SubQuestion[] {
  const asked = askedTerms(question, library);
  const answer: SubQuestion = { facet: 'answer', question, asked, beside: [] };
  if (!asked.some(({ term }) => library.frequency.has(term))) return [answer];
  const names = new Set(asked.map(({ term }) => term));
  const companionTerms = companions(library, relevantPassages(library, asked), names);
  const beside = scaled(companionTerms.slice(0, COMPANIONS_USED), COMPANION_WEIGHT);
  const wider = relevantPassages(library, [...asked, ...beside]);
  const matters = [
    ...mattersByHeading(wider, names, new Set(companionTerms.map(({ term }) => term))),
    ...mattersByTerms(companionTerms),
  ].map((matter) => relatedPart(matter, asked));
  const sides = sidesNotAskedBy(question).map(
    (side): SubQuestion => ({ facet: side, question: SIDES[side].question, asked, beside }),
  );
  const related = promising(library, [answer], matters).slice(0, RELATED_MATTERS);
  const parts = [answer, ...related, ...promising(library, [answer, ...related], sides)];
  const others = [...sides, ...matters].filter((part) => !parts.includes(part));
  return [...parts, ...others.slice(0, Math.max(0, LEAST_PARTS - parts.length))];
}

/** Those of `parts` to which the library can add something that the parts before them do not say already. */
function promising(
  library: Library,
  before: readonly SubQuestion[],
  parts: readonly SubQuestion[],
): SubQuestion[] {
  const found = before.map((asked) => ({ asked, passages: find(library, asked) }));
  return parts.filter((asked) => {
    found.push({ asked, passages: find(library, asked) });
    const isPromising = chooseSections(found).at(-1)?.quotes.length !== 0;
    if (!isPromising) found.pop();
    return isPromising;
  });
}

function relatedPart({ question, terms, under }: Matter, asked: WeightedTerm[]): SubQuestion {
  const beside = scaled(
    terms.filter(({ term }) => !asked.some((one) => one.term === term)),
    1,
  );
  if (under !== undefined) return { facet: 'related', question, asked, beside, under };
  return { facet: 'related', question, asked: scaled(asked, ASKED_OF_RELATED), beside };
}

function sidesNotAskedBy(question: string): (keyof typeof SIDES)[] {
  return (Object.keys(SIDES) as (keyof typeof SIDES)[]).filter((side) => !SIDES[side].asks.test(question));
}

/** The words of the question, each once, weighted. One the library lacks is taken for the nearest one it has. */
function askedTerms(question: string, library: Library): WeightedTerm[] {
  return [...new Set(terms(question))].map((term) => {
    const meant = library.frequency.has(term) ? term : (nearest(term, library.frequency.keys()) ?? term);
    const weight = rounded(rarity(library, meant));
    return meant === term ? { term, weight } : { term: meant, weight, insteadOf: term };
  });
}

function scaled(weighted: readonly WeightedTerm[], factor: number): WeightedTerm[] {
  return weighted.map(({ term, weight }) => ({ term, weight: rounded(weight * factor) }));
}

function rounded(weight: number): number {
  return Math.round(weight * 1_000) / 1_000;
}
