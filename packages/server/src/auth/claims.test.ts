import { expect, test } from 'vitest';
import { principalOfClaims } from './claims.ts';
import type { AuthSettings } from './settings.ts';
import { CLAIMS } from './tokens.suite.ts';

const SETTINGS: AuthSettings = { keys: { kind: 'secret', secret: '' } };

function principal(claims: object, settings: Partial<AuthSettings> = {}) {
  return principalOfClaims({ ...CLAIMS, ...claims }, { ...SETTINGS, ...settings });
}

test.each([
  [{ roles: ['viewer', 'author', 'unheard'] }, 'author'],
  [{ roles: 'admin' }, 'admin'],
  [{ roles: undefined, role: 'operator' }, 'operator'],
  [{ roles: undefined, scope: 'openid cantata:viewer email' }, 'viewer'],
  [{ roles: ['viewer'], scope: 'operator' }, 'operator'],
])('of %j the highest role that is known counts', (claims, role) => {
  expect(principal(claims).role).toBe(role);
});

test.each([
  [{ roles: [] }],
  [{ roles: undefined }],
  [{ roles: ['root', 'Admin', 7, null, { admin: true }] }],
  [{ roles: { admin: true } }],
])('with %j nobody may do anything, and learns what is missing', (claims) => {
  expect(() => principal(claims)).toThrow(
    'the token has none of the roles viewer, operator, author, admin; looked for in `roles`, `role`, `scope`',
  );
});

test('where one claim is named for roles, no other counts', () => {
  const settings = { rolesClaim: 'https://acme.example/roles' };
  expect(principal({ 'https://acme.example/roles': ['viewer'], roles: ['admin'] }, settings).role).toBe(
    'viewer',
  );
  expect(() => principal({ roles: ['admin'] }, settings)).toThrow(
    'looked for in `https://acme.example/roles`',
  );
});

test('claims may stand inside of others', () => {
  const claims = { realm_access: { roles: ['author'] }, org: { id: 'north' } };
  const settings = { rolesClaim: 'realm_access.roles', tenantClaim: 'org.id' };
  expect(principal(claims, settings)).toEqual({ subject: 'ada', tenant: 'north', role: 'author' });
  expect(() => principal({ org: 'north' }, settings)).toThrow('names no tenant in its claim `org.id`');
  expect(() => principal({}, { tenantClaim: 'constructor.name' })).toThrow('names no tenant');
});

test('who has no tenant belongs to the default one, where there is one', () => {
  expect(() => principal({ tenant: undefined })).toThrow('the token names no tenant in its claim `tenant`');
  expect(principal({ tenant: undefined }, { defaultTenant: 'house' }).tenant).toBe('house');
  expect(principal({}, { defaultTenant: 'house' }).tenant).toBe('acme');
});

test.each(['', 'a/b', 'a b', '../x', 'é', 'x'.repeat(65), 7, ['acme'], { toString: 'acme' }, null])(
  'a tenant %j is refused, whatever the default is',
  (tenant) => {
    expect(() => principal({ tenant }, { defaultTenant: 'house' })).toThrow(
      expect.objectContaining({ code: 'forbidden' }) as Error,
    );
  },
);

test.each(['', 'a\nb', '\u001b[31mred', 'a\u202eb', 'x'.repeat(257), 7])(
  'the subject %j names nobody',
  (sub) => {
    expect(() => principal({ sub })).toThrow(expect.objectContaining({ code: 'unauthenticated' }) as Error);
  },
);

test('a subject may be any visible text', () => {
  expect(principal({ sub: 'Ada Lovelace <ada@acme.example>' }).subject).toBe(
    'Ada Lovelace <ada@acme.example>',
  );
});
