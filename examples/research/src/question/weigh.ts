/** How much a term tells: the rarer it is in the library, the more. */
import type { Library } from '../library/library.ts';

/** Inverse document frequency (Spärck Jones 1972), 1 for what stands in one passage, near 0 for what stands in all. */
export function rarity(library: Library, term: string): number {
  const all = library.passages.length;
  const containing = library.frequency.get(term) ?? 0;
  if (all < 2) return 1;
  return Math.max(0.05, 1 - Math.log(Math.max(1, containing)) / Math.log(all));
}

/** Whether a term is neither found once only nor nearly everywhere: either way it leads to nothing. */
export function leadsSomewhere(library: Library, term: string): boolean {
  const containing = library.frequency.get(term) ?? 0;
  return containing >= 2 && containing <= Math.max(5, library.passages.length / 5);
}
