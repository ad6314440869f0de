import { exportSPKI } from 'jose';
import { expect, test } from 'vitest';
import { createAuthenticator } from './jwt.ts';
import { signToken } from './sign.ts';
import { pair, SECRET } from './tokens.suite.ts';

const CLAIMS = { subject: 'ada', tenant: 'acme', role: 'author', ttlMs: 60_000 } as const;

test.each([
  {},
  { issuer: 'me', audience: 'cantata', tenantClaim: 'org', rolesClaim: 'https://acme.example/roles' },
  { algorithms: ['HS512'], audience: ['a', 'b'] },
])('a token that was made with %j is believed with it, until it expires', async (more) => {
  const settings = { keys: { kind: 'secret', secret: SECRET }, ...more } as const;
  const made = await signToken(settings, CLAIMS);
  expect(await createAuthenticator(settings).authenticate(made)).toMatchObject({
    subject: 'ada',
    tenant: 'acme',
    role: 'author',
  });
  const later = createAuthenticator(settings, { now: () => Date.now() + 120_000 });
  await expect(later.authenticate(made)).rejects.toThrow('the token has expired');
});

test('without a shared secret no token can be made', async () => {
  const text = await exportSPKI((await pair('ES256')).publicKey);
  await expect(signToken({ keys: { kind: 'public', text } }, CLAIMS)).rejects.toMatchObject({
    code: 'config_invalid',
  });
});
