import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair } from 'jose';
import { expect, test } from 'vitest';
import { createAuthenticator } from './jwt.ts';
import type { Principal } from './principal.ts';
import type { AuthSettings } from './settings.ts';
import { pair, SECRET, secretToken, token } from './tokens.suite.ts';

const BY_SECRET: AuthSettings = { keys: { kind: 'secret', secret: SECRET } };
const ADA = { subject: 'ada', tenant: 'acme', role: 'operator' };

function authenticate(settings: AuthSettings, text: string | undefined): Promise<Principal> {
  return createAuthenticator(settings).authenticate(text);
}

async function refusal(settings: AuthSettings, text: string | undefined): Promise<string> {
  const error = await authenticate(settings, text).then(
    () => undefined,
    (thrown: unknown) => thrown as { readonly code: string; readonly message: string },
  );
  expect(error?.code).toBe('unauthenticated');
  // Whatever went wrong, nobody reads a token in an answer or a log.
  for (const part of text?.split('.') ?? []) if (part.length > 3) expect(error?.message).not.toContain(part);
  return error?.message ?? '';
}

test.each(['HS256', 'HS384', 'HS512'])('%s: a token made with the secret is believed', async (alg) => {
  expect(await authenticate(BY_SECRET, await secretToken({}, alg))).toMatchObject(ADA);
});

test.each([
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
])(
  '%s: a token made with the private key is believed, whether the public one is PEM, JWK or a set',
  async (alg) => {
    const { privateKey, publicKey } = await pair(alg);
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one' };
    const others = { ...(await exportJWK((await pair(alg)).publicKey)), kid: 'two' };
    const named = await token(privateKey, { alg, kid: 'one' });
    for (const text of [
      await exportSPKI(publicKey),
      JSON.stringify(jwk),
      JSON.stringify({ keys: [others, jwk] }),
    ]) {
      expect(await authenticate({ keys: { kind: 'public', text } }, named)).toMatchObject(ADA);
    }
    const stranger = await token((await pair(alg)).privateKey, { alg, kid: 'one' });
    const settings: AuthSettings = { keys: { kind: 'public', text: JSON.stringify(jwk) } };
    expect(await refusal(settings, stranger)).toBe(
      'the signature of the token is not by the key it should be by',
    );
  },
);

test('a token that names no key is tried with each that fits', async () => {
  const [first, second, third] = await Promise.all([pair('ES256'), pair('ES256'), pair('ES256')]);
  const text = (await exportSPKI(first.publicKey)) + (await exportSPKI(second.publicKey));
  const settings: AuthSettings = { keys: { kind: 'public', text } };
  const made = (by: typeof first, claims = {}): Promise<string> =>
    token(by.privateKey, { alg: 'ES256', claims });
  expect(await authenticate(settings, await made(second))).toMatchObject(ADA);
  expect(await refusal(settings, await made(second, { exp: 1 }))).toBe('the token has expired');
  expect(await refusal(settings, await made(third))).toMatch(/^the signature/);
});

test('no token, none that is one, and one that is endless are told apart', async () => {
  expect(await refusal(BY_SECRET, undefined)).toBe('this needs a token, and the request has none');
  expect(await refusal(BY_SECRET, 'x')).toMatch(/^the token is no JWT/);
  expect(await refusal(BY_SECRET, 'a.b.c')).toMatch(/^the token is no JWT/);
  expect(await refusal(BY_SECRET, 'a'.repeat(8_193))).toBe('the token is longer than 8192 characters');
});

const now = Math.floor(Date.now() / 1_000);

test.each([
  ['expired', { exp: now - 60 }, 'the token has expired'],
  ['not yet valid', { nbf: now + 60 }, 'the token is not valid yet'],
  ['for ever', { exp: undefined }, 'the token lacks the claim `exp`'],
  ['of nobody', { sub: undefined }, 'the token lacks the claim `sub`'],
  [
    'of a wrong issuer',
    { iss: 'https://evil' },
    'the claim `iss` of the token is not what is asked for here',
  ],
  ['of no issuer', { iss: undefined }, 'the token lacks the claim `iss`'],
  ['for others', { aud: ['billing'] }, 'the claim `aud` of the token is not what is asked for here'],
  ['with a time that is none', { exp: 'soon' }, 'the claim `exp` of the token is not what is asked for here'],
])('a token that is %s is refused', async (_what, claims, message) => {
  const settings = { ...BY_SECRET, issuer: 'https://issuer', audience: ['cantata', 'other'] };
  const right = { iss: 'https://issuer', aud: 'cantata' };
  expect(await authenticate(settings, await secretToken(right))).toMatchObject(ADA);
  expect(await refusal(settings, await secretToken({ ...right, ...claims }))).toBe(message);
});

test('clocks may differ by the tolerance and no more', async () => {
  const late = await secretToken({ exp: now - 5 });
  expect(await authenticate(BY_SECRET, late)).toMatchObject(ADA);
  expect(await refusal({ ...BY_SECRET, clockToleranceMs: 1_000 }, late)).toBe('the token has expired');
});

test('a token that was changed is refused', async () => {
  const [header, , signature] = (await secretToken()).split('.');
  const [, payload] = (await secretToken({ roles: ['admin'] })).split('.');
  expect(await refusal(BY_SECRET, [header, payload, signature].join('.'))).toMatch(/^the signature/);
});

