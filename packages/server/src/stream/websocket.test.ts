import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { CantataError } from '@cantata/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import type { Authenticator } from '../auth/principal.ts';
import { type Service, startService, workflow } from '../world.suite.ts';
import { type Heard, read, type TestReader } from './client.suite.ts';
import { MESSAGE_TYPES } from './messages.ts';

const isEnd = ({ type, data }: Heard): boolean =>
  type === 'workflow.status_changed' && ['completed', 'failed', 'cancelled'].includes(data['status']);

let service: Service;
let id: string;
let base: string;

async function start(parts: Parameters<typeof startService>[0] = {}): Promise<void> {
  service = await startService(parts);
  base = (await service.server.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws');
  const headers = { authorization: 'Bearer ada' };
  id = (
    await service.call(
      'POST',
      '/api/v1/workflows',
      workflow('greeting', '1.0', { max_concurrent_executions: 10 }),
      headers,
    )
  ).body.workflow_id;
}
beforeEach(() => start());
afterEach(() => service.close());

const execute = async (): Promise<string> =>
  (
    await service.call(
      'POST',
      `/api/v1/workflows/${id}/execute`,
      { input_data: {} },
      { authorization: 'Bearer ada' },
    )
  ).body.execution_id;
const stream = (query = '', options = {}): TestReader => read(`${base}/ws/workflows/${id}${query}`, options);
const keyOf = ({ type, execution_id, sequence }: Heard): string => `${execution_id}/${sequence}/${type}`;

describe('what happens', () => {
  test('a reader that asks where it stands is told that first, and goes on from there', async () => {
    const reader = stream('?position=1');
    const first = await reader.until(() => true);
    expect(first).toEqual({ type: 'stream.position', cursor: expect.stringMatching(/^\d+$/) as string });
    await execute();
    await reader.until(isEnd);
    const [, ...heard] = reader.messages;
    const again = stream(`?position=1&cursor=${first.cursor}`);
    await again.until(isEnd);
    expect(again.messages.map(keyOf)).toEqual([keyOf(first), ...heard.map(keyOf)]);
    // Of an event that became several messages, the first was seen: where it stands is no earlier than that.
    const { cursor = '' } = heard.find(({ cursor: each }) => each.includes('.')) ?? {};
    const partly = stream(`?position=1&cursor=${cursor}`);
    await partly.until(isEnd);
    const places = partly.messages.filter(({ type }) => type === 'stream.position');
    expect(places.map((place) => place.cursor)).not.toContain(String(Number.parseInt(cursor, 10) - 1));
  });

  test('is told from its beginning, in the six types and the format of the specification', async () => {
    const execution = await execute();
    const reader = stream(`?execution_id=${execution}`);
    await reader.until(isEnd);
    const types = new Set(reader.messages.map(({ type }) => type));
    expect([...types].every((type) => (MESSAGE_TYPES as readonly string[]).includes(type))).toBe(true);
    for (const message of reader.messages) {
      expect(message).toMatchObject({
        workflow_id: id,
        execution_id: execution,
        data: expect.any(Object) as object,
      });
      expect(new Date(message.timestamp).toISOString()).toBe(message.timestamp);
    }
    expect(reader.messages.map(({ type, data }) => [type, data['status'] ?? data['task_id']])).toEqual([
      ['workflow.status_changed', 'planning'],
      ['workflow.status_changed', 'allocating'],
      ['workflow.status_changed', 'allocating'],
      ['workflow.status_changed', 'running'],
      ['agent.assigned', 'draft'],
      ['task.started', 'draft'],
      ['task.completed', 'draft'],
      ['agent.assigned', 'polish'],
      ['task.started', 'polish'],
      ['task.completed', 'polish'],
      ['workflow.status_changed', 'completed'],
    ]);
    expect(reader.messages.find(({ type }) => type === 'agent.assigned')?.data).toMatchObject({
      agent_id: 'writers-1',
      dependencies: [],
      estimated_duration: expect.any(Number) as number,
    });
    reader.socket.close();
  });

  test('is told of every execution of the workflow, from now on', async () => {
    await service.engine.ended(await execute());
    const reader = stream();
    await reader.opened;
    const [one, other] = [await execute(), await execute()];
    await reader.until((message) => isEnd(message) && message.execution_id === other);
    await reader.until((message) => isEnd(message) && message.execution_id === one);
    expect(new Set(reader.messages.map(({ execution_id }) => execution_id))).toEqual(new Set([one, other]));
    reader.socket.close();
  });

  test('can be asked for by type, and with every event', async () => {
    const execution = await execute();
    const some = stream(`?execution_id=${execution}&types=task.completed`);
    const all = stream(`?execution_id=${execution}&events=all`);
    await all.until(isEnd);
    await some.until(({ data }) => data['task_id'] === 'polish');
    expect(some.messages.map(({ type }) => type)).toEqual(['task.completed', 'task.completed']);
    const { body } = await service.call('GET', `/api/v1/executions/${execution}/events`);
    const heard = all.messages.map(({ type }) => type);
    for (const { event } of body.items) expect(heard).toContain(event);
    // It is an event and a message of the same name, with the same fields: once is enough.
    expect(heard.filter((type) => type === 'task.completed')).toHaveLength(2);
    for (const reader of [some, all]) reader.socket.close();
  });
});

test('a reader that is cut off 50 times while things happen has seen every message exactly once', async () => {
  const RUNS = 10;
  const executions = Array.from({ length: RUNS }, execute);
  const seen: string[] = [];
  let ends = 0;
  let cursor = '';
  let cuts = 0;
  // It is written by what is told.
  const goesOn = (): boolean => ends < RUNS;
  while (goesOn()) {
    // Cut behind one message, or two, or three: in the middle of an event, too.
    const most = cuts < 50 ? 1 + (cuts % 3) : Number.POSITIVE_INFINITY;
    let taken = 0;
    const reader = stream(cursor === '' ? '?from=start' : `?cursor=${cursor}`, {
      onMessage: (message: Heard, socket: WebSocket) => {
        // What was on its way when the line was cut was never seen.
        if (taken >= most) return;
        taken += 1;
        seen.push(keyOf(message));
        ({ cursor } = message);
        if (isEnd(message)) ends += 1;
        if (taken >= most || ends === RUNS) socket.terminate();
      },
    });
    await reader.closed;
    cuts += 1;
  }
  expect(cuts).toBeGreaterThanOrEqual(50);
  await Promise.all(executions);
  const whole = stream('?from=start');
  await whole.until((message) => keyOf(message) === seen.at(-1));
  whole.socket.close();
  expect(seen).toEqual(whole.messages.map(keyOf));
  expect(new Set(seen).size).toBe(seen.length);
});

test('a checkpoint is told of', async () => {
  await service.close();
  const never = { perform: () => new Promise<never>(() => undefined) };
  await start({ agents: { where: 'the test', find: () => never } });
  const execution = await execute();
  await service.engine.pause(execution, 'ada');
  const reader = stream(`?execution_id=${execution}`);
  const paused = ({ type }: Heard): boolean => type === 'checkpoint.created';
  expect((await reader.until(paused)).data).toMatchObject({
    checkpoint_id: expect.any(String) as string,
    recovery_instructions: expect.any(Object) as object,
  });
  reader.socket.close();
});

describe('a reader is sent away, with the reason,', () => {
  test('who asks for what is not there', async () => {
    expect(await read(`${base}/ws/workflows/none`).closed).toMatchObject({
      code: 4_404,
      reason: 'workflow_not_found: there is no workflow none',
    });
    const told = await read(`${base}/ws/workflows/none`).until(() => true);
    expect(told).toMatchObject({
      type: 'stream.error',
      problem: {
        code: 'workflow_not_found',
        instance: '/ws/workflows/none',
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    });
    const other = '01a00000-0000-7000-8000-000000000000';
    expect(await stream(`?execution_id=${other}`).closed).toMatchObject({ code: 4_404 });
    await expect(read(`${base}/ws/other/${id}`).opened).rejects.toThrow('404');
  });

  test('whose cursor is none, or is too old', async () => {
    await expect(stream('?cursor=x').opened).rejects.toThrow('400');
    await expect(stream('?types=task.complete').opened).rejects.toThrow('400');
    expect(await stream('?cursor=999999').closed).toMatchObject({ code: 4_400 });
    const execution = await execute();
    await service.engine.ended(execution);
    await service.engine.delete(execution, 'ada');
    expect(await stream('?cursor=1').closed).toMatchObject({
      code: 4_410,
      reason: expect.stringContaining('cursor_too_old') as string,
    });
    // Who has no cursor has missed nothing.
    const next = await execute();
    const reader = stream('?from=start');
    expect((await reader.until(() => true)).execution_id).toBe(next);
    reader.socket.close();
    const end = await service.store.feed.end();
    expect(await stream(`?cursor=${end + 1}.1`).closed).toMatchObject({ code: 4_400 });
    expect(await stream('?cursor=0.1').closed).toMatchObject({ code: 4_400 });
  });

  test('when the server leaves, which waits for nobody who does not answer', async () => {
    const [reader, silent] = [stream(), stream()];
    await Promise.all([reader.opened, silent.opened]);
    silent.socket.pause();
    await service.close();
    expect(await reader.closed).toMatchObject({ code: 1_001 });
    silent.socket.terminate();
    await start();
  });
});

describe('where tokens are asked for', () => {
  const tokens: Authenticator = {
    isOpen: false,
    authenticate: (token) =>
      token === 'ada' || token === 'eve'
        ? Promise.resolve({ subject: token, tenant: token === 'eve' ? 'other' : 'default', role: 'admin' })
        : Promise.reject(new CantataError('unauthenticated', 'the token is not valid')),
  };
  beforeEach(async () => {
    await service.close();
    await start({ authenticator: tokens, settings: { introductionMs: 300 } });
  });

  test('it comes in the header', async () => {
    const reader = stream(`?execution_id=${await execute()}`, { token: 'ada' });
    await reader.until(isEnd);
    reader.socket.close();
    await expect(stream('', { token: 'nobody' }).opened).rejects.toThrow('401');
  });

  test('or in the first message', async () => {
    const reader = stream(`?execution_id=${await execute()}`);
    await reader.opened;
    reader.socket.send(JSON.stringify({ type: 'authenticate', token: 'ada' }));
    expect(await reader.until(isEnd)).toMatchObject({ data: { status: 'completed' } });
    reader.socket.close();
  });

  test.each(['{"type":"authenticate","token":"nobody"}', 'hello', '{}'])(
    'and %s is refused',
    async (first) => {
      const reader = stream();
      await reader.opened;
      reader.socket.send(first);
      expect(await reader.closed).toMatchObject({ code: 4_401 });
    },
  );

  test('which counts as a request, too', async () => {
    await service.close();
    await start({ authenticator: tokens, settings: { rateLimit: { requestsPerSecond: 0.001, burst: 1 } } });
    const reader = stream();
    await reader.opened;
    reader.socket.send(JSON.stringify({ type: 'authenticate', token: 'ada' }));
    expect(await reader.closed).toMatchObject({
      code: 4_429,
      reason: expect.stringContaining('rate_limited') as string,
    });
  });

  test('nobody waits for it for long', async () => {
    expect(await stream().closed).toMatchObject({
      code: 4_401,
      reason: expect.stringContaining('authenticate') as string,
    });
  });

  test('and again when it has expired, or when nobody answers any more', async () => {
    await service.close();
    const principal = {
      subject: 'ada',
      tenant: 'default',
      role: 'admin',
      expiresAt: Date.now() + 400,
    } as const;
    await start({
      authenticator: { isOpen: false, authenticate: () => Promise.resolve(principal) },
      settings: { heartbeatMs: 100 },
    });
    const reader = stream('', { token: 'ada' });
    await reader.opened;
    // Meanwhile it is told where it stands, though nothing happens in its workflow.
    await service.call('POST', '/api/v1/workflows', workflow('other'), { authorization: 'Bearer ada' });
    await service.call(
      'POST',
      '/api/v1/workflows/other/execute',
      { input_data: {} },
      { authorization: 'Bearer ada' },
    );
    expect(await reader.until(({ type }) => type === 'stream.position')).toMatchObject({
      cursor: expect.stringMatching(/^\d+$/) as string,
    });
    expect(await reader.closed).toMatchObject({
      code: 4_401,
      reason: expect.stringContaining('expired') as string,
    });
  });

  test('another tenant sees nothing', async () => {
    const execution = await execute();
    const reader = stream(`?execution_id=${execution}`, { token: 'eve' });
    expect(await reader.closed).toMatchObject({ code: 4_404 });
    expect(reader.messages.filter(({ type }) => type !== 'stream.error')).toEqual([]);
  });
});

test('opening one is a request like any other where those are limited', async () => {
  await service.close();
  await start({ settings: { rateLimit: { requestsPerSecond: 0.001, burst: 2 } } });
  const reader = stream();
  await reader.opened;
  const refused = stream();
  const answer = new Promise<IncomingMessage>((resolve) =>
    refused.socket.on('unexpected-response', (_, response: IncomingMessage) => resolve(response)),
  );
  const { statusCode, headers } = await answer;
  expect([statusCode, Number(headers['retry-after']) > 900]).toEqual([429, true]);
  reader.socket.terminate();
});

/** What is answered to a request that is sent as it stands. */
async function raw(path: string, protocol: string): Promise<string> {
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  socket.write(
    `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: ${protocol}\r\n\r\n`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString('utf8');
}

test('a path that cannot be read is a bad request', async () => {
  expect(await raw('http://[bad', 'websocket')).toMatch(/^HTTP\/1.1 400 /);
});

test('whoever offers another protocol is answered in this one', async () => {
  expect(await raw('/health', 'h2c')).toMatch(/^HTTP\/1.1 200 /);
});

test('whose request is refused is not kept, though they do not hang up', async () => {
  const { port } = new URL(base);
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  socket.write(
    'GET /ws/elsewhere HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  );
  socket.resume();
  await once(socket, 'end');
  await expect
    .poll(() => new Promise((resolve) => service.server.server.getConnections((_, count) => resolve(count))))
    .toBe(0);
  socket.destroy();
});

test('who reads too slowly is held back, and sent away', async () => {
  await service.close();
  await start({ settings: { maxWaitingBytes: 10_000, slowReaderMs: 200, checksAnswers: true } });
  const reader = stream('?from=now&events=all');
  await reader.opened;
  reader.socket.pause();
  // What the machine keeps for both ends of a connection is filled first.
  const text = 'x'.repeat(15_000);
  while (service.engine.feed.size > 0) {
    const { body } = await service.call('POST', `/api/v1/workflows/${id}/execute`, { input_data: { text } });
    await service.engine.ended(body.execution_id);
  }
  reader.socket.resume();
  expect([4_008, 1_006]).toContain((await reader.closed).code);
});
