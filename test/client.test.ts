// The client against a service that listens: what it sends again, what it makes of refusals, and streams that break.

import { createServer as createHttpServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { AgentDirectory } from '@cantata/core';
import { createClient, ServiceError, type StreamMessage } from '@cantata/sdk/client';
import { afterEach, expect, test } from 'vitest';
import type { Authenticator } from '../packages/server/src/auth/principal.ts';
import { byTenant, type Service, startService, workflow } from '../packages/server/src/world.suite.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function serve(
  parts: Parameters<typeof startService>[0] = {},
): Promise<{ url: string; service: Service }> {
  const service = await startService(parts);
  closing.push(() => service.close());
  await service.server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.server.server.address() as AddressInfo;
  return { service, url: `http://127.0.0.1:${port}` };
}

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly method: string | undefined;
}

/** A server that answers with these, one after the other; `undefined` cuts the connection. */
async function answering(
  ...answers: readonly ([status: number, body: string, headers?: Record<string, string>] | undefined)[]
): Promise<{ url: string; asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const server: Server = createHttpServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push({ headers: request.headers, method: request.method });
    if (answer === undefined) return void request.socket.destroy();
    const [status, body, headers = {}] = answer;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Works until it is stopped. */
const never: AgentDirectory = {
  where: 'the test',
  find: () => ({
    perform: (_, { signal }) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () =>
          resolve({ kind: 'failed', error: { code: 'agent_aborted', message: 'stopped' } }),
        ),
      ),
  }),
};

const busy = [503, '', { 'retry-after': '0' }] as [number, string, Record<string, string>];

test('a document in YAML is registered, executed and waited for, and its output is what its tasks gave', async () => {
  const { url } = await serve();
  const client = createClient({ server: url });
  const { workflow_id } = await client.workflows.register(`
name: from_yaml
version: "1.0"
orchestration_pattern: supervisor
agents: { writers: { type: writer, count: 1 } }
tasks:
  - { id: draft, agent: writers, depends_on: [] }
coordination: { type: graph_based }
`);
  const { execution_id } = await client.workflows.execute('from_yaml', { input_data: { topic: 'bread' } });
  const ended = await client.executions.wait(execution_id);
  expect(ended).toMatchObject({ workflow_id, status: 'completed' });
  expect((await client.executions.output(execution_id)).output).toEqual(ended.output);
  expect(await client.executions.wait(execution_id)).toEqual(ended);
});

test('lists are read to their end, page by page', async () => {
  const { url } = await serve();
  const { workflows } = createClient({ server: url });
  for (const name of ['one', 'two', 'three']) await workflows.register(workflow(name));
  const listed = workflows.list({ limit: 2 });
  const names: string[] = [];
  for await (const { name } of listed) names.push(name);
  expect(names).toEqual(['one', 'three', 'two']);
  expect((await listed.all()).map(({ name }) => name)).toEqual(names);
  const { items, next_cursor } = await listed.page();
  expect(items).toHaveLength(2);
  expect((await listed.page(next_cursor as string)).items).toHaveLength(1);
});

test('what the service refuses is an error with its code, its problems and the id of the request', async () => {
  const { url } = await serve();
  const client = createClient({ server: url });
  const refused = await client.workflows
    .register(workflow('greeting', '1.0', { tasks: [{ id: 'a', agent: 'nobody', depends_on: ['b'] }] }))
    .catch((error: unknown) => error as ServiceError);
  expect(refused).toBeInstanceOf(ServiceError);
  expect(refused).toMatchObject({ code: 'definition_invalid', status: 422, retryable: false });
  expect((refused as ServiceError).problems.length).toBeGreaterThan(1);
  expect((refused as ServiceError).requestId).toMatch(/^[\da-f-]{36}$/);
  await expect(client.workflows.get('nothing of this name')).rejects.toMatchObject({
    code: 'workflow_not_found',
    status: 404,
  });
});

test('who calls is said with each request, by a token that may change', async () => {
  const { url } = await serve({ authenticator: byTenant });
  const tokens = ['acme:viewer', 'acme:author'];
  const client = createClient({ server: url, tokenFrom: () => tokens.shift() as string });
  await expect(client.workflows.register(workflow())).rejects.toMatchObject({
    code: 'forbidden',
    status: 403,
  });
  expect(await client.workflows.register(workflow())).toMatchObject({ status: 'validated' });
});

