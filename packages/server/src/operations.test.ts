import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { as, byTenant, type Service, startService, workflow } from './world.suite.ts';

let service: Service;
beforeEach(async () => {
  service = await startService({ authenticator: byTenant });
});
afterEach(() => service.close());

const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: unknown, headers = as('acme')) =>
  service.call(method, url, body, headers);

test('it is ready when it owns the data', async () => {
  expect(await service.call('GET', '/ready')).toMatchObject({ status: 200, body: { role: 'owner' } });
  const { body } = await call('GET', '/workflow-capacity');
  expect(body).toMatchObject({ role: 'owner', executions: 0 });
  expect(body.queue_free).toBe(body.max_queued);
});

test('it is ready as a client of an owner that is alive, and not when nobody is', async () => {
  const owns = vi.spyOn(service.engine, 'owns', 'get').mockReturnValue(false);
  expect(await service.call('GET', '/ready')).toMatchObject({ status: 200, body: { role: 'client' } });
  vi.spyOn(service.engine, 'now').mockReturnValue(Date.now() + 3_600_000);
  expect(await service.call('GET', '/ready')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  owns.mockRestore();
});

test('it is not ready when its store does not answer', async () => {
  await service.store.close();
  expect(await service.call('GET', '/ready')).toMatchObject({
    status: 503,
    body: { code: 'store_unavailable', retryable: true },
  });
});

test('nor when it does not say so for long', async () => {
  await service.close();
  service = await startService({ settings: { readyTimeoutMs: 20 } });
  const never = new Promise<never>(() => undefined);
  vi.spyOn(service.store.leases, 'holders').mockReturnValue(never);
  expect(await service.call('GET', '/ready')).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    body: { code: 'not_ready', detail: 'the store has not answered for 20 ms' },
  });
});

test('agent types are told with their seats, their health and how their attempts ended', async () => {
  await call('POST', '/api/v1/workflows', workflow());
  const { body } = await call('POST', '/api/v1/workflows/greeting/execute', { input_data: {} });
  await service.engine.ended(body.execution_id);
  expect((await call('GET', '/api/v1/agents')).body.items).toMatchObject([
    {
      agent_type: 'writer',
      bound: true,
      health: 'healthy',
      circuit: { status: 'closed', failures: 0 },
      seats: { declared: 2, workflows: ['greeting'] },
      outcomes: { succeeded: 2, failed: 0 },
    },
  ]);
  expect((await call('GET', '/api/v1/agents', undefined, as('other'))).body.items).toEqual([]);
});

test('a type that fails again and again is failing, and says until when its circuit is open', async () => {
  await service.close();
  service = await startService({
    authenticator: byTenant,
    agents: {
      where: 'the test',
      find: () => ({ perform: () => Promise.reject(new Error('broken')) }),
    },
  });
  const fault_tolerance = { circuit_breaker: { failure_threshold: 1, timeout_seconds: 60 } };
  await call('POST', '/api/v1/workflows', workflow('a', '1', { fault_tolerance }));
  const { body } = await call('POST', '/api/v1/workflows/a/execute', { input_data: {} });
  await service.engine.ended(body.execution_id);
  // The breaker is told after the attempt has ended.
  await vi.waitFor(async () =>
    expect((await call('GET', '/api/v1/agents')).body.items).toMatchObject([
      { health: 'failing', circuit: { status: 'open' }, outcomes: { failed: 1 } },
    ]),
  );
});

const TIMED = { schedule: { cron: '0 3 * * *', time_zone: 'Europe/Berlin' } };

test('a schedule is kept to, stood still, gone on with and left', async () => {
  await call('POST', '/api/v1/workflows', workflow('nightly', '1', TIMED));
  const url = '/api/v1/workflows/nightly/schedule';
  expect(await call('PUT', url)).toMatchObject({
    status: 200,
    body: { name: 'nightly', cron: '0 3 * * *', time_zone: 'Europe/Berlin', paused: null, last: null },
  });
  expect((await call('GET', '/api/v1/schedules')).body.items).toHaveLength(1);
  expect((await call('GET', '/api/v1/schedules', undefined, as('other'))).body.items).toEqual([]);
  expect(await call('POST', `${url}/pause`)).toMatchObject({
    status: 200,
    body: { next: null, paused: { by: 'somebody of acme' } },
  });
  expect(await call('POST', `${url}/resume`)).toMatchObject({ status: 200, body: { paused: null } });
  expect(await call('POST', `${url}/resume`)).toMatchObject({ status: 409, body: { code: 'not_paused' } });
  expect(await call('DELETE', url)).toMatchObject({ status: 204, body: '' });
  expect(await call('DELETE', url)).toMatchObject({ status: 404, body: { code: 'schedule_missing' } });
});

test('a schedule is of the version that is named, of a workflow that has one, and of its own tenant', async () => {
  await call('POST', '/api/v1/workflows', workflow('nightly', '1', TIMED));
  await call('POST', '/api/v1/workflows', workflow('nightly', '2'));
  const url = '/api/v1/workflows/nightly/schedule';
  expect(await call('PUT', url)).toMatchObject({ status: 404, body: { code: 'schedule_missing' } });
  expect(await call('PUT', url, { version: '1' })).toMatchObject({ status: 200, body: { version: '1' } });
  for (const [method, path] of [
    ['PUT', url],
    ['DELETE', url],
    ['POST', `${url}/pause`],
    ['POST', `${url}/resume`],
  ] as const)
    expect(await call(method, path, undefined, as('other'))).toMatchObject({ status: 404 });
  expect(await call('PUT', url, undefined, as('acme', 'operator'))).toMatchObject({ status: 403 });
});

const WAITING = {
  signals: { paid: {} },
  agents: { clerk: { type: 'clerk' } },
  tasks: [
    { id: 'payment', wait: { signal: 'paid', correlate: 'order-${input.order}' } },
    { id: 'send', agent: 'clerk', depends_on: ['payment'] },
  ],
};

test('a signal comes to who waits for it under a key, of the same tenant alone', async () => {
  expect((await call('POST', '/api/v1/workflows', workflow('order', '1', WAITING))).status).toBe(201);
  const { body } = await call('POST', '/api/v1/workflows/order/execute', { input_data: { order: 7 } });
  await vi.waitFor(async () => {
    const [cause] = await service.engine.reader.why(body.execution_id);
    expect(cause?.sentence).toContain('paid');
  });
  const signal = { key: 'order-7', signal: 'paid', data: { amount: 3 } };
  expect(await call('POST', '/api/v1/signals', signal, as('other'))).toMatchObject({
    status: 409,
    body: { code: 'nobody_waits' },
  });
  expect(await call('POST', '/api/v1/signals', { ...signal, id: 'payment-1' })).toMatchObject({
    status: 202,
    body: { key: 'order-7', signal: 'paid', id: 'payment-1' },
  });
  expect((await service.engine.ended(body.execution_id)).status).toBe('completed');
});

test('a signal nobody waits for is refused, or kept for whoever comes', async () => {
  const signal = { key: 'order-8', signal: 'paid' };
  expect(await call('POST', '/api/v1/signals', signal)).toMatchObject({ status: 409 });
  expect(await call('POST', '/api/v1/signals', { ...signal, keep_ms: 60_000 })).toMatchObject({
    status: 202,
  });
  expect(await call('POST', '/api/v1/signals', { key: '', signal: 'paid' })).toMatchObject({ status: 400 });
});
