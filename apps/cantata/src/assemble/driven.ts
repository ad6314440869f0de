/** Whether anybody drives an open execution: one row and one event, not its whole log. */
import { type ExecutionRow, hasEnded, type Instant, type Lease, type Store } from '@cantata/core';
import { isLive } from './owner.ts';

export async function liveHolders(store: Store, now: Instant): Promise<readonly Lease[]> {
  return (await store.leases.holders()).filter((lease) => isLive(lease, now));
}

/**
 * An engine drives what it touched since it started, and what sleeps; what another one left open waits to be resumed. A
 * paused or ended execution needs nobody.
 */
export async function isDriven(row: ExecutionRow, holders: readonly Lease[], store: Store): Promise<boolean> {
  if (hasEnded(row) || row.status === 'paused' || row.parked) return true;
  if (holders.length === 0) return false;
  if (row.asleep) return true;
  const [last] = await store.log.readEntity(row.executionId, row.sequence - 1, 1);
  return holders.some(({ owner }) => startOf(owner.id) <= (last?.at ?? row.startedAt));
}

/** The time in a UUIDv7: an owner's id says when its process started. */
function startOf(ownerId: string): Instant {
  return Number.parseInt(ownerId.replaceAll('-', '').slice(0, 12), 16);
}
