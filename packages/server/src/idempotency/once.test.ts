// Every POST that comes again under its key: answered as it was, done once, also when its answer was lost.
import { CantataError } from '@cantata/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Held, holding } from '../executions.suite.ts';
import { type Answer, as } from '../world.suite.ts';
import { claimedAt } from './claim.ts';
import { POSTS } from './posts.suite.ts';

let held: Held;
beforeEach(async () => {
  held = await holding();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await held.service.close();
});

function post(path: string, body: unknown, key?: string): Promise<Answer> {
  const headers = key === undefined ? as('one') : { ...as('one'), 'idempotency-key': key };
  const type = typeof body === 'string' ? { 'content-type': 'application/yaml' } : {};
  return held.service.call('POST', `/api/v1${path}`, body, { ...headers, ...type });
}

/** For machines that are busy with something else. */
const PATIENCE = { timeout: 10_000, interval: 20 };

/** What has happened since, when nothing happens any more. */
async function happened(since: number): Promise<readonly string[]> {
  const { feed, inbox } = held.service.store;
  let end = -1;
  await vi.waitFor(async () => {
    const before = end;
    end = await feed.end();
    if (before !== end || (await inbox.read('all', 1)).length > 0) throw new Error('not quiet yet');
  }, PATIENCE);
  return (await feed.read(since, 1_000)).map(({ type }) => type).toSorted();
}

test('the table has every POST', async () => {
  await held.service.server.ready();
  const there = [...held.service.server.callers].filter(([route]) => route.startsWith('POST '));
  expect(Object.keys(POSTS).toSorted()).toEqual(there.map(([route]) => route).toSorted());
});

test('the API’s document has the key at every POST, and nowhere else', async () => {
  const { body } = await held.service.call('GET', '/openapi.json');
  for (const path of Object.values<Record<string, { parameters?: { name: string }[] }>>(body.paths))
    for (const [method, { parameters = [] }] of Object.entries(path))
      expect(parameters.some(({ name }) => name === 'idempotency-key')).toBe(method === 'post');
});

describe.each(Object.entries(POSTS))('%s', (_, { arrange, isByItself }) => {
  test('is done once and answered the same, and its key is for nothing else', async () => {
    const { path, body, other } = await arrange(held);
    const settle = vi.spyOn(held.service.store.requests, 'settle');
    const since = (await happened(0)).length;
    const first = await post(path, body, 'key');
    expect(first.status).toBeLessThan(500);
    const done = await happened(since);
    const again = await post(path, body, 'key');
    expect(again).toMatchObject({ status: first.status, body: first.body });
    expect(again.headers['content-type']).toBe(first.headers['content-type']);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await post(path, other, 'key')).toMatchObject({
      status: 409,
      body: { code: 'idempotency_key_reused', retryable: false },
    });
    expect(await happened(since)).toEqual(done);
    expect(settle).toHaveBeenCalledTimes(1);
    const id = settle.mock.calls[0]?.[0] as string;
    if (isByItself !== true) expect(await held.service.store.inbox.outcome(id)).toBeDefined();
  });

  test('is done once where it comes four times at the same moment', async () => {
    const alone = await arrange(held);
    const before = (await happened(0)).length;
    const { status } = await post(alone.path, alone.body, 'key');
    const expected = await happened(before);
    const { path, body } = await arrange(held);
    const since = (await happened(0)).length;
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(path, body, 'another-key')));
    expect(answers.map((answer) => answer.status)).toEqual([status, status, status, status]);
    expect(await happened(since)).toEqual(expected);
  });

  test('is done once, and answered as the first time, when its answer was lost', async () => {
    const { path, body } = await arrange(held);
    const { requests } = held.service.store;
    const lost = new CantataError('store_unavailable', 'for the test');
    vi.spyOn(requests, 'settle').mockRejectedValueOnce(lost);
    const since = (await happened(0)).length;
    const first = await post(path, body, 'key');
    const done = await happened(since);
    const again = await post(path, body, 'key');
    expect(again.headers['idempotency-replayed']).toBeUndefined();
    expect(again.status).toBe(first.status);
    // How it stands, and who there is to be told, may be another matter by now.
    const { status: _now, from: _then, executions: _told, request_id: _id, ...same } = first.body;
    expect(again.body).toMatchObject(same);
    expect(await happened(since)).toEqual(done);
    expect((await post(path, body, 'key')).headers['idempotency-replayed']).toBe('true');
  });
});

