/** What a token that is believed says of who holds it. */
import { CantataError } from '@cantata/core';
import type { JWTPayload } from 'jose';
import { type Principal, ROLES, type Role } from './principal.ts';
import { unauthenticated } from './refusal.ts';
import { type AuthSettings, misconfigured } from './settings.ts';

/** In this order; all of them count. `scope` is what OAuth has: names with blanks between. */
const ROLE_CLAIMS = ['roles', 'role', 'scope'] as const;
/** In scopes a role may stand under the name of this system: `cantata:operator`. */
const PREFIX = /^cantata:/;
const TENANT = /^[A-Za-z0-9._-]{1,64}$/;
/** It is recorded with what they do, and printed: no control characters, nothing invisible. */
const SUBJECT = /^\P{C}{1,256}$/u;

/** @throws CantataError `config_invalid` */
export function requireTenant(tenant: string): void {
  if (!TENANT.test(tenant))
    throw misconfigured(`${JSON.stringify(tenant)} is no name of a tenant: ${ALLOWED}`);
}

const ALLOWED = 'letters, digits, dots, dashes and underscores, at most 64';

/** @throws CantataError `unauthenticated`: nobody is named. `forbidden`: somebody without a tenant or a role. */
export function principalOfClaims(claims: JWTPayload, settings: AuthSettings): Principal {
  const { sub, exp } = claims;
  if (typeof sub !== 'string' || !SUBJECT.test(sub))
    throw unauthenticated(
      'the claim `sub` of the token does not name anybody in at most 256 visible characters',
    );
  return {
    subject: sub,
    tenant: tenantOf(claims, settings),
    role: roleOf(claims, settings),
    ...(exp === undefined ? {} : { expiresAt: exp * 1_000 }),
  };
}

function tenantOf(claims: JWTPayload, { tenantClaim = 'tenant', defaultTenant }: AuthSettings): string {
  const claim = claimAt(claims, tenantClaim);
  const named = claim === undefined ? defaultTenant : claim;
  if (typeof named === 'string' && TENANT.test(named)) return named;
  const what = named === undefined ? 'names no tenant' : 'names a tenant that is no name';
  throw new CantataError('forbidden', `the token ${what} in its claim \`${tenantClaim}\`: ${ALLOWED}`);
}

/** The highest that is known. */
function roleOf(claims: JWTPayload, { rolesClaim }: AuthSettings): Role {
  const looked = rolesClaim === undefined ? ROLE_CLAIMS : [rolesClaim];
  const names = new Set(looked.flatMap((claim) => namesIn(claimAt(claims, claim))));
  const role = ROLES.findLast((known) => names.has(known));
  if (role !== undefined) return role;
  const where = looked.map((claim) => `\`${claim}\``).join(', ');
  throw new CantataError(
    'forbidden',
    `the token has none of the roles ${ROLES.join(', ')}; looked for in ${where}`,
  );
}

function namesIn(value: unknown): readonly string[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  return given
    .filter((name) => typeof name === 'string')
    .flatMap((name) => name.split(' '))
    .map((name) => name.replace(PREFIX, ''));
}

/** A claim by its whole name (names may be URLs, with dots), else by its way into objects. */
function claimAt(claims: JWTPayload, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path
    .split('.')
    .reduce<unknown>(
      (at, name) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, name)
          ? (at as Readonly<Record<string, unknown>>)[name]
          : undefined,
      claims,
    );
}
