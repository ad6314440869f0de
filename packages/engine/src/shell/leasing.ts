/** Becomes the owner of the shards, stays it, and notices when it no longer is. */
import type { Clock, LeaseStore, Owner } from '@cantata/core';
import type { Log } from '../log.ts';
import type { Ownership } from './ownership.ts';

export interface LeasingParts {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: Owner;
  readonly ownership: Ownership;
  readonly leaseMs: number;
  /** Whether the process of an owner is known to be gone, so that its lease need not run out. */
  readonly isDead: (owner: Owner) => boolean;
  readonly onOwned: () => void;
  readonly onLost: () => void;
}

export class Leasing {
  readonly #parts: LeasingParts;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(parts: LeasingParts) {
    this.#parts = parts;
  }

  /** Tries to become the owner now; keeps trying, or keeps the lease, until stopped. */
  async start(): Promise<void> {
    await this.#tick();
  }

  async stop(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    if (this.#parts.ownership.size === 0) return;
    this.#parts.ownership.clear();
    await this.#parts.leases.release(this.#parts.owner.id);
  }

  /** Asks how far the shards are, and whether they are still ours. Throws when the store cannot say. */
  async resync(): Promise<boolean> {
    const { leases, owner, clock, leaseMs, ownership } = this.#parts;
    if (ownership.size === 0) return false;
    const epochs = new Map(ownership.shards.map((shard) => [shard, ownership.epochOf(shard)]));
    const claims = await leases.claim(owner, clock.now(), leaseMs);
    // Shards that changed hands in between are not ours, even if they are free again.
    const isSame =
      claims.length === epochs.size && claims.every(({ shard, epoch }) => epochs.get(shard) === epoch);
    if (isSame) ownership.adopt(claims);
    return isSame;
  }

  /** The store refused an epoch: whoever has it now, it is not us. */
  lost(): void {
    if (this.#parts.ownership.size === 0) return;
    this.#parts.ownership.clear();
    this.#parts.log('error', 'another engine took over the shards of this one');
    this.#parts.onLost();
  }

  async #tick(): Promise<void> {
    try {
      await (this.#parts.ownership.size === 0 ? this.#claim() : this.#renew());
    } catch (error) {
      this.#parts.log('warn', 'the lease could not be claimed or renewed', { message: String(error) });
    }
    if (this.#closed) return;
    const { clock, leaseMs, ownership } = this.#parts;
    const wait = ownership.size === 0 ? Math.min(250, leaseMs / 3) : leaseMs / 3;
    this.#cancel = clock.at(clock.now() + wait, () => void this.#tick());
  }

  async #claim(): Promise<void> {
    const { leases, clock, owner, leaseMs, ownership, isDead } = this.#parts;
    const holders = await leases.holders();
    const blocked = holders.some(
      (held) => held.owner.id !== owner.id && held.expiresAt > clock.now() && !isDead(held.owner),
    );
    // All shards or none: an embedded engine shares its file with nobody.
    if (blocked || this.#closed) return;
    const dead = holders.map((held) => held.owner).filter((other) => other.id !== owner.id && isDead(other));
    const claims = await leases.claim(
      owner,
      clock.now(),
      leaseMs,
      dead.map((other) => other.id),
    );
    ownership.adopt(claims);
    if (ownership.size > 0) this.#parts.onOwned();
  }

  async #renew(): Promise<void> {
    const { leases, owner, clock, leaseMs } = this.#parts;
    if (!(await leases.renew(owner.id, clock.now(), leaseMs)) && !this.#closed) this.lost();
  }
}