test('a token says of no signature that it needs none', async () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = part({ sub: 'ada', tenant: 'acme', roles: ['admin'], exp: now + 60 });
  for (const alg of ['none', 'None', 'NONE', '', 'HS256']) {
    expect(await refusal(BY_SECRET, `${part({ alg })}.${payload}.`)).toMatch(/^the (token|signature)/);
  }
});

test('a public key is never taken for a secret', async () => {
  const { publicKey } = await pair('RS256');
  const pem = await exportSPKI(publicKey);
  const settings: AuthSettings = { keys: { kind: 'public', text: pem } };
  const forged = await token(new TextEncoder().encode(pem), { alg: 'HS256', claims: { roles: ['admin'] } });
  expect(await refusal(settings, forged)).toBe(
    'the token is signed by an algorithm that is not accepted here',
  );
});

test('only the algorithms of the list are accepted', async () => {
  const settings = { ...BY_SECRET, algorithms: ['HS512'] };
  expect(await authenticate(settings, await secretToken({}, 'HS512'))).toMatchObject(ADA);
  expect(await refusal(settings, await secretToken({}, 'HS256'))).toBe(
    'the token is signed by an algorithm that is not accepted here',
  );
});

test('the key of another algorithm, and keys that a token brings along, are of no use', async () => {
  const [rsa, ec] = await Promise.all([pair('RS256'), pair('ES256')]);
  const settings: AuthSettings = { keys: { kind: 'public', text: await exportSPKI(rsa.publicKey) } };
  const header = { jwk: await exportJWK(ec.publicKey), jku: 'https://evil/keys', x5u: 'https://evil/cert' };
  const brought = await token(ec.privateKey, { alg: 'ES256', header });
  expect(await refusal(settings, brought)).toBe('the token is signed by a key that is not known here');
});

test('what a header calls critical is refused', async () => {
  expect(
    await refusal(
      BY_SECRET,
      await token(new TextEncoder().encode(SECRET), { alg: 'HS256', header: { crit: ['b64'], b64: true } }),
    ),
  ).toBe('the token needs extensions that are not understood here');
});

test('a token tells until when it is good', async () => {
  expect(await authenticate(BY_SECRET, await secretToken({ exp: now + 60 }))).toMatchObject({
    expiresAt: (now + 60) * 1_000,
  });
});

test.each<[AuthSettings, string | RegExp]>([
  [{ keys: { kind: 'secret', secret: 'hunter2' } }, /^the shared secret is 7 bytes long, and HS256 needs 32/],
  [
    { keys: { kind: 'secret', secret: 's'.repeat(40) }, algorithms: ['HS512'] },
    /^the shared secret is 40 bytes long, and HS512 needs 64/,
  ],
  [{ ...BY_SECRET, algorithms: ['none'] }, /^there is no algorithm "none"/],
  [{ ...BY_SECRET, algorithms: [] }, 'no algorithm is accepted at all'],
  [{ ...BY_SECRET, algorithms: ['RS256'] }, 'RS256 needs a public key, and there is only a shared secret'],
  [
    { keys: { kind: 'public', text: '{}' }, algorithms: ['HS256'] },
    'HS256 needs a shared secret, and a public key is no secret',
  ],
  [{ ...BY_SECRET, defaultTenant: 'a/b' }, /^"a\/b" is no name of a tenant/],
  [{ keys: { kind: 'public', text: 'hunter2' } }, 'the public keys are neither PEM nor JSON'],
  [{ keys: { kind: 'public', text: '1' } }, 'the public keys are neither PEM, nor a JWK, nor a JWK set'],
  [{ keys: { kind: 'public', text: '{"keys":1}' } }, '`keys` of the JWK set is no list'],
  [{ keys: { kind: 'public', text: '{"keys":[]}' } }, 'there is no key in what should be public keys'],
  [{ keys: { kind: 'public', text: '{"keys":[null]}' } }, 'a key of the JWK set is no object'],
  [{ keys: { kind: 'public', text: '{"kty":"RSA"}' } }, /^a public key cannot be read/],
  [
    { keys: { kind: 'public', text: '{"kty":"oct","k":"aaaa"}' } },
    'a shared secret stands among the public keys',
  ],
  [
    { keys: { kind: 'public', text: JSON.stringify({ keys: Array.from({ length: 101 }, () => ({})) }) } },
    /^there are 101 keys/,
  ],
  [
    { keys: { kind: 'url', url: 'file:///etc/passwd' } },
    'the address of the keys is no URL of http or https',
  ],
  [{ keys: { kind: 'url', url: 'nonsense' } }, 'the address of the keys is no URL of http or https'],
  [{ keys: { kind: 'url', url: 'https://a:b@c/' } }, /has a password in it/],
])('settings that cannot be right are refused at once: %#', (settings, message) => {
  expect(() => createAuthenticator(settings)).toThrow(
    expect.objectContaining({
      code: 'config_invalid',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    }) as Error,
  );
});

test('private and weak keys are refused as public ones', async () => {
  const { privateKey } = await pair('ES256');
  const weak = await generateKeyPair('RS256', { modulusLength: 2_048, extractable: true });
  const short = { ...(await exportJWK(weak.publicKey)), n: Buffer.alloc(128, 0xff).toString('base64url') };
  for (const text of [await exportPKCS8(privateKey), JSON.stringify(await exportJWK(privateKey))])
    expect(() => createAuthenticator({ keys: { kind: 'public', text } })).toThrow(
      'a private key stands where a public one must; take it away from this machine',
    );
  expect(() => createAuthenticator({ keys: { kind: 'public', text: JSON.stringify(short) } })).toThrow(
    'an RSA key has 1024 bits; fewer than 2048 are not safe',
  );
});
