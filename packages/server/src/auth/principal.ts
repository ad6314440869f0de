/** Who is calling, and what they may do. */
import { DEFAULT_TENANT } from '@cantata/core';

/** In this order: each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'author', 'admin'] as const;

/**
 * `viewer` reads; `operator` starts executions and acts on them; `author` also registers workflows, patterns and schedules;
 * `admin` also deletes.
 */
export type Role = (typeof ROLES)[number];

export interface Principal {
  /** By which the log names them. */
  readonly subject: string;
  /** Everything they read and do is of this tenant. */
  readonly tenant: string;
  readonly role: Role;
  /** Until when that is so, in milliseconds since the epoch; a stream ends then, too. Absent: for ever. */
  readonly expiresAt?: number;
}

export interface Authenticator {
  /** Whether nobody is asked for a token: then the server answers this machine alone. */
  readonly isOpen: boolean;
  /** @throws CantataError `unauthenticated`, `forbidden`, `keys_unavailable`. None of them holds anything of the token. */
  authenticate(token: string | undefined): Promise<Principal>;
}

/** Everybody who reaches it is this person. */
export function openAccess(subject = 'local'): Authenticator {
  const principal: Principal = { subject, tenant: DEFAULT_TENANT, role: 'admin' };
  return { isOpen: true, authenticate: () => Promise.resolve(principal) };
}

export function mayAct(principal: Principal, needed: Role): boolean {
  return ROLES.indexOf(principal.role) >= ROLES.indexOf(needed);
}
