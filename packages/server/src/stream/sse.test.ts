import { get, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Service, startService, workflow } from '../world.suite.ts';

let service: Service;
let url: string;
const begin = async (parts: Parameters<typeof startService>[0] = {}): Promise<void> => {
  service = await startService(parts);
  const base = await service.server.listen({ port: 0, host: '127.0.0.1' });
  const { body } = await service.call('POST', '/api/v1/workflows', workflow());
  const started = await service.call('POST', `/api/v1/workflows/${body.workflow_id}/execute`, {
    input_data: {},
  });
  await service.engine.ended(started.body.execution_id);
  url = `${base}/api/v1/workflows/${body.workflow_id}/stream`;
};
beforeEach(() => begin());
afterEach(() => service.close());

interface Frame {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly type: string; readonly cursor: string };
}

/** The first frames of a stream. */
async function frames(
  query: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<readonly Frame[]> {
  const leave = new AbortController();
  const answer = await fetch(url + query, { headers, signal: leave.signal });
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  const found = (): readonly Frame[] =>
    text
      .split('\n\n')
      .slice(0, -1)
      .filter((frame) => !frame.startsWith(':'))
      .map((frame) => Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2))))
      .map(({ id, event, data }) => ({ id, event, data: JSON.parse(data) }));
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    if (found().length >= count) break;
  }
  leave.abort();
  return found().slice(0, count);
}

test('the same messages come as server-sent events, each with its cursor as its id', async () => {
  const all = await frames('?from=start', 11);
  expect(all.map(({ event }) => event)).toEqual(all.map(({ data }) => data.type));
  expect(all.map(({ id }) => id)).toEqual(all.map(({ data }) => data.cursor));
  const [, , third] = all;
  const rest = await frames('', 8, { 'last-event-id': third?.id ?? '' });
  expect(rest).toEqual(all.slice(3));
});

test('what is wrong is told before anything is sent', async () => {
  expect((await fetch(`${url}?cursor=99999`)).status).toBe(400);
  expect((await fetch(`${url}?from=x`)).status).toBe(400);
});

test('a stream opens at once, though nothing happens', async () => {
  const leave = new AbortController();
  const answer = await fetch(`${url}?from=now`, { signal: leave.signal });
  expect(answer.status).toBe(200);
  leave.abort();
});

test('a server that closes tells who reads, and waits for nobody who does not listen', async () => {
  await service.close();
  await begin({ settings: { farewellMs: 200 } });
  const [answer, deaf] = [await fetch(url), await open()];
  deaf.pause();
  await service.close();
  expect(await answer.text()).toMatch(/event: stream.error\ndata: \{.*"code":"engine_closed".*\}\n\n$/);
  await begin();
});

test('nobody is told by HEAD what a stream would say, and nobody listens for them', async () => {
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(405);
  expect(service.engine.feed.size).toBe(0);
});

test('who is told nothing for long is told where they stand, and to go when their token is over', async () => {
  await service.close();
  const principal = {
    subject: 'ada',
    tenant: 'default',
    role: 'admin',
    expiresAt: Date.now() + 1_000,
  } as const;
  await begin({
    authenticator: { isOpen: false, authenticate: () => Promise.resolve(principal) },
    settings: { heartbeatMs: 100 },
  });
  const text = await (await fetch(`${url}?types=error.occurred&from=start`)).text();
  const end = await service.store.feed.end();
  expect(text).toContain(`\n\nid: ${end}\n\n`);
  expect(text).toMatch(/event: stream.error\ndata: \{.*"code":"unauthenticated".*\}\n\n$/);
  expect(service.engine.feed.size).toBe(0);
});

test('who does not read is held back, and cut off', async () => {
  await service.close();
  await begin({ settings: { maxWaitingBytes: 10_000, slowReaderMs: 200, checksAnswers: true } });
  const answer = await open();
  answer.pause();
  const cut = new Promise((resolve) => answer.on('error', resolve));
  // What the machine keeps for both ends of a connection is filled first.
  const text = 'x'.repeat(15_000);
  while (service.engine.feed.size > 0) {
    const { body } = await service.call('POST', '/api/v1/workflows/greeting/execute', {
      input_data: { text },
    });
    await service.engine.ended(body.execution_id);
  }
  answer.resume();
  expect(await cut).toMatchObject({ code: 'ECONNRESET' });
});

function open(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => void get(url, resolve).on('error', reject));
}
