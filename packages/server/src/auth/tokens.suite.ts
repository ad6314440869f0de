/** Tokens for tests, signed by real keys. */
import { type CryptoKey, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';

export const SECRET = 'a secret of the tests, long enough for each of the three: 64 bytes or more';

export const CLAIMS = { sub: 'ada', tenant: 'acme', roles: ['operator'] } as const;

export interface TokenOptions {
  readonly alg: string;
  readonly kid?: string;
  /** Instead of the usual ones; undefined leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Partial<JWTHeaderParameters>;
}

/** Good for an hour unless its claims say otherwise. */
export function token(
  key: CryptoKey | Uint8Array,
  { alg, kid, claims = {}, header = {} }: TokenOptions,
): Promise<string> {
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  return new SignJWT({ ...CLAIMS, exp, ...claims })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }), ...header })
    .sign(key);
}

export function secretToken(claims: Readonly<Record<string, unknown>> = {}, alg = 'HS256'): Promise<string> {
  return token(new TextEncoder().encode(SECRET), { alg, claims });
}

export interface Pair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export function pair(alg: string): Promise<Pair> {
  return generateKeyPair(alg, { extractable: true });
}
