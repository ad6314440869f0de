// The service as the command starts it. What it answers is tested in packages/server.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { begin, type Call, type Result } from './in-process.ts';
import { createScratch, type Scratch } from './scratch.ts';
import { documentOf, single } from './workflows.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = createScratch();
});
afterEach(() => scratch.remove());

/** The command, once it serves, and where. */
async function serving(...args: readonly string[]): Promise<Call & { readonly url: string }> {
  const call = begin(['serve', '--port', '0', '--json', ...args], { cwd: scratch.folder });
  const { url } = JSON.parse(await call.until(/^\{.*\}\n/)) as { readonly url: string };
  return { ...call, url };
}

function stop({ ended }: Call): Promise<Result> {
  process.emit('SIGTERM');
  return ended;
}

test('serve says where it listens, answers there, and ends in order', async () => {
  const call = await serving();
  expect(call.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const health = await fetch(`${call.url}/health`);
  expect(await health.json()).toMatchObject({ status: 'ok' });
  const { code, err } = await stop(call);
  expect(err).toContain('stopped');
  expect(code).toBe(0);
});

test('what is posted runs with the agents of the project', async () => {
  const call = await serving();
  const post = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(call.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as Record<string, string>;
  };
  const { workflow_id: id } = await post('/api/v1/workflows', JSON.parse(documentOf(single('worker'))));
  await post(`/api/v1/workflows/${id}/execute`, { input_data: {} });
  const status = async (): Promise<string> => {
    const answer = await fetch(`${call.url}/api/v1/workflows/${id}/status`);
    return ((await answer.json()) as { readonly status: string }).status;
  };
  await expect.poll(status, { timeout: 20_000 }).toBe('completed');
  await stop(call);
});

test('a port that is taken is told', async () => {
  const first = await serving();
  const { port } = new URL(first.url);
  const second = await begin(['serve', '--port', port], { cwd: scratch.folder }).ended;
  expect(second.code).toBe(5);
  expect(second.err).toContain(`something listens at 127.0.0.1:${port} already`);
  await stop(first);
});
