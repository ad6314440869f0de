/** Public keys that are given as text. Nothing secret is taken for one: neither a private key nor a shared secret. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { createLocalJWKSet, errors, type JWK, type JWTVerifyGetKey } from 'jose';
import { misconfigured } from './settings.ts';

/** More are no key set, but an attack or a mistake. */
export const MAX_KEYS = 100;
const MIN_RSA_BITS = 2_048;
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g;

/**
 * Keys in PEM have no name: they are tried for a token whatever name that gives its key. JWKs with a `kid` are only
 * tried for that.
 * @throws CantataError `config_invalid`: no key, not a public one, or a weak one
 */
export function givenKeys(text: string): JWTVerifyGetKey {
  const keys = text.includes('-----BEGIN') ? keysOfPem(text) : keysOfJson(text);
  if (keys.length === 0) throw misconfigured('there is no key in what should be public keys');
  if (keys.length > MAX_KEYS)
    throw misconfigured(`there are ${keys.length} keys, and more than ${MAX_KEYS} are not taken`);
  for (const key of keys) requirePublic(key);
  const all = createLocalJWKSet({ keys: [...keys] });
  const nameless = createLocalJWKSet({ keys: keys.filter(({ kid }) => kid === undefined) });
  return async (header, token) => {
    try {
      return await all(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || header.kid === undefined) throw error;
      return nameless({ alg: header.alg }, token);
    }
  };
}

function keysOfPem(text: string): readonly JWK[] {
  return [...text.matchAll(PEM)].map(([block, kind]) => {
    if (/PRIVATE/.test(kind as string)) throw privateKey();
    return keyOf(() => createPublicKey(block)).export({ format: 'jwk' });
  });
}

function keysOfJson(text: string): readonly JWK[] {
  const read = jsonOf(text);
  const { keys = [read] } = read as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw misconfigured('`keys` of the JWK set is no list');
  return keys as readonly JWK[];
}

function jsonOf(text: string): object {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    // Its words may be those of the text, which may be a secret in the wrong place.
    throw misconfigured('the public keys are neither PEM nor JSON');
  }
  if (typeof read === 'object' && read !== null) return read;
  throw misconfigured('the public keys are neither PEM, nor a JWK, nor a JWK set');
}

function requirePublic(key: JWK): void {
  if (typeof key !== 'object' || key === null) throw misconfigured('a key of the JWK set is no object');
  if (key.kty === 'oct') throw misconfigured('a shared secret stands among the public keys');
  if (key.d !== undefined) throw privateKey();
  const { asymmetricKeyType, asymmetricKeyDetails } = keyOf(() =>
    createPublicKey({ key: key, format: 'jwk' }),
  );
  const bits = asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS;
  if (asymmetricKeyType === 'rsa' && bits < MIN_RSA_BITS)
    throw misconfigured(`an RSA key has ${bits} bits; fewer than ${MIN_RSA_BITS} are not safe`);
}

function keyOf(read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (error) {
    throw misconfigured('a public key cannot be read: it is damaged, or of an unknown kind', error);
  }
}

function privateKey() {
  return misconfigured('a private key stands where a public one must; take it away from this machine');
}
