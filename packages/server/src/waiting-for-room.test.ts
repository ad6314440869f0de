// An execution that was accepted and waits for room: it can be looked at and cancelled, by its tenant, like any other.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { as, byTenant, type Service, startService, workflow } from './world.suite.ts';

const agents = { where: 'the test', find: () => ({ perform: () => new Promise<never>(() => undefined) }) };

let service: Service;
let waiting: string;
let begun: Promise<unknown>;

beforeEach(async () => {
  const engineSettings = { capacity: { maxExecutions: 1 }, allocationTimeoutMs: 60_000 };
  service = await startService({ agents, engineSettings, authenticator: byTenant });
  for (const name of ['first', 'second']) await post('/workflows', workflow(name));
  await post('/workflows/first/execute', { input_data: {} });
  waiting = service.engine.newId();
  const second = await service.store.workflows.find('one', 'second');
  if (second === undefined) throw new Error('it was registered');
  begun = service.engine
    .start({ workflow: second, input: null, by: 'clock', waits: true, requestId: waiting })
    .catch((error: unknown) => error);
  await vi.waitFor(async () => expect((await service.engine.capacity()).waiting).toBe(1));
});
afterEach(() => service.close());

const get = (path: string, tenant = 'one') =>
  service.call('GET', `/api/v1${path}`, undefined, as(tenant, 'admin'));
const post = (path: string, body: unknown = {}, tenant = 'one') =>
  service.call('POST', `/api/v1${path}`, body, as(tenant, 'admin'));

test('says that it waits, and for what', async () => {
  expect(await get(`/executions/${waiting}`)).toMatchObject({
    status: 200,
    body: { execution_id: waiting, name: 'second', status: 'planning', current_phase: 'waits for room' },
  });
  expect((await get(`/workflows/second/status?execution_id=${waiting}`)).body.status).toBe('planning');
  expect((await get(`/executions/${waiting}/why`)).body.causes).toMatchObject([
    { code: 'waits_for_capacity', sentence: expect.stringContaining('1 of 1 executions run') as string },
  ]);
  for (const [part, body] of [
    ['events', { items: [] }],
    ['log', { items: [] }],
    ['checkpoints', { items: [] }],
  ] as const)
    expect(await get(`/executions/${waiting}/${part}`)).toMatchObject({ status: 200, body });
  for (const part of ['tasks', 'agents', 'teams', 'approvals'])
    expect((await get(`/executions/${waiting}/${part}`)).status).toBe(200);
  expect(await get(`/executions/${waiting}/output`)).toMatchObject({ body: { code: 'not_completed' } });
});

test('is not there for another tenant, nor of another workflow', async () => {
  await post('/workflows', workflow('second'), 'other');
  for (const path of ['', '/why', '/events', '/graph'])
    expect(await get(`/executions/${waiting}${path}`, 'other')).toMatchObject({
      status: 404,
      body: { code: 'execution_not_found' },
    });
  expect((await post(`/executions/${waiting}/cancel`, {}, 'other')).status).toBe(404);
  expect((await post(`/workflows/second/cancel`, { execution_id: waiting }, 'other')).status).toBe(404);
  expect((await post(`/workflows/first/cancel`, { execution_id: waiting })).status).toBe(404);
  expect((await get(`/workflows/first/status?execution_id=${waiting}`)).status).toBe(404);
  expect((await service.engine.capacity()).waiting).toBe(1);
});

test('is told nothing but to leave the line, and that is what the refusal says', async () => {
  const refused = {
    status: 409,
    body: { code: 'not_running', detail: expect.stringContaining('waits for room') as string },
  };
  for (const verb of ['pause', 'resume', 'retry', 'fork', 'checkpoints', 'tasks/draft/skip'])
    expect(await post(`/executions/${waiting}/${verb}`)).toMatchObject(refused);
  expect(await post(`/executions/${waiting}/cancel`, { task: 'draft' })).toMatchObject(refused);
  for (const verb of ['pause', 'resume'])
    expect(await post(`/workflows/second/${verb}`, { execution_id: waiting })).toMatchObject(refused);
  expect(await get(`/executions/${waiting}/graph`)).toMatchObject(refused);
});

test.each([
  ['by its id', () => `/executions/${waiting}/cancel`, () => ({ reason: 'not needed' })],
  ['by its workflow', () => '/workflows/second/cancel', () => ({ execution_id: waiting })],
])('is cancelled %s, and then it never was', async (_, path, body) => {
  expect(await post(path(), body())).toMatchObject({
    status: 200,
    body: { execution_id: waiting, status: 'cancelled' },
  });
  expect(await begun).toMatchObject({ code: 'start_cancelled' });
  expect((await service.engine.capacity()).waiting).toBe(0);
  expect((await get(`/executions/${waiting}`)).status).toBe(404);
});
