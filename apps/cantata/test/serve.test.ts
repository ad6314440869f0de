// The service as the command starts it. What it answers is tested in packages/server.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { begin, type Call, cantata, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { documentOf, single } from './workflows.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

/** The command, once it serves, and where. */
async function serving(
  variables: Readonly<Record<string, string>> = {},
): Promise<Call & { readonly url: string }> {
  const call = begin(['serve', '--port', '0', '--json'], { cwd: scratch.folder, variables });
  const { url } = JSON.parse(await call.until(/^\{.*\}\n/)) as { readonly url: string };
  return { ...call, url };
}

function stop({ ended }: Call): Promise<Result> {
  process.emit('SIGTERM');
  return ended;
}

test('serve says where it listens, answers there, and ends in order', async () => {
  const call = await serving();
  expect(call.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const health = await fetch(`${call.url}/health`);
  expect(await health.json()).toMatchObject({ status: 'ok' });
  const { code, err } = await stop(call);
  expect(err).toContain('stopped');
  expect(code).toBe(0);
});

test('what is posted runs with the agents of the project', async () => {
  const call = await serving();
  const post = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(call.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as Record<string, string>;
  };
  const { workflow_id: id } = await post('/api/v1/workflows', JSON.parse(documentOf(single('worker'))));
  await post(`/api/v1/workflows/${id}/execute`, { input_data: {} });
  const status = async (): Promise<string> => {
    const answer = await fetch(`${call.url}/api/v1/workflows/${id}/status`);
    return ((await answer.json()) as { readonly status: string }).status;
  };
  await expect.poll(status, { timeout: 20_000 }).toBe('completed');
  await stop(call);
});

test('a port that is taken is told', async () => {
  const first = await serving();
  const { port } = new URL(first.url);
  const second = await begin(['serve', '--port', port], { cwd: scratch.folder }).ended;
  expect(second.code).toBe(5);
  expect(second.err).toContain(`something listens at 127.0.0.1:${port} already`);
  await stop(first);
});

const SECRET = 'a secret that is long enough for the test of the command';
const TOKENS = { CANTATA_JWT_SECRET: SECRET, CANTATA_JWT_AUDIENCE: 'cantata' };

function run(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Result> {
  return cantata(args, { cwd: scratch.folder, variables });
}

test('without tokens it says that it is open to this machine only, and refuses a page from elsewhere', async () => {
  const call = begin(['serve', '--port', '0'], { cwd: scratch.folder });
  const url = await call.until(/http:\S+:\d+/);
  expect(await call.until(/open to this machine only, without tokens/)).toBeTruthy();
  const answer = await fetch(`${url}/health`, { headers: { origin: 'https://evil.example' } });
  expect(answer.status).toBe(403);
  await stop(call);
});

test.each([
  [['--host', '0.0.0.0'], {}],
  [['--host', '::'], {}],
  [[], { HOST: 'cantata.example' }],
])('without tokens it does not listen for other machines: %j %j', async (args, variables) => {
  const { code, err } = await run(['serve', ...args], variables);
  expect(code).toBe(2);
  expect(err).toMatch(/config_invalid: at \S+ others could reach it, and no token would be asked of them/);
  expect(err).toContain('CANTATA_JWT_SECRET');
});

test('who may execute, and write no workflows, runs those that are there as they are', async () => {
  const { url, ...call } = await serving(TOKENS);
  const file = scratch.workflow(single('worker'));
  const as = async (role: string, ...args: readonly string[]): Promise<Result> => {
    const { out } = await run(['token', '--role', role], TOKENS);
    return run([...args, '--server', url], { CANTATA_TOKEN: out.trim() });
  };
  const unknown = await as('operator', 'run', file);
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('needs the role author') as string });
  expect((await as('author', 'run', file, '--quiet')).code).toBe(0);
  expect((await as('operator', 'run', file, '--quiet')).code).toBe(0);
  scratch.workflow(single('worker', { timeout: '1m' }), file);
  expect((await as('operator', 'run', file)).err).toContain('needs the role author');
  expect((await as('viewer', 'watch', 'last', '--quiet')).code).toBe(0);
  await stop(call);
});

