/** People mistype. */

/** The word that is one letter away from `word`, or two for a long one, and begins like it; undefined if none is. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const allowed = word.length >= 10 ? 2 : word.length >= 6 ? 1 : 0;
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const other of known) {
    if (other[0] !== word[0] || Math.abs(other.length - word.length) > allowed) continue;
    const distance = editDistance(word, other);
    if (distance <= allowed && distance < (best?.distance ?? Infinity)) best = { word: other, distance };
  }
  return best?.word;
}

/** Letters to insert, delete, replace or swap with the next (Damerau 1964). O(length of a x length of b). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, n) => n)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      rows[i]?.push(
        Math.min(
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
