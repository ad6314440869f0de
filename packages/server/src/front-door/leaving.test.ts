// What a service says while it is being left.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Service, startService, workflow } from '../world.suite.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

test('a service that is being left takes no work, says when to ask again, and lets everybody look', async () => {
  await service.call('POST', '/api/v1/workflows', workflow());
  expect(await service.call('GET', '/ready')).toMatchObject({ status: 200 });
  await service.engine.drain(0);
  const refused = await service.call('POST', '/api/v1/workflows/greeting/execute', { input_data: {} });
  expect(refused).toMatchObject({ status: 503, body: { code: 'engine_closed', retryable: true } });
  expect(refused.headers).toMatchObject({ 'retry-after': '1', connection: 'close' });
  expect(await service.call('GET', '/ready')).toMatchObject({ status: 503, body: { code: 'engine_closed' } });
  expect(await service.call('GET', '/health')).toMatchObject({ status: 200 });
  expect(await service.call('GET', '/api/v1/workflows/greeting/status')).toMatchObject({ status: 200 });
});
