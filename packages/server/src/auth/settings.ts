/** By which rules tokens are believed. What does not fit together is refused when the server starts, not at the first token. */
import { CantataError } from '@cantata/core';

/** Signatures that are known (RFC 7518, RFC 8037, RFC 9864). `none` is not among them, and never will be. */
const SHARED_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;
const PUBLIC_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
export const ALGORITHMS = [...SHARED_ALGORITHMS, ...PUBLIC_ALGORITHMS] as const;

export type SharedAlgorithm = (typeof SHARED_ALGORITHMS)[number];
export type Algorithm = (typeof ALGORITHMS)[number];

/** Where the keys are from by which signatures are checked. One of them: a token cannot choose. */
export type Keys =
  /** Shared with whoever makes the tokens: for HS256, HS384 and HS512. */
  | { readonly kind: 'secret'; readonly secret: string }
  /** Public keys or certificates in PEM, one JWK, or a JWK set. */
  | { readonly kind: 'public'; readonly text: string }
  /** A JWK set at a URL of http or https, fetched and fetched again (`fetched-keys.ts`). */
  | { readonly kind: 'url'; readonly url: string };

export interface AuthSettings {
  readonly keys: Keys;
  /** Those that are accepted. Default: all that fit the kind of key; with a secret those that it is long enough for. */
  readonly algorithms?: readonly string[];
  /** `iss` must be this. Default: it is not looked at. */
  readonly issuer?: string;
  /** `aud` must be, or have, one of these. Default: it is not looked at. */
  readonly audience?: string | readonly string[];
  /** By how much clocks may differ, in milliseconds. Default: 30 s. */
  readonly clockToleranceMs?: number;
  /** Which claim names the tenant; `a.b` is `b` inside `a`. Default: `tenant`. */
  readonly tenantClaim?: string;
  /** The tenant of tokens that name none. Default: they are refused. */
  readonly defaultTenant?: string;
  /** Which claim names the roles; `a.b` is `b` inside `a`. Default: `roles`, `role` and `scope`. */
  readonly rolesClaim?: string;
}

export const DEFAULT_CLOCK_TOLERANCE_MS = 30_000;

/** Bytes that a shared secret must have: as many as the hash (RFC 7518, section 3.2). */
const SECRET_BYTES: Readonly<Record<SharedAlgorithm, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/**
 * Those that are accepted. A public key never checks an HS signature: everybody could make one with it.
 * @throws CantataError `config_invalid`
 */
export function acceptedAlgorithms({ keys, algorithms }: AuthSettings): readonly Algorithm[] {
  const asked = algorithms?.map((name) => known(name));
  if (asked?.length === 0) throw misconfigured('no algorithm is accepted at all');
  if (keys.kind !== 'secret') {
    const shared = asked?.find((name) => isShared(name));
    if (shared === undefined) return asked ?? PUBLIC_ALGORITHMS;
    throw misconfigured(`${shared} needs a shared secret, and a public key is no secret`);
  }
  const bytes = Buffer.byteLength(keys.secret);
  const [shortest, ...others] = SHARED_ALGORITHMS.filter((name) => bytes >= SECRET_BYTES[name]);
  if (shortest === undefined) throw tooShort(bytes, 'HS256');
  for (const name of asked ?? []) {
    if (!isShared(name)) throw misconfigured(`${name} needs a public key, and there is only a shared secret`);
    if (bytes < SECRET_BYTES[name]) throw tooShort(bytes, name);
  }
  return asked ?? [shortest, ...others];
}

function known(name: string): Algorithm {
  const found = ALGORITHMS.find((algorithm) => algorithm === name);
  if (found !== undefined) return found;
  throw misconfigured(`there is no algorithm ${JSON.stringify(name)}; there are ${ALGORITHMS.join(', ')}`);
}

function isShared(name: Algorithm): name is SharedAlgorithm {
  return SHARED_ALGORITHMS.some((shared) => shared === name);
}

function tooShort(bytes: number, name: SharedAlgorithm): CantataError {
  return misconfigured(
    `the shared secret is ${bytes} bytes long, and ${name} needs ${SECRET_BYTES[name]}; \`openssl rand -base64 48\` makes a good one`,
  );
}

export function misconfigured(message: string, cause?: unknown): CantataError {
  return new CantataError('config_invalid', message, { cause });
}
