import { afterEach, beforeEach, expect, test } from 'vitest';
import { as, byTenant, type Service, startService, workflow } from './world.suite.ts';

let service: Service;
beforeEach(async () => {
  service = await startService({ authenticator: byTenant });
  for (const [name, version, more] of [
    ['b', '1', {}],
    ['b', '2', { tags: ['late'] }],
    ['a', '1', { orchestration_pattern: 'network', tags: ['early'] }],
    ['c', '1', {}],
  ] as const)
    await service.call('POST', '/api/v1/workflows', workflow(name, version, more), as('acme'));
});
afterEach(() => service.close());

const get = (url: string, tenant = 'acme') =>
  service.call('GET', `/api/v1/workflows${url}`, undefined, as(tenant, 'viewer'));
const names = (items: readonly { readonly name: string; readonly version: string }[]) =>
  items.map(({ name, version }) => `${name} ${version}`);

test('workflows are listed by name in their newest version, a page at a time', async () => {
  const first = await get('?limit=2');
  expect(names(first.body.items)).toEqual(['a 1', 'b 2']);
  const second = await get(`?limit=2&cursor=${first.body.next_cursor}`);
  expect(names(second.body.items)).toEqual(['c 1']);
  expect(second.body.next_cursor).toBeNull();
});

test.each([
  ['?name=b', ['b 2']],
  ['?pattern=network', ['a 1']],
  ['?tag=late', ['b 2']],
  ['?tag=never', []],
])('%s lists those alone', async (query, expected) => {
  expect(names((await get(query)).body.items)).toEqual(expected);
});

test('of another tenant nothing is listed or found', async () => {
  expect((await get('', 'other')).body).toEqual({ items: [], next_cursor: null });
  for (const url of ['/a', '/a/versions', '/a/graph', '/a/plan', '/a/executions'])
    expect(await get(url, 'other'), url).toMatchObject({ status: 404, body: { code: 'workflow_not_found' } });
});

test('versions are listed with the newest first', async () => {
  const first = await get('/b/versions?limit=1');
  expect(names(first.body.items)).toEqual(['b 2']);
  expect(names((await get(`/b/versions?cursor=${first.body.next_cursor}`)).body.items)).toEqual(['b 1']);
  expect(await get('/b/versions?cursor=9')).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
});

test('a cursor that this list gave to nobody is refused, be it of another list or of another tenant', async () => {
  await service.call('POST', '/api/v1/workflows', workflow('theirs'), as('other'));
  const { workflow_id: id } = (await get('/a')).body;
  const invalid = { status: 400, body: { code: 'cursor_invalid' } };
  for (const cursor of ['zzz', 'theirs', id, '2'])
    expect(await get(`?cursor=${cursor}`)).toMatchObject(invalid);
  for (const cursor of ['zzz', 'a', '2', "'--"]) {
    expect(await get(`/a/executions?cursor=${cursor}`)).toMatchObject(invalid);
    expect(
      await service.call('GET', `/api/v1/executions?cursor=${cursor}`, undefined, as('acme')),
    ).toMatchObject(invalid);
  }
});

test('a version that there is not is answered with those that there are', async () => {
  const told = expect.stringContaining('b has no version 9; it has 2 and 1') as string;
  for (const url of ['/b?version=9', '/b/graph?version=9', '/b/plan?version=9'])
    expect(await get(url)).toMatchObject({ status: 404, body: { detail: told } });
  const body = { input_data: {}, version: '9' };
  expect(await service.call('POST', '/api/v1/workflows/b/execute', body, as('acme'))).toMatchObject({
    status: 404,
    body: { code: 'workflow_not_found', detail: told },
  });
  expect(await get('/b?version=9', 'other')).toMatchObject({ body: { detail: 'there is no workflow b' } });
});

test('a version is shown with its document', async () => {
  expect(await get('/b?version=1')).toMatchObject({
    status: 200,
    body: { version: '1', newest_version: '2', tags: [], definition: { name: 'b' }, problems: [] },
  });
  expect(await get('/b?version=9')).toMatchObject({ status: 404, body: { code: 'workflow_not_found' } });
});

test('a graph has nodes, edges, layers and the critical path', async () => {
  expect((await get('/a/graph')).body).toMatchObject({
    nodes: [
      { id: 'draft', agent: 'writers', layer: 0, critical: true },
      { id: 'polish', layer: 1 },
    ],
    edges: [{ from: 'draft', to: 'polish', critical: true }],
    layers: [{ tasks: ['draft'] }, { tasks: ['polish'] }],
    critical_path: { tasks: ['draft', 'polish'] },
  });
});

test('a plan says what would happen, and what if there were more seats or less room', async () => {
  expect((await get('/a/plan')).body).toMatchObject({
    name: 'a',
    phases: [{ tasks: ['draft'] }, { tasks: ['polish'] }],
    seats: [{ agent_id: 'writers-1', group: 'writers' }, {}],
    critical_path: ['draft', 'polish'],
    totals: { duration_ms: 20_000, turns: 2, peak_cpu_millis: 1_000 },
    limits: { cpu_millis: null },
    what_if: [],
  });
  const asked = await get('/a/plan?seats=writers%3D1&limit_cpu=1%20core&limit_memory=2GB');
  expect(asked.body).toMatchObject({
    what_if: [{ group: 'writers', seats: 1, written_seats: 2 }],
    limits: { cpu_millis: 1_000, memory_bytes: 2_000_000_000 },
  });
});

test.each([
  ['seats=writers', 400, 'seats writers says nothing'],
  ['seats=nobody%3D2', 400, 'there is no agent group nobody'],
  ['limit_cpu=much', 400, 'limit_cpu'],
  ['limit_memory=1MB', 507, 'no agent that can do the task'],
])('a plan with %s is refused', async (query, status, detail) => {
  expect(await get(`/a/plan?${query}`)).toMatchObject({
    status,
    body: { detail: expect.stringContaining(detail) as string },
  });
});

test('the executions of a workflow are listed with the newest first', async () => {
  const { body } = await service.call('POST', '/api/v1/workflows/a/execute', { input_data: {} }, as('acme'));
  await service.engine.ended(body.execution_id);
  expect((await get('/a/executions')).body).toMatchObject({
    items: [{ execution_id: body.execution_id, status: 'completed', tasks_completed: 2 }],
    next_cursor: null,
  });
  expect((await get('/a/executions?status=failed')).body.items).toEqual([]);
  expect((await get('/b/executions')).body.items).toEqual([]);
});

test.each(['?limit=0', '?limit=x', '?limit=9999', '?nothing=1', '?cursor='])(
  '%s is refused',
  async (query) => {
    expect(await get(query)).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  },
);
