/** S5 on plain maps: one live owner a shard; the epoch grows whenever the owner changes and is never taken back. */
import type { LeaseStore } from '@cantata/core';
import type { MemoryData } from './memory-data.ts';

export function memoryLeases({ owners, shards }: MemoryData): LeaseStore {
  const shardsOf = (ownerId: string): number => {
    let count = 0;
    for (const { owner } of shards) if (owner === ownerId) count += 1;
    return count;
  };
  /** An owner without shards is nobody. */
  const forgetIdle = (): void => {
    for (const id of [...owners.keys()]) if (shardsOf(id) === 0) owners.delete(id);
  };

  return {
    async claim(owner, now, leaseMs, dead = []) {
      const free = (id: string | undefined): boolean => {
        const lease = id === undefined ? undefined : owners.get(id);
        return id === undefined || lease === undefined || lease.expiresAt <= now || dead.includes(id);
      };
      for (const shard of shards) {
        if (shard.owner === owner.id || !free(shard.owner)) continue;
        shard.owner = owner.id;
        shard.epoch += 1;
      }
      owners.set(owner.id, { owner: { ...owner }, expiresAt: now + leaseMs });
      forgetIdle();
      return shards.flatMap(({ epoch, owner: holder, events }, shard) =>
        holder === owner.id ? [{ shard, epoch, position: events.length }] : [],
      );
    },
    async renew(ownerId, now, leaseMs) {
      const lease = owners.get(ownerId);
      if (lease === undefined) return false;
      lease.expiresAt = now + leaseMs;
      return true;
    },
    async release(ownerId) {
      for (const shard of shards) if (shard.owner === ownerId) shard.owner = undefined;
      forgetIdle();
    },
    async holders() {
      return Array.from(owners.values(), ({ owner, expiresAt }) => ({
        owner: { ...owner },
        expiresAt,
        shards: shardsOf(owner.id),
      }));
    },
  };
}
