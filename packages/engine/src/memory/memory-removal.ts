/** An execution is removed from plain maps (S9). Its events keep their places in their shard. */
import type { Removal } from '@cantata/core';
import type { MemoryData } from './memory-data.ts';

export function removeFrom(data: MemoryData, removal: Removal): boolean {
  const { executionId: id, sequence, at, by, reason } = removal;
  const row = data.executions.get(id);
  if (row === undefined || row.sequence !== sequence) return false;
  const { workflowId, tenant, name, version, digest, status, startedAt, completedAt } = row;
  const was = { workflowId, tenant, name, version, digest, status, startedAt, completedAt };
  const offsets = data.offsets.get(id) ?? [];
  data.removals.push({ executionId: id, sequence, at, by, reason, ...was, offset: offsets.at(-1) ?? 0 });
  for (const [n, event] of (data.entities.get(id) ?? []).entries()) {
    data.outcomes.delete(event.causation);
    data.consumed.set(event.causation, undefined);
    const events = data.shards[event.shard]?.events ?? [];
    const empty = { causation: '', actor: '', traceparent: null, data: '' };
    const left = { ...event, ...empty, entity: '', type: 'removed' };
    events[event.position - 1] = left;
    data.feed[(offsets[n] ?? 0) - 1] = left;
  }
  for (const message of [...data.inbox.values()]) {
    if (message.entity !== id) continue;
    data.inbox.delete(message.id);
    data.consumed.set(message.id, undefined);
  }
  for (const [blob, { holders }] of [...data.blobs]) {
    if (holders.delete(id) && holders.size === 0) data.blobs.delete(blob);
  }
  data.executions.delete(id);
  data.entities.delete(id);
  data.offsets.delete(id);
  data.snapshots.delete(id);
  data.wakeups.delete(id);
  return true;
}
