/**
 * What else the library speaks of where it speaks of the question: pseudo-relevance feedback (Rocchio 1971).
 * The best passages for the question are taken as relevant; what their authors put above them as headings, and the
 * terms that are frequent in them and rare elsewhere, are what the library itself connects with the question.
 */
import type { IndexedPassage, Library } from '../library/library.ts';
import { type Hit, search } from '../search.ts';
import type { WeightedTerm } from '../shapes.ts';
import { isPale } from '../text/stopwords.ts';
import { terms, termsOf, words } from '../text/words.ts';
import { leadsSomewhere, rarity } from './weigh.ts';

const PASSAGES_TAKEN_AS_RELEVANT = { least: 4, most: 25 };
/** A passage further than this below the best one is taken for chance. */
const RELEVANT_SHARE = 0.35;
const CANDIDATES = 9;

/** A term that goes with the question. */
export interface Companion extends WeightedTerm {
  /** The word it is most often written as. */
  readonly name: string;
  /** Ids of the relevant passages that have it. */
  readonly passages: ReadonlySet<number>;
}

/** The passages taken as relevant, best first. */
export function relevantPassages(library: Library, asked: readonly WeightedTerm[]): Hit[] {
  const prose = (passage: IndexedPassage): boolean => passage.kind !== 'code';
  const hits = search(library, asked, { limit: PASSAGES_TAKEN_AS_RELEVANT.most, accepts: prose });
  const least = (hits[0]?.score ?? 0) * RELEVANT_SHARE;
  return hits.filter(({ score }, rank) => rank < PASSAGES_TAKEN_AS_RELEVANT.least || score >= least);
}

/** The terms that tell most about the relevant passages, the best with weight 1. */
export function companions(library: Library, hits: readonly Hit[], asked: ReadonlySet<string>): Companion[] {
  const found = new Map<string, { score: number; readonly passages: Set<number> }>();
  for (const { passage, score } of hits) {
    const stressed = new Set(terms(stressedText(passage)));
    // Of compounds only the whole: "wake-up" is a matter, "wake" is not.
    for (const term of new Set(
      words(passage.lines.join('\n')).flatMap((word) => termsOf(word).slice(0, 1)),
    )) {
      if (asked.has(term) || isPale(term) || term.length < 3 || /\p{N}/u.test(term)) continue;
      const seen = found.get(term) ?? { score: 0, passages: new Set() };
      // What the author stressed counts double; a passage that fits less well counts less.
      seen.score += (stressed.has(term) ? 2 : 1) * Math.sqrt(score);
      seen.passages.add(passage.id);
      found.set(term, seen);
    }
  }
  const names = namesOf(hits.map(({ passage }) => passage));
  const best = [...found]
    .filter(([term]) => leadsSomewhere(library, term))
    .map(([term, { score, passages }]) => ({
      term,
      name: names.get(term) ?? term,
      weight: score * rarity(library, term),
      passages,
    }))
    .sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1))
    .slice(0, CANDIDATES);
  return best.map((companion) => ({ ...companion, weight: companion.weight / (best[0]?.weight ?? 1) }));
}

/** Headings, **bold** and `code`. */
function stressedText(passage: IndexedPassage): string {
  return [
    ...passage.headings.slice(-2),
    ...(passage.lines.join(' ').match(/\*\*[^*]+\*\*|`[^`]+`/g) ?? []),
  ].join(' ');
}

function namesOf(passages: readonly IndexedPassage[]): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const word of passages.flatMap((passage) => words(passage.lines.join('\n')))) {
    const term = termsOf(word)[0];
    if (term === undefined) continue;
    const forms = counts.get(term) ?? new Map<string, number>();
    forms.set(word, (forms.get(word) ?? 0) + 1);
    counts.set(term, forms);
  }
  return new Map([...counts].map(([term, forms]) => [term, mostFrequent(forms)]));
}

function mostFrequent(forms: ReadonlyMap<string, number>): string {
  // Of words equally frequent, the one in lower case: the other one began a sentence.
  return [...forms].sort(([a, n], [b, m]) => m - n || (a > b ? -1 : 1))[0]?.[0] ?? '';
}
