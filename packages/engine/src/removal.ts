/** What is over is removed on request. */
import { CantataError, type Clock, hasEnded, type Store } from '@cantata/core';

export interface RemovalRequest {
  readonly executionId: string;
  readonly by: string;
  readonly reason: string | undefined;
  /** Of somebody who may repeat it: it is done where the execution is removed. */
  readonly requestId: string | undefined;
}

interface RemovalParts {
  readonly store: Store;
  readonly clock: Clock;
}

/** @throws CantataError `execution_not_found`, `still_open`. */
export async function remove(
  { store, clock }: RemovalParts,
  { executionId, by, reason, requestId }: RemovalRequest,
): Promise<void> {
  const row = await store.executions.get(executionId);
  if (row !== undefined && hasEnded(row)) {
    const { sequence } = row;
    const removal = { executionId, sequence, at: clock.now(), by, reason: reason ?? null };
    if (await store.executions.remove(removal)) return;
  }
  if (requestId !== undefined && (await wasRemoved(store, executionId))) return;
  if (row === undefined)
    throw new CantataError('execution_not_found', `there is no execution ${executionId}`);
  const message = `execution ${executionId} ${hasEnded(row) ? 'goes on' : `is ${row.status}`}; only what has ended is deleted`;
  throw new CantataError('still_open', message);
}

export async function wasRemoved({ executions }: Store, executionId: string): Promise<boolean> {
  return (await executions.removals({ executionId, limit: 1 })).length > 0;
}
