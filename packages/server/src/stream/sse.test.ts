import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Service, startService, workflow } from '../world.suite.ts';

let service: Service;
let url: string;
beforeEach(async () => {
  service = await startService();
  const base = await service.server.listen({ port: 0, host: '127.0.0.1' });
  const { body } = await service.call('POST', '/api/v1/workflows', workflow());
  const started = await service.call('POST', `/api/v1/workflows/${body.workflow_id}/execute`, {
    input_data: {},
  });
  await service.engine.ended(started.body.execution_id);
  url = `${base}/api/v1/workflows/${body.workflow_id}/stream`;
});
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
