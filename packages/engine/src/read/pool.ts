/** What is taken of the limits an operator has set, and who waits for room. */
import { type PoolState, poolOf } from '@cantata/core';
import type { Loader } from '../shell/loader.ts';

/** Before anything began under limits there is nothing in its log, and so nothing is taken. O(its log since the last snapshot). */
export async function readPool(loader: Loader): Promise<PoolState> {
  const entity = await loader.load(poolOf());
  return entity?.state as PoolState;
}
