import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createAuthenticator } from '../auth/jwt.ts';
import { SECRET, secretToken } from '../auth/tokens.suite.ts';
import type { ServerSettings } from '../parts.ts';
import { type Service, startService } from '../world.suite.ts';

let service: Service | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

async function start(settings: Partial<ServerSettings> = {}): Promise<Service> {
  const authenticator = createAuthenticator({ keys: { kind: 'secret', secret: SECRET } });
  service = await startService({ authenticator, settings: { checksAnswers: true, ...settings } });
  return service;
}

/** What a raw connection is answered. */
async function raw({ server }: Service, text: string): Promise<string> {
  if (!server.server.listening) await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => (answer += data.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

test('every answer says how it is to be taken, and by which id it is known', async () => {
  const { call } = await start();
  for (const url of ['/health', '/openapi.json', '/nothing', '/api/v1/workflows/x/status']) {
    const { headers } = await call('GET', url);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  }
  const { headers, body } = await call('GET', '/nothing');
  expect(body.request_id).toBe(headers['x-request-id']);
});

test('the pages of the documentation may run their own scripts, and ask this server only', async () => {
  const { call } = await start();
  const { headers, body } = await call('GET', '/docs/');
  const policy = String(headers['content-security-policy']);
  expect(policy).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/]{43}='/);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  expect(policy).toContain("connect-src 'self'");
  // One script in the page, whose hash that is, and one of this server.
  expect([...String(body).matchAll(/<script/g)]).toHaveLength(2);
  const script = await call('GET', '/docs/js/scalar.js');
  expect(script.headers).toMatchObject({ 'content-type': expect.stringContaining('javascript') as string });
});

test('a browser is told that it may call from pages of the listed origins, and of no other', async () => {
  const { call, server } = await start({ allowedOrigins: ['https://app.example'] });
  const preflight = (origin: string) =>
    server.inject({
      method: 'OPTIONS',
      url: '/api/v1/workflows/x/execute',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const { headers, statusCode } = await preflight('https://app.example');
  expect(statusCode).toBe(204);
  expect(headers['access-control-allow-origin']).toBe('https://app.example');
  expect(headers['access-control-allow-headers']).toContain('authorization');
  expect(headers['access-control-allow-credentials']).toBeUndefined();
  for (const other of ['https://evil.example', 'http://app.example', 'https://app.example.evil', 'null'])
    expect((await preflight(other)).headers['access-control-allow-origin']).toBeUndefined();
  const answer = await call('GET', '/nothing', undefined, { origin: 'https://app.example' });
  expect(answer.headers).toMatchObject({ 'access-control-allow-origin': 'https://app.example' });
});

test('without a list no page of another origin may read an answer', async () => {
  const { call, server } = await start();
  const answer = await call('GET', '/health', undefined, { origin: 'https://app.example' });
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  expect((await server.inject({ method: 'OPTIONS', url: '/health' })).statusCode).toBe(405);
});

test.each(['*', 'app.example', 'https://app.example/', 'https://app.example:443', 'file://x', 'null'])(
  '%j is no origin that can be allowed',
  async (origin) => {
    await expect(startService({ settings: { allowedOrigins: [origin] } })).rejects.toMatchObject({
      code: 'config_invalid',
    });
  },
);

test('who sends more than they may is told when to come again, and nobody else is held up by them', async () => {
  const { call } = await start({ rateLimit: { requestsPerSecond: 0.01, burst: 3 } });
  const ask = async (sub: string, tenant = 'acme') =>
    call('GET', '/api/v1/workflows/x/status', undefined, {
      authorization: `Bearer ${await secretToken({ sub, tenant })}`,
    });
  for (let n = 0; n < 3; n += 1) expect((await ask('ada')).status).toBe(404);
  const refused = await ask('ada');
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryable: true } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(90);
  expect((await ask('bob')).status).toBe(404);
  expect((await ask('ada', 'other')).status).toBe(404);
  expect((await call('GET', '/health')).status).toBe(200);
});

test('a path that is called with a method it does not take says which it takes', async () => {
  const { call } = await start({ allowedOrigins: ['https://app.example'] });
  const takes = async (method: 'DELETE' | 'GET' | 'PUT', url: string) => {
    const { status, headers, body } = await call(method, url);
    return [status, headers.allow, body.code];
  };
  const refused = 'method_not_allowed';
  expect(await takes('PUT', '/api/v1/workflows')).toEqual([405, 'GET, HEAD, POST', refused]);
  expect(await takes('GET', '/api/v1/workflows/x/execute?y=1')).toEqual([405, 'POST', refused]);
  expect(await takes('DELETE', '/health')).toEqual([405, 'GET, HEAD', refused]);
  expect(await takes('DELETE', '/api/v1/nothing')).toEqual([404, undefined, 'route_not_found']);
  expect(await takes('DELETE', '/api/v1/workflows/')).toEqual([404, undefined, 'route_not_found']);
});

test('a body that is too large is refused', async () => {
  const { call } = await start({ maxBodyBytes: 1_000 });
  const answer = await call('POST', '/api/v1/workflows', 'x'.repeat(1_001), {
    'content-type': 'application/yaml',
    authorization: `Bearer ${await secretToken({ roles: ['author'] })}`,
  });
  expect(answer).toMatchObject({
    status: 413,
    body: { code: 'body_too_large', detail: 'the body is larger than 1000 bytes' },
  });
});

test.each([
  [415, 'text/html', '{}', '"text/html" is not taken here'],
  [415, 'application/yaml', 'input_data: {}', '"application/yaml" is not taken here'],
  [400, 'application/json', '{"input_data":{}', 'the body is no JSON'],
  [400, 'application/json', '{"input_data":{"__proto__":{}}}', '`__proto__`'],
])('%i is answered to %s that is %s, and says why', async (status, type, body, detail) => {
  const { call } = await start();
  const headers = { 'content-type': type, authorization: `Bearer ${await secretToken({})}` };
  expect(await call('POST', '/api/v1/workflows/x/execute', body, headers)).toMatchObject({
    status,
    body: { detail: expect.stringContaining(detail) as string },
  });
});

test('headers without end, and what is no HTTP, are answered with a problem', async () => {
  const running = await start({ maxHeaderBytes: 2_000 });
  const large = await raw(running, `GET /health HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(3_000)}\r\n\r\n`);
  expect(large).toMatch(/^HTTP\/1\.1 431 [\s\S]*application\/problem\+json[\s\S]*"code":"request_invalid"/);
  expect(await raw(running, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"status":400/);
});

test('a request that does not come to its end is not waited for', async () => {
  const running = await start({ headersTimeoutMs: 50, requestTimeoutMs: 50 });
  expect(await raw(running, 'GET /health HTTP/1.1\r\nhost: x\r\n')).toMatch(/^HTTP\/1\.1 408 /);
});

test.each([
  '/api/v1/workflows/%zz/status',
  '/api/v1/workflows/%',
  `/api/v1/workflows/${'x'.repeat(600)}/status`,
])('a path that leads to no route for what is in it is told so like any other: %.40s', async (path) => {
  const answer = await raw(
    await start(),
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('content-type: application/problem+json');
  expect(answer).toContain('x-content-type-options: nosniff');
  expect(answer).toContain('"code":"request_invalid"');
});

test.each([
  ['nesting without end', `{"input_data":${'['.repeat(9_000)}${']'.repeat(9_000)}}`, 'is nested deeper'],
  ['a number that is none', '{"input_data":{"n":1e999}}', 'input_data.n'],
  ['a NUL', '{"input_data":{"n":"\\u0000"}}', 'NUL'],
])('%s cannot be kept, and is refused', async (_, body, detail) => {
  const { call } = await start();
  const headers = {
    authorization: `Bearer ${await secretToken({})}`,
    'content-type': 'application/json',
    'idempotency-key': 'key',
  };
  for (const url of ['/api/v1/workflows/x/execute', '/api/v1/signals'])
    expect(await call('POST', url, body, headers)).toMatchObject({
      status: 400,
      body: { code: 'request_invalid', detail: expect.stringContaining(detail) as string },
    });
  expect(await call('POST', '/api/v1/workflows/%00/execute', '{}', headers)).toMatchObject({ status: 400 });
});
