/** This process as an owner of shards, and whether the process of another owner still lives. */
import { hostname, userInfo } from 'node:os';
import type { Clock, Lease, Owner } from '@cantata/core';

export function thisProcess(clock: Clock): Owner {
  return { id: clock.id(), host: hostname(), pid: process.pid };
}

/** Known to be gone: a process of this machine that does not exist. Of other machines only their lease tells. */
export function isDead(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    // EPERM: somebody else's process, but a live one.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

export function isLive(lease: Lease, now: number): boolean {
  return lease.expiresAt > now && !isDead(lease.owner);
}

/** Who gave a command, as it is recorded with the events. */
export function operator(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a user id that has no name.
    return 'cantata';
  }
}
