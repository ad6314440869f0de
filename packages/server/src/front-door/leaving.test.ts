// What a service says while it is being left.
import { once } from 'node:events';
import { connect } from 'node:net';
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

test('a server that closes does not wait for the rest of a request that never comes', async () => {
  await service.close();
  service = await startService({ settings: { farewellMs: 100 } });
  const { port } = new URL(await service.server.listen({ port: 0, host: '127.0.0.1' }));
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /api/v1/workflows HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{');
  await once(service.server.server, 'request');
  const closed = once(socket.resume(), 'close');
  await service.close();
  await closed;
  expect(socket.destroyed).toBe(true);
  service = await startService();
});
