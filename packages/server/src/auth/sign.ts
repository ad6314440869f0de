/** Makes tokens, for trying and for tests. Who has people to log in has a service that makes them. */
import { SignJWT } from 'jose';
import type { Role } from './principal.ts';
import { type AuthSettings, acceptedAlgorithms, misconfigured } from './settings.ts';

export interface TokenClaims {
  readonly subject: string;
  readonly tenant: string;
  readonly role: Role;
  /** How long it is good, in milliseconds. */
  readonly ttlMs: number;
}

/**
 * One that a server with the same settings believes.
 * @throws CantataError `config_invalid`: these settings have no shared secret, so only the holder of the private key can
 */
export async function signToken(
  settings: AuthSettings,
  { subject, tenant, role, ttlMs }: TokenClaims,
  now: number = Date.now(),
): Promise<string> {
  const { keys, tenantClaim = 'tenant', rolesClaim = 'roles', issuer, audience } = settings;
  const [alg] = acceptedAlgorithms(settings);
  if (keys.kind !== 'secret' || alg === undefined)
    throw misconfigured(
      'tokens are made with a shared secret, and there is none; whoever holds the private key makes them',
    );
  const seconds = Math.floor(now / 1_000);
  const jwt = new SignJWT({ [tenantClaim]: tenant, [rolesClaim]: [role] })
    .setProtectedHeader({ alg, typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + Math.ceil(ttlMs / 1_000));
  if (issuer !== undefined) jwt.setIssuer(issuer);
  if (audience !== undefined) jwt.setAudience([audience].flat());
  return jwt.sign(new TextEncoder().encode(keys.secret));
}
