// What each variable of the service changes. Tokens are made by hand here: another hand than the one that checks them.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { configure } from '../src/configuration/environment.ts';
import type { VariableKey } from '../src/configuration/variables.ts';
import { authenticatorOf } from '../src/service/tokens.ts';
import { begin } from './in-process.ts';

type Set = Readonly<Record<string, string>>;
type Claims = Readonly<Record<string, unknown>>;

const SECRET = 'a secret of the tests, long enough for each of the three: 64 bytes or more';
const BY_SECRET = { CANTATA_JWT_SECRET: SECRET };
const { publicKey, privateKey } = generateKeyPairSync('ed25519');

function token(alg: string, claims: Claims, signed: (text: string) => Buffer): string {
  const exp = Math.floor(Date.now() / 1_000) + 60;
  const parts = [{ alg }, { sub: 'ada', tenant: 'acme', role: 'operator', exp, ...claims }];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signed(text).toString('base64url')}`;
}

const ofSecret = (claims: Claims = {}): string =>
  token('HS256', claims, (text) => createHmac('sha256', SECRET).update(text).digest());
const ofPair = (): string => token('EdDSA', {}, (text) => sign(null, Buffer.from(text), privateKey));

/** Who it says its holder is, or the code of why it is not believed. */
async function holder(variables: Set, text: string): Promise<string> {
  const { environment } = configure(variables, '/');
  const authenticator = authenticatorOf({ environment, cwd: '/' }, () => undefined);
  return authenticator.authenticate(text).then(
    ({ subject, tenant, role }) => `${subject} of ${tenant}, ${role}`,
    (error: unknown) => (error as { readonly code: string }).code,
  );
}

const ADA = 'ada of acme, operator';

/** Calls a service with these variables, and ends it. */
async function statuses(
  cwd: string,
  variables: Set,
  headers: Set,
  times: number,
): Promise<readonly Response[]> {
  const service = begin(['serve', '--port', '0', '--json'], { cwd, variables });
  const { url } = JSON.parse(await service.until(/^\{.*\}\n/)) as { readonly url: string };
  const answers: Response[] = [];
  for (let n = 0; n < times; n += 1) answers.push(await fetch(`${url}/api/v1/workflows`, { headers }));
  process.emit('SIGTERM');
  await service.ended;
  return answers;
}

type ServiceKey = Extract<
  VariableKey,
  `token${string}` | `request${string}` | 'tenantClaim' | 'defaultTenant' | 'rolesClaim' | 'allowedOrigins'
>;

/** `folder`: of a project, for those that need a service to be seen. */
export function serviceChanges(folder: () => string): Readonly<Record<ServiceKey, () => Promise<void>>> {
  const limited = async (variables: Set): Promise<readonly number[]> => {
    const headers = { authorization: `Bearer ${ofSecret()}` };
    const answers = await statuses(folder(), { ...BY_SECRET, ...variables }, headers, 4);
    return answers.map(({ status }) => status);
  };
  return {
    async tokenSecret() {
      expect(await holder(BY_SECRET, ofSecret())).toBe(ADA);
      expect(await holder({ CANTATA_JWT_SECRET: `${SECRET}!` }, ofSecret())).toBe('unauthenticated');
      expect(await holder({}, 'nothing')).toMatch(/ of default, admin$/);
    },
    async tokenKeys() {
      const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
      expect(await holder({ CANTATA_JWT_PUBLIC_KEY: pem }, ofPair())).toBe(ADA);
      expect(await holder({ CANTATA_JWT_PUBLIC_KEY: pem }, ofSecret())).toBe('unauthenticated');
    },
    async tokenKeysUrl() {
      const set = JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] });
      const server = createServer((_request, response) => response.end(set));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
      expect(await holder({ CANTATA_JWKS_URL: url }, ofPair())).toBe(ADA);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      expect(await holder({ CANTATA_JWKS_URL: url }, ofPair())).toBe('keys_unavailable');
    },
    async tokenAlgorithms() {
      const only = (names: string): Set => ({ ...BY_SECRET, CANTATA_JWT_ALGORITHMS: names });
      expect(await holder(only('HS512, HS256'), ofSecret())).toBe(ADA);
      expect(await holder(only('HS512'), ofSecret())).toBe('unauthenticated');
    },
    async tokenIssuer() {
      const from = { ...BY_SECRET, CANTATA_JWT_ISSUER: 'https://issuer.example' };
      expect(await holder(from, ofSecret({ iss: 'https://issuer.example' }))).toBe(ADA);
      expect(await holder(from, ofSecret({ iss: 'https://other.example' }))).toBe('unauthenticated');
    },
    async tokenAudience() {
      const to = { ...BY_SECRET, CANTATA_JWT_AUDIENCE: 'one two' };
      expect(await holder(to, ofSecret({ aud: ['two', 'three'] }))).toBe(ADA);
      expect(await holder(to, ofSecret({ aud: 'three' }))).toBe('unauthenticated');
    },
    async tenantClaim() {
      const claimed = { ...BY_SECRET, CANTATA_JWT_TENANT_CLAIM: 'org.id' };
      expect(await holder(claimed, ofSecret({ org: { id: 'north' } }))).toBe('ada of north, operator');
      expect(await holder(claimed, ofSecret())).toBe('forbidden');
    },
    async defaultTenant() {
      const nobodys = ofSecret({ tenant: undefined });
      expect(await holder({ ...BY_SECRET, CANTATA_JWT_DEFAULT_TENANT: 'house' }, nobodys)).toBe(
        'ada of house, operator',
      );
      expect(await holder(BY_SECRET, nobodys)).toBe('forbidden');
    },
    async rolesClaim() {
      const claimed = { ...BY_SECRET, CANTATA_JWT_ROLES_CLAIM: 'groups' };
      expect(await holder(claimed, ofSecret({ groups: ['staff', 'author'] }))).toBe('ada of acme, author');
      expect(await holder(claimed, ofSecret())).toBe('forbidden');
    },
    async allowedOrigins() {
      const allowed = async (variables: Set): Promise<string | null | undefined> => {
        const headers = { origin: 'https://app.example' };
        const [answer] = await statuses(folder(), { ...BY_SECRET, ...variables }, headers, 1);
        return answer?.headers.get('access-control-allow-origin');
      };
      expect(await allowed({ CANTATA_ALLOWED_ORIGINS: 'https://app.example' })).toBe('https://app.example');
      expect(await allowed({})).toBeNull();
    },
    async requestsPerSecond() {
      expect(await limited({ CANTATA_REQUESTS_PER_SECOND: '0.01' })).toEqual([200, 429, 429, 429]);
      expect(await limited({})).toEqual([200, 200, 200, 200]);
    },
    async requestBurst() {
      const variables = { CANTATA_REQUESTS_PER_SECOND: '0.01', CANTATA_REQUEST_BURST: '3' };
      expect(await limited(variables)).toEqual([200, 200, 200, 429]);
    },
  };
}
