import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Held, holding } from './executions.suite.ts';
import { as } from './world.suite.ts';

let held: Held;
beforeEach(async () => {
  held = await holding();
});
afterEach(() => held.service.close());

const get = (path: string, who = as('one', 'viewer')) =>
  held.service.call('GET', `/api/v1/executions${path}`, undefined, who);

test('executions are listed newest first, page by page, by status, workflow and tag', async () => {
  const first = await held.begin({ tags: ['nightly'] });
  const second = await held.begin();
  const page = await get('?limit=1');
  expect(page).toMatchObject({ status: 200, body: { items: [{ execution_id: second }] } });
  expect(await get(`?limit=1&cursor=${page.body.next_cursor}`)).toMatchObject({
    body: { items: [{ execution_id: first }], next_cursor: null },
  });
  const ids = async (query: string) => (await get(query)).body.items.map((row: any) => row.execution_id);
  expect(await ids('?tag=nightly')).toEqual([first]);
  expect(await ids('?workflow_id=held-2')).toEqual([second]);
  expect(await ids('?status=failed&status=cancelled')).toEqual([]);
  expect(await ids('?open=true&status=completed')).toEqual([]);
  expect(await ids('?open=true')).toEqual([second, first]);
  expect((await get('', as('two'))).body.items).toEqual([]);
  expect(await get('?workflow_id=nope')).toMatchObject({ status: 404, body: { code: 'workflow_not_found' } });
  expect(await get('?limit=0')).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  expect(await get('?status=canceled')).toMatchObject({
    status: 400,
    body: { code: 'request_invalid', detail: expect.stringContaining('"cancelled"') as string },
  });
});

test('an execution is looked at from all sides', async () => {
  const id = await held.begin();
  expect(await get(`/${id}`)).toMatchObject({ status: 200, body: { execution_id: id, status: 'running' } });
  expect((await get(`/${id.toUpperCase()}`)).body.execution_id).toBe(id);
  expect(await get(`/${id}/why`)).toMatchObject({
    status: 200,
    body: { causes: [{ subject: 'execution' }, { subject: 'polish' }] },
  });
  expect(await get(`/${id}/agents`)).toMatchObject({
    status: 200,
    body: { agents: [{ agent_id: 'writers-1', status: 'busy' }, { status: 'idle' }] },
  });
  expect(await get(`/${id}/tasks?status=pending`)).toMatchObject({
    status: 200,
    body: { tasks: [{ id: 'polish' }] },
  });
  expect((await get(`/${id}/tasks?status=pending&status=running`)).body.tasks).toHaveLength(2);
  expect(await get(`/${id}/teams`)).toMatchObject({ status: 200, body: { execution_id: id } });
  expect(await get(`/${id}/graph`)).toMatchObject({
    status: 200,
    body: {
      nodes: [
        { id: 'draft', status: 'running', layer: 0 },
        { id: 'polish', status: 'pending', layer: 1 },
      ],
      edges: [{ from: 'draft', to: 'polish', on: 'completed' }],
      critical_path: ['draft', 'polish'],
    },
  });
  expect(await get(`/${id}/output`)).toMatchObject({ status: 409, body: { code: 'not_completed' } });
  await held.answer();
  await held.answer({ text: 'fin' });
  await held.service.engine.ended(id);
  expect(await get(`/${id}/output`)).toMatchObject({
    status: 200,
    body: { execution_id: id, output: { text: 'fin' } },
  });
});

test('a value that is too large for the log is read by its reference, of those that refer to it alone', async () => {
  const large = 'x'.repeat(20_000);
  const [id, other] = [await held.begin(), await held.begin()];
  await held.answer(large);
  const references = async (): Promise<readonly string[]> => {
    const { items } = (await get(`/${id}/log`)).body as { readonly items: readonly { data: string }[] };
    return items.flatMap(({ data }) => /sha256:[\da-f]{64}/.exec(data) ?? []);
  };
  await expect.poll(references).toHaveLength(1);
  const [reference = ''] = await references();
  const path = `blobs/${encodeURIComponent(reference)}`;
  const answer = await get(`/${id}/${path}`);
  expect(answer).toMatchObject({ status: 200, body: large });
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  const nothing = { status: 404, body: { code: 'value_not_found' } };
  expect(await get(`/${other}/${path}`)).toMatchObject(nothing);
  expect(await get(`/${id}/blobs/nothing`)).toMatchObject(nothing);
  expect(await get(`/${id}/${path}`, as('two'))).toMatchObject({
    status: 404,
    body: { code: 'execution_not_found' },
  });
});

test('events and the recorded log are read page by page, to their ends', async () => {
  const id = await held.begin();
  for (const [what, named] of [
    ['events', 'event'],
    ['log', 'type'],
  ]) {
    const first = await get(`/${id}/${what}?limit=2`);
    expect(first).toMatchObject({ status: 200, body: { next_cursor: 2 } });
    expect(first.body.items[0]).toMatchObject({ sequence: 1, [named as string]: 'workflow.requested' });
    const rest = await get(`/${id}/${what}?after=2&limit=1000`);
    expect(rest.body.items[0].sequence).toBe(3);
    expect(rest.body.next_cursor).toBeNull();
  }
});

test('what a task asks of people is listed, and answered by whom it is for', async () => {
  const id = await held.begin({
    tasks: [
      {
        id: 'ship',
        wait: { approval: { of: 'managers', answered_by: ['somebody of one'], prompt: 'Ship it?' } },
      },
    ],
  });
  expect(await get(`/${id}/approvals`)).toMatchObject({
    status: 200,
    body: {
      approvals: [{ task: 'ship', question: 'Ship it?', answered_by: ['somebody of one'], due: null }],
    },
  });
  const url = `/api/v1/executions/${id}/tasks/ship/answer`;
  const answer = await held.service.call('POST', url, { decision: 'approved' }, as('one'));
  expect(answer).toMatchObject({ status: 200, body: { task_id: 'ship', status: 'completed' } });
  expect((await get(`/${id}/approvals`)).body.approvals).toEqual([]);
  expect(await held.service.call('POST', url, { decision: 'approved' }, as('one'))).toMatchObject({
    status: 409,
  });
});

test.each([
  '',
  '/why',
  '/events',
  '/log',
  '/tasks',
  '/agents',
  '/teams',
  '/checkpoints',
  '/graph',
  '/approvals',
  '/output',
])('what is of another tenant is not there: %s', async (path) => {
  const id = await held.begin();
  expect(await get(`/${id}${path}`, as('two'))).toMatchObject({
    status: 404,
    body: { code: 'execution_not_found' },
  });
  expect(await get(`/nonsense${path}`)).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
});
