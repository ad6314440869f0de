// Against a real server of keys, which rotates them, goes away, and comes back.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type JWK } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuthenticator } from './jwt.ts';
import type { Authenticator } from './principal.ts';
import { type Pair, pair, token } from './tokens.suite.ts';

const MINUTE_MS = 60_000;

interface Keys {
  readonly url: string;
  readonly asked: () => number;
  answer: string;
  status: number;
  stop(): Promise<void>;
  start(): Promise<void>;
}

let keys: Keys;
let authenticator: Authenticator;
let first: Pair;
let second: Pair;
let clockMs: number;
let told: string[];

beforeEach(async () => {
  [first, second] = await Promise.all([pair('ES256'), pair('ES256')]);
  keys = await startKeys();
  keys.answer = await setOf({ one: first });
  clockMs = Date.now();
  told = [];
  authenticator = createAuthenticator(
    { keys: { kind: 'url', url: `${keys.url}?key=hunter2` } },
    {
      now: () => clockMs,
      log: (_level, message, fields) => told.push(`${message}: ${JSON.stringify(fields)}`),
    },
  );
});
afterEach(() => keys.stop());

async function startKeys(): Promise<Keys> {
  let asked = 0;
  let server: Server;
  let port = 0;
  const own = {
    url: '',
    answer: '',
    status: 200,
    asked: () => asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
    async start() {
      server = createServer((_request, response) => {
        asked += 1;
        response.writeHead(own.status, { location: '/elsewhere' }).end(own.answer);
      });
      await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
      port = (server.address() as AddressInfo).port;
    },
  };
  await own.start();
  own.url = `http://127.0.0.1:${port}/keys`;
  return own;
}

async function setOf(pairs: Readonly<Record<string, Pair>>): Promise<string> {
  const jwks = Object.entries(pairs).map(
    async ([kid, { publicKey }]): Promise<JWK> => ({ ...(await exportJWK(publicKey)), kid }),
  );
  return JSON.stringify({ keys: await Promise.all(jwks) });
}

/** Whether it is believed, or the code of why not. */
async function tried({ privateKey }: Pair, kid: string): Promise<string> {
  const text = await token(privateKey, {
    alg: 'ES256',
    kid,
    claims: { exp: Math.floor(clockMs / 1_000) + 60 },
  });
  return authenticator.authenticate(text).then(
    ({ subject }) => subject,
    (error: unknown) => (error as { readonly code: string }).code,
  );
}

test('keys are fetched once for many tokens that come at once, and kept', async () => {
  expect(keys.asked()).toBe(0);
  const all = await Promise.all(Array.from({ length: 20 }, () => tried(first, 'one')));
  expect(new Set(all)).toEqual(new Set(['ada']));
  expect(keys.asked()).toBe(1);
  clockMs += 9 * MINUTE_MS;
  expect(await tried(first, 'one')).toBe('ada');
  expect(keys.asked()).toBe(1);
  clockMs += 2 * MINUTE_MS;
  expect(await tried(first, 'one')).toBe('ada');
  expect(keys.asked()).toBe(2);
});

test('a key that is new is fetched when a token names it, and one that was taken away is not believed', async () => {
  await tried(first, 'one');
  keys.answer = await setOf({ two: second });
  clockMs += MINUTE_MS;
  expect(await tried(second, 'two')).toBe('ada');
  expect(await tried(first, 'one')).toBe('unauthenticated');
});

test('tokens that name keys nobody has do not make it ask again and again', async () => {
  await tried(first, 'one');
  clockMs += MINUTE_MS;
  for (let n = 0; n < 30; n += 1) expect(await tried(second, `made-up-${n}`)).toBe('unauthenticated');
  expect(keys.asked()).toBe(2);
  expect(await tried(first, 'one')).toBe('ada');
});

test('while the server of the keys is away, those that were had are good for an hour; then nobody is believed', async () => {
  await tried(first, 'one');
  await keys.stop();
  clockMs += 30 * MINUTE_MS;
  expect(await tried(first, 'one')).toBe('ada');
  expect(told).toEqual([expect.stringMatching(/^the keys of tokens cannot be fetched: .*fetch failed/)]);
  expect(told.join('')).not.toContain('hunter2');
  clockMs += 20 * MINUTE_MS;
  expect(await tried(first, 'one')).toBe('ada');
  clockMs += 20 * MINUTE_MS;
  expect(await tried(first, 'one')).toBe('keys_unavailable');
  await keys.start();
  expect(await tried(first, 'one')).toBe('keys_unavailable');
  clockMs += MINUTE_MS;
  expect(await tried(first, 'one')).toBe('ada');
});

test('a server of keys that is away from the start is asked at most every ten seconds', async () => {
  keys.status = 503;
  for (let n = 0; n < 10; n += 1) expect(await tried(first, 'one')).toBe('keys_unavailable');
  expect(keys.asked()).toBe(1);
  keys.status = 200;
  clockMs += 10_000;
  expect(await tried(first, 'one')).toBe('ada');
});

test.each([
  ['an error', 500, '', 'the answer is 500'],
  ['a way elsewhere', 302, '', 'fetch failed'],
  ['no JSON', 200, '<html>', 'JSON'],
  ['null', 200, 'null', 'it is no JWK set'],
  ['no set', 200, '{"keys":{}}', 'it is no JWK set'],
  ['keys without end', 200, JSON.stringify({ keys: Array.from({ length: 101 }, () => ({})) }), '101 keys'],
  ['bytes without end', 200, ' '.repeat(300_000), 'it is larger than 262144 bytes'],
])('%s is no answer, and the operator is told', async (_what, status, answer, reason) => {
  keys.status = status;
  keys.answer = answer;
  expect(await tried(first, 'one')).toBe('keys_unavailable');
  expect(told).toEqual([expect.stringContaining(reason)]);
});

test('a secret in the set is no key, and neither is a private one', async () => {
  const secret = Buffer.alloc(32, 7);
  const jwk = { ...(await exportJWK(second.privateKey)), kid: 'two' };
  keys.answer = JSON.stringify({ keys: [{ kty: 'oct', k: secret.toString('base64url'), kid: 'one' }, jwk] });
  const forged = await token(secret, { alg: 'HS256', kid: 'one' });
  await expect(authenticator.authenticate(forged)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(await tried(second, 'two')).toBe('unauthenticated');
});
