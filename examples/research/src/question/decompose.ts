/** Splits a question into sub-questions that the library can say something about. */

import { find } from '../find.ts';
import type { Library } from '../library/library.ts';
import type { Passage, SubQuestion, WeightedTerm } from '../shapes.ts';
import { terms } from '../text/words.ts';
import { SIDES } from './facets.ts';
import { companions, relevantPassages } from './feedback.ts';
import { type Matter, mattersByHeading, mattersByTerms } from './related.ts';
import { nearest } from './spelling.ts';
import { rarity } from './weigh.ts';

const RELATED_MATTERS = 2;
/** What the library connects with the question counts, but less than what was asked. */
const COMPANION_WEIGHT = 0.4;
/** How many of the best passages are taken to go into the answer, of few a third. */
const ANSWERING = 4;
const COMPANIONS_USED = 6;
/** In a related question its own matter comes first. */
const ASKED_OF_RELATED = 0.4;

/**
 * The question itself, then what the library connects with it, then its reasons, limits and practice, as far as
 * anything is there. At most six; one alone when the library does not know a single word of the question.
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
  ];
  const found = find(library, answer);
  const answering = found.slice(0, Math.min(ANSWERING, Math.ceil(found.length / 3)));
  const isWorthAsking = (part: SubQuestion): boolean => addsTo(answering, part, find(library, part));
  return [
    answer,
    ...matters
      .map((matter) => relatedPart(matter, asked))
      .filter(isWorthAsking)
      .slice(0, RELATED_MATTERS),
    ...sidesNotAskedBy(question)
      .map((side): SubQuestion => ({ facet: side, question: SIDES[side].question, asked, beside }))
      .filter(isWorthAsking),
  ];
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

/** Whether one of the best passages for a part is not among those of the answer, and speaks of what is new in it. */
function addsTo(answering: readonly Passage[], part: SubQuestion, found: readonly Passage[]): boolean {
  const asked = part.asked.map(({ term }) => term);
  const beside = part.beside.map(({ term }) => term);
  return found.slice(0, ANSWERING).some((passage) => {
    const known = answering.some(({ file, start }) => file === passage.file && start === passage.start);
    const text = [...passage.headings.slice(-2), passage.lead ?? '', passage.quote].join('\n');
    const present = new Set(terms(text));
    const has = (wanted: readonly string[]): boolean => wanted.some((term) => present.has(term));
    return !known && has(asked) && (part.facet !== 'related' || has(beside));
  });
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
