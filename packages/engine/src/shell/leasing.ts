/** Becomes the owner of the shards, stays it, and notices when it no longer is. */
import type { Clock, LeaseStore, Owner } from '@cantata/core';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Ownership } from './ownership.ts';

/** How often an engine that owns nothing looks whether it may. */
const LOOK_MS = 250;

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
  #ticking: Promise<void> = Promise.resolve();

  constructor(parts: LeasingParts) {
    this.#parts = parts;
  }

  /** Tries to become the owner now; keeps trying, or keeps the lease, until stopped. */
  start(): Promise<void> {
    this.#ticking = this.#tick();
    return this.#ticking;
  }

  /** Gives the shards back. Where the store does not take that, the lease runs out. */
  async stop(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    // A claim on its way must not come true after the end.
    await this.#ticking;
    const { ownership, leases, owner, log } = this.#parts;
    if (ownership.size === 0) return;
    ownership.clear();
    try {
      await leases.release(owner.id);
    } catch (error) {
      log('warn', 'the shards could not be given back; the lease runs out', { message: messageOf(error) });
    }
  }

  /** The store refused an epoch: whoever has it now, it is not us. */
  lost(): void {
    if (this.#parts.ownership.size === 0) return;
    this.#parts.ownership.clear();
    this.#parts.log('error', 'another engine took over the shards of this one');
    this.#parts.onLost();
    this.#schedule();
  }

  async #tick(): Promise<void> {
    const { ownership, log } = this.#parts;
    try {
      await (ownership.size === 0 ? this.#claim() : this.#renew());
    } catch (error) {
      log('warn', 'the lease could not be claimed or renewed', { message: messageOf(error) });
    }
    this.#schedule();
  }

  #schedule(): void {
    this.#cancel?.();
    if (this.#closed) return;
    const { clock, leaseMs, ownership } = this.#parts;
    const third = Math.floor(leaseMs / 3);
    const wait = ownership.size === 0 ? Math.min(LOOK_MS, third) : third;
    this.#cancel = clock.at(clock.now() + wait, () => void this.start());
  }

  async #claim(): Promise<void> {
    const { leases, clock, owner, leaseMs, ownership, isDead } = this.#parts;
    const others = (await leases.holders()).filter((held) => held.owner.id !== owner.id);
    const blocked = others.some((held) => held.expiresAt > clock.now() && !isDead(held.owner));
    // All shards or none: an embedded engine shares its file with nobody.
    if (blocked || this.#closed) return;
    const dead = others.flatMap((held) => (isDead(held.owner) ? [held.owner.id] : []));
    ownership.adopt(await leases.claim(owner, clock.now(), leaseMs, dead));
    if (ownership.size > 0 && !this.#closed) this.#parts.onOwned();
  }

  async #renew(): Promise<void> {
    const { leases, owner, clock, leaseMs, ownership } = this.#parts;
    const { term } = ownership;
    const isHeld = await leases.renew(owner.id, clock.now(), leaseMs);
    // A late answer speaks of the term it was asked in: the shards may have been lost and taken again meanwhile.
    if (!isHeld && ownership.term === term && !this.#closed) this.lost();
  }
}
