/** What one researcher does: the passages for a sub-question, as they stand in the files. */
import type { IndexedPassage, Library } from './library/library.ts';
import { showsSide } from './question/facets.ts';
import { headingTitle } from './question/related.ts';
import { type Hit, search } from './search.ts';
import type { Passage, SubQuestion } from './shapes.ts';
import { terms } from './text/words.ts';

/** A report quotes a handful; the rest gives it a choice. */
const PASSAGES = 12;
/** How much better code is than prose where the question is about practice. Elsewhere it is no answer at all. */
const CODE_WEIGHT = 1.5;

/** The best passages for a sub-question, without repetition, best first. */
export function find(library: Library, part: SubQuestion): Passage[] {
  const accepts = (passage: IndexedPassage): boolean =>
    (passage.kind !== 'code' || part.facet === 'practice') && isAbout(part, passage);
  const hits = search(library, [...part.asked, ...part.beside], { limit: PASSAGES * 3, accepts })
    .map(({ passage, score }) => ({ passage, score: passage.kind === 'code' ? score * CODE_WEIGHT : score }))
    .sort((a, b) => b.score - a.score);
  return withoutCopies(hits).slice(0, PASSAGES).map(quoted);
}

/** What is asked for must be there; what goes with it only makes it better. A related matter is asked for itself. */
function isAbout(part: SubQuestion, passage: IndexedPassage): boolean {
  if (part.facet === 'answer') return true;
  if (part.under !== undefined)
    return passage.headings.some((heading) => headingTitle(heading) === part.under);
  const needed = part.facet === 'related' ? part.beside : part.asked;
  return (
    showsSide(part, passage.lines.join('\n')) && mentions(passage, new Set(needed.map(({ term }) => term)))
  );
}

function mentions({ headings, lead, lines }: IndexedPassage, needed: ReadonlySet<string>): boolean {
  return terms([...headings.slice(-2), lead ?? '', ...lines].join('\n')).some((term) => needed.has(term));
}

/** Folders hold copies and translations of the same chapter: the best one is enough. */
function withoutCopies(hits: readonly Hit[]): Hit[] {
  const seen = new Set<string>();
  return hits.filter(({ passage }) => {
    const text = passage.lines.join(' ').replace(/\W+/g, ' ');
    return !seen.has(text) && seen.add(text);
  });
}

function quoted({ passage, score }: Hit): Passage {
  const { file, start, end, headings, kind, head, lead, lines } = passage;
  return {
    file,
    start,
    end,
    headings: [...headings],
    kind,
    ...(head !== undefined && { head }),
    ...(lead !== undefined && { lead }),
    score: Math.round(score * 100) / 100,
    quote: lines.join('\n'),
  };
}
