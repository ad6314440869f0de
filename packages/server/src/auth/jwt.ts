/**
 * JSON Web Tokens (RFC 7519) as RFC 8725 says they are to be checked. The operator says which keys and algorithms there
 * are; a token never does. Every token must expire.
 */
import { type Log, SILENT } from '@cantata/engine';
import { errors, type JWTVerifyGetKey, type JWTVerifyOptions, type JWTVerifyResult, jwtVerify } from 'jose';
import { principalOfClaims, requireTenant } from './claims.ts';
import { fetchedKeys } from './fetched-keys.ts';
import { givenKeys } from './given-keys.ts';
import type { Authenticator } from './principal.ts';
import { refusalOf, unauthenticated } from './refusal.ts';
import { type AuthSettings, acceptedAlgorithms, DEFAULT_CLOCK_TOLERANCE_MS, type Keys } from './settings.ts';

/** Longer ones do not fit into a header everywhere, and cost work before anything is known of who sends them. */
const MAX_TOKEN_LENGTH = 8_192;

export interface AuthenticatorParts {
  /** Where the operator reads that keys cannot be fetched. Default: nowhere. */
  readonly log?: Log;
  /** Milliseconds since the epoch. Default: the machine's clock. */
  readonly now?: () => number;
}

/** @throws CantataError `config_invalid`: keys that are none, or do not fit the algorithms. */
export function createAuthenticator(
  settings: AuthSettings,
  { log = SILENT, now = Date.now }: AuthenticatorParts = {},
): Authenticator {
  const { issuer, audience, clockToleranceMs = DEFAULT_CLOCK_TOLERANCE_MS, defaultTenant } = settings;
  if (defaultTenant !== undefined) requireTenant(defaultTenant);
  const options: JWTVerifyOptions = {
    algorithms: [...acceptedAlgorithms(settings)],
    requiredClaims: ['exp', 'sub'],
    clockTolerance: clockToleranceMs / 1_000,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience: [audience].flat() }),
  };
  const keys = findKeys(settings.keys, { log, now });
  return {
    isOpen: false,
    async authenticate(token) {
      if (token === undefined) throw unauthenticated('this needs a token, and the request has none');
      if (token.length > MAX_TOKEN_LENGTH)
        throw unauthenticated(`the token is longer than ${MAX_TOKEN_LENGTH} characters`);
      const { payload } = await verify(token, keys, { ...options, currentDate: new Date(now()) }).catch(
        (error: unknown) => {
          throw refusalOf(error);
        },
      );
      return principalOfClaims(payload, settings);
    },
  };
}

function findKeys(keys: Keys, parts: Required<AuthenticatorParts>): JWTVerifyGetKey {
  switch (keys.kind) {
    case 'secret': {
      const secret = new TextEncoder().encode(keys.secret);
      return () => secret;
    }
    case 'public':
      return givenKeys(keys.text);
    case 'url':
      return fetchedKeys(keys.url, parts);
  }
}

async function verify(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return refuseExtensions(await jwtVerify(token, keys, options));
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    return verifyByAny(token, error, options);
  }
}

/** Where a token does not name its key, each that fits is tried. There are few (`MAX_KEYS`). */
async function verifyByAny(
  token: string,
  candidates: errors.JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  for await (const key of candidates) {
    try {
      return refuseExtensions(await jwtVerify(token, key, options));
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** What a header calls critical must be understood, and nothing is. */
function refuseExtensions(verified: JWTVerifyResult): JWTVerifyResult {
  if (verified.protectedHeader.crit === undefined) return verified;
  throw unauthenticated('the token needs extensions that are not understood here');
}