test('a POST that found the service busy or was cut off is sent again under the same key', async () => {
  const { url, asked } = await answering(busy, undefined, [429, '{}', { 'retry-after': '0' }], [202, '{}']);
  await createClient({ server: url, maxBackoffMs: 1 }).signals.send({ key: 'k', signal: 's' });
  expect(asked).toHaveLength(4);
  const keys = new Set(asked.map(({ headers }) => headers['idempotency-key']));
  expect(keys.size).toBe(1);
  expect([...keys][0]).toMatch(/^[\da-f-]{36}$/);
});

test('the key of a POST may be given, and what only reads has none', async () => {
  const { url, asked } = await answering([200, '{"items":[]}']);
  const client = createClient({ server: url });
  await client.executions.pause('x', {}, { idempotencyKey: 'mine' });
  await client.agents.list();
  expect(asked.map(({ headers }) => headers['idempotency-key'])).toEqual(['mine', undefined]);
});

test('tries are bounded, and what makes no sense to try again is sent once', async () => {
  const still = await answering(busy);
  await expect(
    createClient({ server: still.url, retries: 2, maxBackoffMs: 1 }).health(),
  ).rejects.toMatchObject({ code: 'answer_invalid', status: 503, retryable: true });
  expect(still.asked).toHaveLength(3);

  const late = await answering([503, '{}', { 'retry-after': '3600' }]);
  await expect(createClient({ server: late.url }).health()).rejects.toMatchObject({ status: 503 });
  expect(late.asked).toHaveLength(1);

  const other = await answering([200, '<html>']);
  await expect(createClient({ server: other.url }).health()).rejects.toMatchObject({
    code: 'answer_invalid',
  });
  expect(other.asked).toHaveLength(1);

  const gone = await answering(undefined);
  await expect(createClient({ server: gone.url }).executions.delete('x')).rejects.toMatchObject({
    code: 'unreachable',
    status: 0,
  });
  expect(gone.asked).toHaveLength(1);
});

test('a command that was kept, and not answered yet, says so instead of seeming to be done', async () => {
  const { url } = await answering([202, '{"status":"accepted","detail":"nobody answered yet"}']);
  await expect(createClient({ server: url }).executions.resume('x')).rejects.toMatchObject({
    code: 'answer_timeout',
    detail: 'nobody answered yet',
    retryable: true,
  });
});

test('a request ends when its signal is aborted, also between two tries', async () => {
  const { url } = await answering([503, '{}', { 'retry-after': '30' }]);
  const stop = new AbortController();
  const asked = createClient({ server: url }).health({ signal: stop.signal });
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await expect(asked).rejects.toThrow('enough');
});

test('an address that is none is refused at once', () => {
  expect(() => createClient({ server: 'ftp://here' })).toThrow('begins with http:// or https://');
  expect(() => createClient({ server: 'nowhere' })).toThrow(TypeError);
});

test('a stream that is cut off after each message has told every message exactly once', async () => {
  const { url, service } = await serve();
  const client = createClient({ server: url, maxBackoffMs: 1 });
  await client.workflows.register(workflow());
  const { execution_id: executionId } = await client.workflows.execute('greeting', { input_data: {} });
  await client.executions.wait(executionId);
  const whole = await told(client.stream({ workflow: 'greeting', executionId, events: 'all' }));
  const cut: StreamMessage[] = [];
  const sockets = new Set<Socket>();
  service.server.server.on('connection', (socket: Socket) => sockets.add(socket));
  for await (const message of client.stream({ workflow: 'greeting', executionId, events: 'all' })) {
    cut.push(message);
    if (isLast(message)) break;
    for (const socket of sockets) socket.destroy();
  }
  expect(cut).toEqual(whole);
  expect(cut.length).toBeGreaterThan(10);
});

test('a stream goes on behind a cursor, and names the types it wants', async () => {
  const { url } = await serve();
  const client = createClient({ server: url });
  await client.workflows.register(workflow());
  const { execution_id: executionId } = await client.workflows.execute('greeting', { input_data: {} });
  const types = ['task.completed', 'workflow.status_changed'];
  const whole = await told(client.stream({ workflow: 'greeting', executionId, types }));
  expect(new Set(whole.map(({ type }) => type))).toEqual(new Set(types));
  const { cursor } = whole[1] as StreamMessage;
  expect(await told(client.stream({ workflow: 'greeting', executionId, types, cursor }))).toEqual(
    whole.slice(2),
  );
});

