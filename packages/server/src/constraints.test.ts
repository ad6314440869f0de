import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { type Service, startService, workflow } from './world.suite.ts';

let service: Service;
afterEach(() => service.close());

const execute = (resource_constraints: unknown) =>
  service.call('POST', '/api/v1/workflows/greeting/execute', {
    input_data: {},
    execution_options: { resource_constraints },
  });

test.each([
  [{ cpu: '2 cores', memory: '2GB' }, 202, undefined],
  [{ cpu: 2, memory: 2_000_000_000 }, 202, undefined],
  [{}, 202, undefined],
  [{ cpu: 1.5 }, 202, undefined],
  [{ cpu: 0.5 }, 507, 'limits_too_low'],
  [{ memory: '500MB' }, 507, 'limits_too_low'],
  [{ cpu: 'many' }, 422, 'input_invalid'],
  [{ memory: 12 }, 422, 'input_invalid'],
  [{ cpu: -1 }, 400, 'request_invalid'],
  [{ disk: '1GB' }, 400, 'request_invalid'],
])('two agents of 1 core and 1 GB each within %o: %i', async (constraints, status, code) => {
  service = await startService();
  await service.call('POST', '/api/v1/workflows', workflow());
  expect(await execute(constraints)).toMatchObject({ status, body: code === undefined ? {} : { code } });
});

test('a start for which there is no room now is refused', async () => {
  const agents = { where: 'the test', find: () => ({ perform: () => new Promise<never>(() => undefined) }) };
  service = await startService({ agents, engineSettings: { capacity: { maxCpuMillis: 3_000 } } });
  await service.call('POST', '/api/v1/workflows', workflow());
  await service.call('POST', '/api/v1/workflows', workflow('other'));
  await execute({});
  const refused = await service.call('POST', '/api/v1/workflows/other/execute', { input_data: {} });
  expect(refused).toMatchObject({ status: 507, body: { code: 'capacity_exhausted' } });
  expect((await service.call('GET', '/workflow-capacity')).body).toMatchObject({
    used: { cpu_millis: 2_000, executions: 1 },
    free: { cpu_millis: 1_000, executions: null },
  });
});

test('a start that was refused for want of room has not used its key up, and begins once when there is some', async () => {
  const agents = { where: 'the test', find: () => ({ perform: () => new Promise<never>(() => undefined) }) };
  service = await startService({ agents, engineSettings: { capacity: { maxExecutions: 1 } } });
  await service.call('POST', '/api/v1/workflows', workflow());
  await service.call('POST', '/api/v1/workflows', workflow('other'));
  await execute({});
  const start = (input_data = {}) =>
    service.call('POST', '/api/v1/workflows/other/execute', { input_data }, { 'idempotency-key': 'key' });
  const full = { status: 507, body: { code: 'capacity_exhausted', retryable: true } };
  expect(await Promise.all([start(), start()])).toMatchObject([full, full]);
  expect(await start()).toMatchObject(full);
  vi.spyOn(service.store.requests, 'release').mockRejectedValueOnce(new Error('for the test'));
  expect(await start()).toMatchObject(full);
  const { body } = await service.call('POST', '/api/v1/workflows/greeting/cancel');
  await service.engine.ended(body.execution_id);
  // Who refused did not get to say that the key is free: that is heard once more.
  expect(await start()).toMatchObject(full);
  const begun = await start();
  expect(begun).toMatchObject({ status: 202, body: { status: 'planning' } });
  expect((await start()).body).toEqual(begun.body);
  expect(await start({ another: true })).toMatchObject({ status: 409 });
});

test('what can never run under the limits of the operator is refused when it is registered', async () => {
  service = await startService({ engineSettings: { capacity: { maxCpuMillis: 1_000 } } });
  expect(await service.call('POST', '/api/v1/workflows', workflow())).toMatchObject({
    status: 507,
    body: {
      code: 'resources_insufficient',
      retryable: false,
      detail: expect.stringContaining('2 cores') as string,
    },
  });
  expect((await service.call('GET', '/workflow-capacity')).body).toMatchObject({
    limits: { cpu_millis: 1_000, executions: null },
    used: { cpu_millis: 0 },
    free: { cpu_millis: 1_000, executions: null },
    waiting: 0,
  });
});

test('an execution never has more agents at work than its constraints have room for', async () => {
  let [busy, most] = [0, 0];
  const perform = async () => {
    most = Math.max(most, ++busy);
    await setImmediate();
    busy -= 1;
    return { kind: 'completed', output: null } as const;
  };
  service = await startService({ agents: { where: 'the test', find: () => ({ perform }) } });
  const tasks = ['a', 'b', 'c', 'd'].map((id) => ({ id, agent: 'writers' }));
  await service.call('POST', '/api/v1/workflows', workflow('greeting', '1', { tasks }));
  for (const [cpu, expected] of [
    ['1 core', 1],
    ['2 cores', 2],
  ] as const) {
    most = 0;
    const { body } = await execute({ cpu });
    expect(await service.engine.ended(body.execution_id)).toMatchObject({ status: 'completed' });
    expect(most).toBe(expected);
  }
});
