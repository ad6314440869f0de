/** Heights of the vertices of a column: each as near as can be to where it would like to stand, in order, apart. */

/**
 * The centres that lie nearest to `wanted` by least squares while each stays at least `apart[i]` behind the one before
 * it (`apart[0]` does not matter): isotonic regression by pooling adjacent violators (Barlow and others 1972). O(n).
 */
export function settle(wanted: readonly number[], apart: readonly number[]): readonly number[] {
  const offsets: number[] = [];
  const pools: { sum: number; size: number }[] = [];
  let offset = 0;
  for (const [i, want] of wanted.entries()) {
    if (i > 0) offset += apart[i] as number;
    offsets.push(offset);
    let pool = { sum: want - offset, size: 1 };
    for (
      let last = pools.at(-1);
      last !== undefined && last.sum / last.size > pool.sum / pool.size;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, size: pool.size + last.size };
    }
    pools.push(pool);
  }
  return pools
    .flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size))
    .map((place, i) => place + (offsets[i] as number));
}
