// Who may call what: every route against every role, without a token, and from another tenant.
import type { AgentDirectory } from '@cantata/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pattern, ROUTES, type RouteRow } from '../routes-of.suite.ts';
import { type Answer, type Service, startService, workflow } from '../world.suite.ts';
import { createAuthenticator } from './jwt.ts';
import { openAccess, ROLES } from './principal.ts';
import { SECRET, secretToken } from './tokens.suite.ts';

/** Never answers, so that what was begun stays open. */
const patient: AgentDirectory = {
  where: 'the test',
  find: () => ({ perform: () => new Promise<never>(() => undefined) }),
};

let service: Service;
beforeEach(async () => {
  const authenticator = createAuthenticator({ keys: { kind: 'secret', secret: SECRET } });
  service = await startService({ authenticator, agents: patient });
});
afterEach(() => service.close());

type Ids = Readonly<Record<string, string>>;

const NOBODYS: Ids = { workflow: 'nothing', execution: '00000000-0000-7000-8000-000000000000' };
const rows = Object.entries(ROUTES);

async function call(
  route: string,
  { body, query = '' }: RouteRow,
  ids: Ids,
  claims?: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const url = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'nothing'));
  const headers = {
    ...(typeof body === 'string' ? { 'content-type': 'application/yaml' } : {}),
    ...(claims === undefined ? {} : { authorization: `Bearer ${await secretToken(claims)}` }),
  };
  return service.call(method as 'GET', url + query, body, headers);
}

test('the table has every route, with who may call it', async () => {
  await service.server.ready();
  const there = [...service.server.callers].filter(([route]) => !route.startsWith('HEAD '));
  const told = rows.map(([route, { role }]) => [route, role]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(there));
});

test('a server with a route of which nobody says who may call it does not come up', async () => {
  const { server } = service;
  server.get('/forgotten', () => 'anything');
  await expect(server.ready()).rejects.toThrow('nobody says who may call /forgotten');
});

describe.each(rows)('%s', (route, row) => {
  const isOpen = row.role === 'anybody';

  test('asks for a token that is believed, unless it is for anybody', async () => {
    const answer = await call(route, row, NOBODYS);
    if (isOpen) return expect([200, 301, 503]).toContain(answer.status);
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect((await call(route, row, NOBODYS, { exp: 1 })).status).toBe(401);
  });

  test.each(ROLES)('answers %s as the table says', async (role) => {
    const { status, body } = await call(route, row, NOBODYS, { roles: [role] });
    const may = row.role === 'anybody' || ROLES.indexOf(role) >= ROLES.indexOf(row.role);
    if (may) return expect([401, 403, 500]).not.toContain(status);
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' });
    expect(body.detail).toBe(`this needs the role ${row.role}, and you have ${role}`);
  });
});

describe('another tenant', () => {
  const OWNER = { tenant: 'acme', roles: ['admin'] };
  const STRANGER = { tenant: 'other', roles: ['admin'] };
  const SCHEDULED = { schedule: { cron: '0 3 * * *', time_zone: 'Europe/Berlin' } };

  /** A pattern, and a workflow that is kept to its schedule and has an execution, which is open. */
  async function own(): Promise<Ids> {
    const document = workflow('secret_plan', '1.0', SCHEDULED);
    await call('POST /api/v1/patterns', { role: 'author', body: pattern('secret_rounds') }, {}, OWNER);
    const registered = await call('POST /api/v1/workflows', { role: 'author', body: document }, {}, OWNER);
    const id = String(registered.body.workflow_id);
    const input = { role: 'operator', body: { input_data: { password: 'hunter2' } } } as const;
    const started = await call('POST /api/v1/workflows/:workflow/execute', input, { workflow: id }, OWNER);
    await call('PUT /api/v1/workflows/:workflow/schedule', { role: 'author' }, { workflow: id }, OWNER);
    // The last of what happens by itself.
    await expect.poll(async () => (await happened()).includes('agent.task_assigned')).toBe(true);
    const execution = String(started.body.execution_id);
    return { workflow: id, execution, pattern: 'secret_rounds', task: 'draft', verb: 'cancel' };
  }

  async function happened(entity?: string): Promise<readonly string[]> {
    return (await service.store.feed.read(0, 1_000, entity)).map(({ type }) => type);
  }

  test.each(rows.filter(([, { role }]) => role !== 'anybody'))(
    '%s gives them nothing',
    async (route, row) => {
      const ids = await own();
      for (const named of [ids, { ...ids, workflow: 'secret_plan' }]) {
        const before = await happened(ids['execution']);
        const { status, body } = await call(route, row, named, STRANGER);
        // What names something of the owner's finds nothing; anything else is theirs to call.
        if (!/:(workflow|execution|pattern)/.test(route)) expect(status).toBeLessThan(300);
        else expect(`${status} ${body.code}`).toMatch(/^404 .*_not_found$/);
        expect(await happened(ids['execution'])).toEqual(before);
        // But for their own words, nothing of it is in the answer.
        const { detail, instance, ...told } = body;
        for (const secret of [ids['workflow'], ids['execution'], 'secret_rounds', 'secret_plan', 'hunter2'])
          expect(JSON.stringify(told)).not.toContain(secret);
      }
    },
  );

  test.each(
    rows.filter(
      ([route, row]) => /^GET \/api.*:/.test(route) && row.isStream !== true && row.isEmpty !== true,
    ),
  )('%s does give it to its owner', async (route, row) => {
    expect(await call(route, row, await own(), OWNER)).toMatchObject({ status: 200 });
  });
});

test.each(['Basic YWRhOmh1bnRlcjI=', 'Bearer', 'Bearer a b', 'Token a.b.c', ''])(
  'the header `Authorization: %s` is no token, and is told to nobody',
  async (authorization) => {
    const answer = await service.call('GET', '/api/v1/workflows', undefined, { authorization });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.body.detail).toBe('the Authorization header is not `Bearer` and a token');
  },
);

test('who is let in without a token is one person', async () => {
  expect(await openAccess().authenticate(undefined)).toEqual({
    subject: 'local',
    tenant: 'default',
    role: 'admin',
  });
});