test('a stream ends quietly when its signal is aborted', async () => {
  const { url } = await serve();
  const client = createClient({ server: url });
  await client.workflows.register(workflow());
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  const seen: StreamMessage[] = [];
  for await (const message of client.stream({ workflow: 'greeting', signal: stop.signal }))
    seen.push(message);
  expect(seen).toEqual([]);
});

test('a stream from now on that is cut off before it said anything misses nothing', async () => {
  const { url, service } = await serve();
  const client = createClient({ server: url, maxBackoffMs: 1 });
  await client.workflows.register(workflow());
  const sockets = new Set<Socket>();
  service.server.server.on('connection', (socket: Socket) => sockets.add(socket));
  const states: string[] = [];
  let executed: Promise<unknown> | undefined;
  const onConnection = (state: string): void => {
    states.push(state);
    if (states.length > 1) return;
    for (const socket of sockets) socket.destroy();
    executed = client.workflows.execute('greeting', { input_data: {} });
  };
  const seen = await told(client.stream({ workflow: 'greeting', from: 'now', onConnection }));
  await executed;
  expect(seen[0]).toMatchObject({ sequence: 1, data: { status: 'planning' } });
  expect(states).toEqual(['made', 'lost', 'made']);
});

test('a stream goes on with another token when its own has run out', async () => {
  const expiring: Authenticator = {
    isOpen: false,
    authenticate: (token) =>
      Promise.resolve({
        subject: 'ada',
        tenant: 'default',
        role: 'admin',
        ...(token === 'first' ? { expiresAt: Date.now() } : {}),
      }),
  };
  const { url } = await serve({ authenticator: expiring, settings: { heartbeatMs: 50 } });
  let token = 'first';
  const client = createClient({ server: url, maxBackoffMs: 1, tokenFrom: () => token });
  await client.workflows.register(workflow());
  const onConnection = (state: string): void => {
    if (state === 'made' && token === 'second') void client.workflows.execute('greeting', { input_data: {} });
    token = 'second';
  };
  expect(await told(client.stream({ workflow: 'greeting', onConnection }))).not.toEqual([]);
  const still = createClient({ server: url, maxBackoffMs: 1, token: 'first' });
  await expect(still.stream({ workflow: 'greeting' }).next()).rejects.toMatchObject({
    code: 'unauthenticated',
  });
});

test('a stream is refused with the code of what is wrong with it', async () => {
  const { url } = await serve({ authenticator: byTenant });
  const missing = createClient({ server: url, token: 'acme:viewer' }).stream({ workflow: 'nothing' });
  await expect(missing.next()).rejects.toMatchObject({ code: 'workflow_not_found', status: 404 });
  const author = createClient({ server: url, token: 'acme:author' });
  await author.workflows.register(workflow());
  await expect(
    author.stream({ workflow: 'greeting', cursor: 'nonsense', reconnects: 0 }).next(),
  ).rejects.toBeInstanceOf(ServiceError);
});

test('a stream of a service that is gone gives up after so many tries', async () => {
  const { url, service } = await serve();
  await service.server.close();
  const client = createClient({ server: url, maxBackoffMs: 1 });
  await expect(client.stream({ workflow: 'greeting', reconnects: 2 }).next()).rejects.toMatchObject({
    code: 'unreachable',
  });
});

test('waiting for an execution ends with how it ended, also when it is told to stop', async () => {
  const { url } = await serve({ agents: never });
  const client = createClient({ server: url });
  await client.workflows.register(workflow());
  const { execution_id } = await client.workflows.execute('greeting', { input_data: {} });
  const ended = client.executions.wait(execution_id);
  await client.executions.cancel(execution_id, { reason: 'not wanted' });
  expect((await ended).status).toBe('cancelled');
});

test('an execution that is older than what can be streamed is waited for like any other', async () => {
  const { url } = await serve({ engineSettings: { streamRetentionMs: 1 }, agents: never });
  const client = createClient({ server: url });
  await client.workflows.register(workflow());
  const { execution_id } = await client.workflows.execute('greeting', { input_data: {} });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const ended = client.executions.wait(execution_id);
  await client.executions.cancel(execution_id);
  expect((await ended).status).toBe('cancelled');
});

const isLast = ({ type, data }: StreamMessage): boolean =>
  type === 'workflow.status_changed' && data['status'] === 'completed';

async function told(stream: AsyncIterable<StreamMessage>): Promise<readonly StreamMessage[]> {
  const messages: StreamMessage[] = [];
  for await (const message of stream) {
    messages.push(message);
    if (isLast(message)) break;
  }
  return messages;
}
