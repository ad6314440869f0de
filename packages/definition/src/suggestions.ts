/** "Did you mean": the closest known name by edit distance, within a budget for the whole document. */
import { LIMITS } from './limits.ts';

const LONGEST = 64;
const SHORTEST_WORD = 4;

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
      // `exponential` for `exponential_backoff`: a word of it stands for the whole while nothing is closer.
      if (closest === undefined && name.length >= SHORTEST_WORD && candidate.split(/[-_.]/).includes(name)) {
        closest = candidate;
        continue;
      }
      const distance = distanceBelow(best, name, candidate);
      if (distance < best) {
        best = distance;
        closest = candidate;
      }
    }
    return closest;
  }
}

/** The candidate that was probably meant by `name`, for a question of its own. */
export function closestTo(name: string, candidates: Iterable<string>): string | undefined {
  return new Suggestions().closest(name, candidates);
}

function simplify(name: string): string {
  return name.length > LONGEST ? name : name.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/**
 * The Damerau-Levenshtein distance (restricted: optimal string alignment) of `a` and `b` if it is below `limit`,
 * else `limit`. O(|a| |b|), and as a rule far less: it stops when no row can get better.
 */
export function distanceBelow(limit: number, a: string, b: string): number {
  const width = b.length + 1;
  if (Math.abs(a.length - b.length) >= limit) return limit;
  // Three rows, used in turn: the one before last, the last and the current.
  const cost = new Uint16Array(3 * width);
  for (let j = 0; j < width; j++) cost[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const row = (i % 3) * width;
    const last = ((i + 2) % 3) * width;
    const beforeLast = ((i + 1) % 3) * width;
    cost[row] = i;
    let lowest = i;
    for (let j = 1; j < width; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let best = at(cost, last + j - 1) + (same ? 0 : 1);
      best = Math.min(best, at(cost, last + j) + 1, at(cost, row + j - 1) + 1);
      const swapped =
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) best = Math.min(best, at(cost, beforeLast + j - 2) + 1);
      cost[row + j] = best;
      lowest = Math.min(lowest, best);
    }
    // No cost of a later row is below the lowest of this one; a swap reaches back a row further, and costs one more.
    if (lowest >= limit) return limit;
  }
  return Math.min(limit, at(cost, (a.length % 3) * width + b.length));
}

function at(costs: Uint16Array, index: number): number {
  return costs[index] as number;
}