describe('a key', () => {
  const execute = async (): Promise<string> => {
    const { path } = await (
      POSTS['POST /api/v1/workflows/:workflow/execute'] as (typeof POSTS)[string]
    ).arrange(held);
    return path;
  };

  test.each(['', ' ', 'a b', 'ä', 'x'.repeat(256)])('of %j is none', async (key) => {
    expect(await post(await execute(), { input_data: {} }, key)).toMatchObject({
      status: 400,
      body: { code: 'request_invalid', detail: expect.stringContaining('Idempotency-Key') as string },
    });
  });

  test('is of the one who sent it and of the path it was sent to', async () => {
    const [one, two] = [await execute(), await execute()];
    const first = await post(one, { input_data: {} }, 'key');
    const second = await post(two, { input_data: {} }, 'key');
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body.execution_id).not.toBe(first.body.execution_id);
    expect((await happened(0)).length).toBeGreaterThan(0);
    const headers = { ...as('two'), 'idempotency-key': 'key' };
    expect(await held.service.call('POST', `/api/v1${one}`, { input_data: {} }, headers)).toMatchObject({
      status: 404,
    });
  });

  test('of an execution is the id of the execution, which says when it was asked for', async () => {
    const before = held.service.engine.now();
    const { body } = await post(await execute(), { input_data: {} }, 'key');
    expect(claimedAt(body.execution_id)).toBeGreaterThanOrEqual(before);
    expect(claimedAt(body.execution_id)).toBeLessThanOrEqual(held.service.engine.now());
  });

  test('does not bind what is refused before anything is done', async () => {
    const path = await execute();
    expect((await post(path, { input_data: 1 }, 'key')).status).toBe(400);
    expect((await post(path, { input_data: {} }, 'key')).status).toBe(202);
  });

  test('gives no answer that leaves open what became of it', async () => {
    const path = await execute();
    const busy = new CantataError('engine_busy', 'for the test', { retryable: true });
    const late = new CantataError('answer_timeout', 'for the test');
    const start = vi
      .spyOn(held.service.engine, 'start')
      .mockRejectedValueOnce(busy)
      .mockRejectedValueOnce(late);
    expect((await post(path, { input_data: {} }, 'key')).status).toBe(503);
    expect((await post(path, { input_data: {} }, 'key')).body.status).toBe('accepted');
    const done = await post(path, { input_data: {} }, 'key');
    expect(done).toMatchObject({ status: 202, body: { status: 'planning' } });
    expect(done.headers['idempotency-replayed']).toBeUndefined();
    expect(new Set(start.mock.calls.map(([{ requestId }]) => requestId)).size).toBe(1);
  });

  test('of a request that is no POST is not looked at', async () => {
    const headers = { ...as('one'), 'idempotency-key': 'not a key' };
    expect(await held.service.call('GET', '/api/v1/workflows', undefined, headers)).toMatchObject({
      status: 200,
    });
  });
});

test('a workflow stands for the execution that was its newest open one when the request came first', async () => {
  const { path } = await (POSTS['POST /api/v1/workflows/:workflow/cancel'] as (typeof POSTS)[string]).arrange(
    held,
  );
  const lost = new CantataError('store_unavailable', 'for the test');
  vi.spyOn(held.service.store.requests, 'settle').mockRejectedValueOnce(lost);
  const first = await post(path, {}, 'key');
  await held.service.engine.ended(first.body.execution_id);
  const next = await post(path.replace('cancel', 'execute'), { input_data: {} });
  expect(next.status).toBe(202);
  expect((await post(path, {}, 'key')).body.execution_id).toBe(first.body.execution_id);
  const { body } = await held.service.call(
    'GET',
    `/api/v1/executions/${next.body.execution_id}`,
    undefined,
    as('one'),
  );
  expect(body.status).toBe('running');
});
