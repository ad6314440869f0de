import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Service, startService, workflow } from './world.suite.ts';

let service: Service;
beforeEach(async () => {
  service = await startService();
});
afterEach(() => service.close());

test('a workflow is registered, executed and looked at', async () => {
  const registered = await service.call('POST', '/api/v1/workflows', workflow());
  expect(registered).toMatchObject({
    status: 201,
    body: {
      status: 'validated',
      name: 'greeting',
      validation_report: { valid: true, tasks: 2 },
      estimated_resources: { seats: 2, cpu_millis: 1_000, peak_parallelism: 1 },
    },
  });
  const { workflow_id: id } = registered.body;
  expect(await service.call('GET', `/api/v1/workflows/${id}/status`)).toMatchObject({
    status: 200,
    body: { workflow_id: id, execution_id: null, status: 'validated' },
  });
  const started = await service.call('POST', `/api/v1/workflows/${id}/execute`, { input_data: { a: 1 } });
  expect(started).toMatchObject({
    status: 202,
    body: { status: 'planning', allocated_agents: [{ agent_id: 'writers-1', type: 'writer' }, {}] },
  });
  await service.engine.ended(started.body.execution_id);
  const status = await service.call('GET', `/api/v1/workflows/${id}/status`);
  expect(status).toMatchObject({
    status: 200,
    body: { workflow_id: id, execution_id: started.body.execution_id, status: 'completed' },
  });
});

test('the same document again is the same workflow, and another one under its version a conflict', async () => {
  await service.call('POST', '/api/v1/workflows', workflow());
  expect(await service.call('POST', '/api/v1/workflows', workflow())).toMatchObject({ status: 200 });
  const other = await service.call('POST', '/api/v1/workflows', workflow('greeting', '1.0', { tags: ['x'] }));
  expect(other).toMatchObject({ status: 409, body: { code: 'version_conflict', retryable: false } });
});

test('everything that is wrong with a document is told at its place', async () => {
  const text = JSON.stringify(workflow('x', '1', { tasks: [{ id: 'a', agent: 'writer' }] }), null, 1);
  const answer = await service.call('POST', '/api/v1/workflows', text, {
    'content-type': 'application/yaml',
  });
  expect(answer.status).toBe(422);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.body.problems[0]).toMatchObject({ path: 'tasks[0].agent', severity: 'error' });
  expect(answer.body.problems[0].line).toBeGreaterThan(10);
});

test.each([
  ['[]', 'definition_unreadable'],
  ['', 'definition_unreadable'],
  [JSON.stringify(workflow('x', '1', { orchestration_pattern: 'swarms' })), 'pattern_unknown'],
])('%s is no workflow: 400', async (text, code) => {
  const answer = await service.call('POST', '/api/v1/workflows', text, {
    'content-type': 'application/json',
  });
  expect(answer).toMatchObject({ status: 400, body: { code } });
});

test('what does not exist is not found, and a request that makes no sense is told where', async () => {
  expect(await service.call('GET', '/api/v1/workflows/none/status')).toMatchObject({
    status: 404,
    body: { code: 'workflow_not_found' },
  });
  expect(await service.call('GET', '/api/v1/nothing')).toMatchObject({
    status: 404,
    body: { code: 'route_not_found' },
  });
  await service.call('POST', '/api/v1/workflows', workflow());
  expect(await service.call('POST', '/api/v1/workflows/greeting/execute', { input_data: 1 })).toMatchObject({
    status: 400,
    body: { code: 'request_invalid', detail: expect.stringContaining('body.input_data') as string },
  });
  expect(await service.call('POST', '/api/v1/workflows/greeting/execute', { input: {} })).toMatchObject({
    status: 400,
    body: { detail: 'body.input_data: it is missing; expected object; body: there is no `input` here' },
  });
  expect(await service.call('GET', '/api/v1/executions?workflow=greeting')).toMatchObject({
    status: 400,
    body: { detail: 'query: there is no `workflow` here' },
  });
});

test('the OpenAPI document says what there is', async () => {
  const { body, status } = await service.call('GET', '/openapi.json');
  expect(status).toBe(200);
  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths)).toContain('/api/v1/workflows/{workflow}/execute');
  expect(await service.call('GET', '/docs/')).toMatchObject({ status: 200 });
});

test('the OpenAPI document says of every POST and PUT what it takes, and that callers may send it', async () => {
  const { body } = await service.call('GET', '/openapi.json');
  for (const path of ['/api/v1/workflows', '/api/v1/workflows/validate', '/api/v1/patterns']) {
    const { content, required } = body.paths[path].post.requestBody;
    expect(Object.keys(content)).toEqual(['application/json', 'application/yaml']);
    expect(required).toBe(true);
  }
  // What is only for reading must not be sent, which clients that are made from the document heed.
  expect(JSON.stringify(body)).not.toContain('"readOnly"');
});
