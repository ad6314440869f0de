/** Finds the passages that answer to weighted terms. */
import type { IndexedPassage, Library } from './library/library.ts';
import type { WeightedTerm } from './shapes.ts';

export interface Hit {
  readonly passage: IndexedPassage;
  readonly score: number;
}

export interface SearchOptions {
  readonly limit: number;
  /** Which passages count at all. */
  readonly accepts?: (passage: IndexedPassage) => boolean;
}

/**
 * Passages by BM25 over headings and text, best first. One that has several of the terms comes before one that has
 * a single term often.
 */
export function search(library: Library, asked: readonly WeightedTerm[], options: SearchOptions): Hit[] {
  const weights = new Map(asked.map(({ term, weight }) => [term, weight]));
  const all = asked.reduce((sum, { weight }) => sum + weight, 0);
  const found = library.index.search([...weights.keys()].join(' '), {
    combineWith: 'OR',
    boost: { heading: 1.5 },
    boostTerm: (term) => weights.get(term) ?? 1,
    prefix: (term) => term.length >= 5,
    weights: { prefix: 0.3, fuzzy: 0 },
  });
  return found
    .map(({ id, score, queryTerms }): Hit => {
      const covered = queryTerms.reduce((sum, term) => sum + (weights.get(term) ?? 0), 0);
      return {
        passage: library.passages[id as number] as IndexedPassage,
        score: score * (0.25 + covered / all),
      };
    })
    .filter(({ passage }) => options.accepts?.(passage) ?? true)
    .sort((a, b) => b.score - a.score || a.passage.id - b.passage.id)
    .slice(0, options.limit);
}
