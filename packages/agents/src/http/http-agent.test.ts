/** Real servers on the loopback. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { assignment, listening } from '../../test/turn.ts';
import { type HttpOptions, httpAgent } from './index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let close: (() => void) | undefined;
afterEach(() => close?.());

async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => answer(request, response, body));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const asks = async (answer: Answer, options: Partial<HttpOptions> = {}, context = listening()) =>
  httpAgent({ url: await serve(answer), ...options }).transport.perform(assignment, context);
const says =
  (text: string, type = 'application/json', status = 200): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': type }).end(text);

describe('an agent behind a URL', () => {
  test('is told of its turn, under its key', async () => {
    const outcome = await asks(
      ({ headers, method }, response, body) => {
        const { task, input } = JSON.parse(body) as Record<string, unknown>;
        const output = [method, headers['idempotency-key'], headers.authorization, task, input];
        response.end(JSON.stringify({ output }));
      },
      { headers: { authorization: 'Bearer x' } },
    );
    expect(outcome).toEqual({
      kind: 'completed',
      output: ['POST', 'e/pay#1.1/perform', 'Bearer x', 'pay', { cents: 5 }],
    });
  });

  test('may say at once that it failed, with a code of its own', async () => {
    const error = { code: 'card', message: 'declined', retry: 'never' };
    expect(await asks(says(JSON.stringify({ type: 'failed', error })))).toEqual({ kind: 'failed', error });
  });

  test('may say line by line what it does', async () => {
    const context = listening();
    const lines = [
      { type: 'progress', fraction: 0.5 },
      { type: 'keep', key: 'a', value: 1 },
      { type: 'completed', output: 7 },
    ];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    expect(await asks(says(text, 'application/x-ndjson'), {}, context)).toMatchObject({ output: 7 });
    expect(context.said).toEqual([{ fraction: 0.5 }]);
  });

  test.each([
    [503, 'agent_unavailable', 'wanted'],
    [429, 'agent_unavailable', 'wanted'],
    [404, 'agent_refused', 'never'],
  ])('that answers %i has failed', async (status, code, retry) => {
    expect(await asks(says('because', 'text/plain', status))).toMatchObject({ error: { code, retry } });
  });

  test.each([
    ['no JSON', says('hello')],
    ['nothing', says('')],
    ['lines without an answer', says('{"type":"heartbeat"}\n', 'application/x-ndjson')],
    ['too much', says(`{"output":"${'x'.repeat(5_000)}"}`)],
  ])('that gives %s does not speak the protocol', async (_, answer) => {
    expect(await asks(answer, { maxOutputBytes: 4_096 })).toMatchObject({
      error: { code: 'agent_protocol', retry: 'never' },
    });
  });

  test('that cannot be reached may be later', async () => {
    const url = await serve(says('{}'));
    close?.();
    expect(await httpAgent({ url }).transport.perform(assignment, listening())).toMatchObject({
      error: { code: 'agent_unreachable', retry: 'wanted' },
    });
  });

  test('is not waited for when its answer is not wanted any more', async () => {
    const context = listening();
    const outcome = asks(() => context.abort('not wanted'), {}, context);
    expect(await outcome).toEqual({
      kind: 'failed',
      error: { code: 'agent_aborted', message: 'not wanted' },
    });
    expect(await asks(says('{}'), {}, context)).toMatchObject({ error: { code: 'agent_aborted' } });
  });

  test('has a URL of HTTP', () => {
    expect(() => httpAgent({ url: 'ftp://example' })).toThrow('no URL of HTTP');
    expect(httpAgent({ url: 'http://example', description: 'judges' }).description).toBe('judges');
  });
});
