import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Service, startService } from '../world.suite.ts';
import { createAuthenticator } from './jwt.ts';
import { isLoopback } from './local-only.ts';
import { SECRET } from './tokens.suite.ts';

let service: Service;
beforeEach(async () => {
  service = await startService({ settings: { allowedOrigins: ['http://localhost:5173'] } });
});
afterEach(() => service.close());

function status(headers: Readonly<Record<string, string>>, url = '/health'): Promise<number> {
  return service.call('GET', url, undefined, headers).then((answer) => answer.status);
}

test.each([
  'localhost',
  'localhost:8002',
  'LOCALHOST:8002',
  'cantata.localhost:8002',
  '127.0.0.1',
  '127.1.2.3:80',
  '[::1]:8002',
])('this machine calls itself %s', async (host) => {
  expect(await status({ host })).toBe(200);
});

test.each([
  'evil.example',
  'evil.example:8002',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '127.0.0.1@evil.example',
  'evil.example/localhost',
  'evil.example#@localhost',
  '0.0.0.0:8002',
  '10.0.0.1',
  '[::]:8002',
  '[2001:db8::1]',
  ':',
])('a request for the host %j is refused, wherever it goes, with what to do about it', async (host) => {
  for (const url of ['/health', '/openapi.json', '/docs/', '/nothing', '/api/v1/workflows/x/status']) {
    const answer = await service.call('GET', url, undefined, { host });
    expect(answer).toMatchObject({ status: 403, body: { code: 'not_local', retryable: false } });
    expect(answer.body.title).toContain('docs/authentication.md');
  }
});

test.each([
  ['http://localhost:8002', 200],
  ['http://localhost:5173', 200],
  ['http://localhost:8003', 403],
  ['http://127.0.0.1:8002', 403],
  ['https://localhost:8002', 403],
  ['https://evil.example', 403],
  ['null', 403],
  ['', 403],
])('of a page of %j the server at localhost:8002 answers %i', async (origin, expected) => {
  expect(await status({ host: 'localhost:8002', origin })).toBe(expected);
});

test('another machine is refused, even where the server listens for it', async () => {
  const own = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address;
  // Where the machine has no other address, 127.0.0.2 stands for one that is let in.
  await service.server.listen({ host: '0.0.0.0', port: 0 });
  const { port } = service.server.server.address() as AddressInfo;
  const got = await new Promise<number | undefined>((resolve, reject) => {
    request({ host: own ?? '127.0.0.2', port, path: '/health', headers: { host: 'localhost' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(got).toBe(own === undefined ? 200 : 403);
});

test('with tokens, the name by which the server is called is nobody’s business', async () => {
  await service.close();
  const authenticator = createAuthenticator({ keys: { kind: 'secret', secret: SECRET } });
  service = await startService({ authenticator });
  expect(await status({ host: 'cantata.example', origin: 'https://app.example' })).toBe(200);
});

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['::ffff:10.0.0.1', false],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.0.1', false],
  ['127.evil', false],
  ['', false],
])('%j is loopback: %s', (name, expected) => {
  expect(isLoopback(name)).toBe(expected);
});
