/** "Did you mean": the closest known name by edit distance, within a budget for the whole document. */
import { LIMITS } from './limits.ts';

const LONGEST = 64;

export class Suggestions {
  #comparisons = 0;

  /** The candidate closest to `name`, the first of equals; undefined if none is close or the budget is spent. */
  closest(name: string, candidates: Iterable<string>): string | undefined {
    if (name.length > LONGEST) return undefined;
    const plain = simplify(name);
    let closest: string | undefined;
    // About one mistake in three letters; a name of one or two letters has no typing mistakes worth guessing.
    let best = Math.min(3, Math.floor(name.length / 3)) + 1;
    for (const candidate of candidates) {
      if (++this.#comparisons > LIMITS.suggestions) return closest;
      // `dependsOn` for `depends_on` is a habit, not a typing mistake.
      if (simplify(candidate) === plain) return candidate;
      const distance = distanceBelow(best, name, candidate);
      if (distance < best) {
        best = distance;
        closest = candidate;
      }
    }
    return closest;
  }
}

function simplify(name: string): string {
  return name.length > LONGEST ? name : name.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/**
 * The Damerau-Levenshtein distance (restricted: optimal string alignment) of `a` and `b` if it is below `limit`,
 * else `limit`. O(|a| |b|), and as a rule far less, because it stops when no row can get better.
 */
export function distanceBelow(limit: number, a: string, b: string): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let lowest = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replaced, at(last, j) + 1, at(row, j - 1) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row.push(cost);
      lowest = Math.min(lowest, cost);
    }
    // No cost of a later row is below the lowest of this one; a swap reaches back a row further, and costs one more.
    if (lowest >= limit) return limit;
    beforeLast = last;
    last = row;
  }
  return Math.min(limit, at(last, b.length));
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