test('with a secret it asks for tokens that `token` makes, and neither shows the secret', async () => {
  const call = await serving(TOKENS);
  const status = async (text?: string): Promise<number> => {
    const headers = text === undefined ? {} : { authorization: `Bearer ${text}` };
    return (await fetch(`${call.url}/api/v1/workflows/none/status`, { headers })).status;
  };
  expect(await status()).toBe(401);
  const { out, code } = await run(['token', '--role', 'operator', '--tenant', 'acme'], TOKENS);
  expect(code).toBe(0);
  expect(await status(out.trim())).toBe(404);
  const others = await run(['token'], { ...TOKENS, CANTATA_JWT_AUDIENCE: 'others' });
  expect(await status(others.out.trim())).toBe(401);
  const ended = await stop(call);
  expect(ended.out + ended.err).not.toContain(SECRET);
});

test('`token` says for whom a token is, and until when', async () => {
  const { out } = await run(['token', '--json', '--subject', 'ada', '--ttl', '10m'], TOKENS);
  const made = JSON.parse(out) as Readonly<Record<string, unknown>>;
  expect(made).toMatchObject({ subject: 'ada', tenant: 'default', role: 'viewer' });
  expect(Number(made['expires_at']) - Date.now()).toBeLessThanOrEqual(600_000);
});

test.each([
  [{}, 'tokens are made with CANTATA_JWT_SECRET, and it is not set'],
  [
    { CANTATA_JWKS_URL: 'https://keys.example' },
    'tokens are made with CANTATA_JWT_SECRET, and it is not set',
  ],
  [{ CANTATA_JWT_SECRET: 'short' }, 'the shared secret is 5 bytes long'],
])('`token` needs a secret: %j', async (variables, message) => {
  const { code, err } = await run(['token'], variables);
  expect(code).toBe(2);
  expect(err).toContain(message);
});

test('`token` gives out none that would not be believed', async () => {
  const { code, err } = await run(['token', '--tenant', 'a/b'], TOKENS);
  expect(code).toBe(2);
  expect(err).toContain('names a tenant that is no name');
});

test.each<[Readonly<Record<string, string>>, string]>([
  [{ CANTATA_REQUEST_BURST: '5' }, 'CANTATA_REQUESTS_PER_SECOND is not'],
  [{ CANTATA_JWT_SECRET: SECRET, CANTATA_JWKS_URL: 'https://keys.example' }, 'are both set'],
  [{ CANTATA_JWT_ISSUER: 'https://issuer.example' }, 'and no key to check them by'],
  [
    { CANTATA_JWT_PUBLIC_KEY: 'hunter2-in-the-wrong-place' },
    'neither a key nor a file that can be read (ENOENT)',
  ],
  [{ CANTATA_JWT_PUBLIC_KEY: '{"kty":"oct","k":"aaaa"}' }, 'a shared secret stands among the public keys'],
  [{ CANTATA_JWT_SECRET: SECRET, CANTATA_JWT_ALGORITHMS: 'none' }, 'there is no algorithm "none"'],
  [{ HOST: '0.0.0.0' }, 'others could reach it'],
  [{ CANTATA_ALLOWED_ORIGINS: '*' }, '"*" is no origin of pages'],
])(
  'what does not hold together is refused by `serve`, and shown by `doctor`: %j',
  async (variables, message) => {
    for (const command of ['serve', 'doctor']) {
      const { code, err, out } = await run([command], variables);
      expect(code).toBe(2);
      expect(err + out).toContain(message);
      expect(err + out).not.toContain('hunter2');
    }
  },
);

test('public keys may be in a file, and `doctor` says by what tokens are checked', async () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(scratch.folder, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  const { out } = await run(['doctor'], {
    CANTATA_JWT_PUBLIC_KEY: 'key.pem',
    CANTATA_JWT_ISSUER: 'https://issuer.example',
  });
  expect(out).toContain(
    'tokens of https://issuer.example are checked by public keys (CANTATA_JWT_PUBLIC_KEY is set)',
  );
  expect((await run(['doctor'], TOKENS)).out).toContain('CANTATA_JWT_SECRET is set');
  expect((await run(['doctor'])).out).toContain(
    '`serve` listens at 127.0.0.1:8002; for this machine only, without tokens',
  );
});

test('an address that this machine does not have is told', async () => {
  const { code, err } = await run(['serve', '--port', '0', '--host', '203.0.113.1'], TOKENS);
  expect(code).toBe(2);
  expect(err).toContain('--host, or HOST, is an address of this machine.');
});
