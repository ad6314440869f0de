import { CantataError } from '@cantata/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Held, holding } from './executions.suite.ts';
import { as, workflow } from './world.suite.ts';

let held: Held;
beforeEach(async () => {
  held = await holding();
});
afterEach(() => held.service.close());

const post = (path: string, body?: unknown, who = as('one', 'operator')) =>
  held.service.call('POST', `/api/v1${path}`, body, who);
const told = (id: string, what: string, body?: unknown, who?: Readonly<Record<string, string>>) =>
  post(`/executions/${id}/${what}`, body, who);

test('an execution is paused with a checkpoint, and resumed', async () => {
  const id = await held.begin();
  const paused = await told(id, 'pause', { reason: 'lunch' });
  expect(paused).toMatchObject({
    status: 200,
    body: { execution_id: id, status: 'paused', resume_url: `/api/v1/executions/${id}/resume` },
  });
  const url = `/api/v1/executions/${id}/checkpoints`;
  expect(await held.service.call('GET', url, undefined, as('one'))).toMatchObject({
    body: { items: [{ checkpoint_id: paused.body.checkpoint_id, cause: 'pause', by: 'somebody of one' }] },
  });
  expect(await told(id, 'pause')).toMatchObject({ status: 409, body: { code: 'not_running' } });
  expect(await told(id, 'resume')).toMatchObject({ status: 200, body: { status: 'running' } });
  expect(await told(id, 'resume')).toMatchObject({ status: 409, body: { code: 'not_paused' } });
});

test('a workflow stands for its newest open execution', async () => {
  const id = await held.begin();
  const paused = await post('/workflows/held-1/pause');
  expect(paused).toMatchObject({ status: 200, body: { execution_id: id, status: 'paused' } });
  expect(await post('/workflows/held-1/pause', { execution_id: id })).toMatchObject({ status: 409 });
  expect(await post('/workflows/held-1/resume')).toMatchObject({ status: 200, body: { status: 'running' } });
  expect(await post('/workflows/held-1/cancel')).toMatchObject({ status: 200, body: { execution_id: id } });
  await held.service.engine.ended(id);
  expect(await post('/workflows/held-1/pause')).toMatchObject({ status: 409, body: { code: 'not_running' } });
  const other = await held.begin();
  expect(await post('/workflows/held-1/pause', { execution_id: other })).toMatchObject({
    status: 404,
    body: { code: 'execution_not_found' },
  });
  expect(await post('/workflows/nope/pause')).toMatchObject({
    status: 404,
    body: { code: 'workflow_not_found' },
  });
});

test('what was cancelled is retried, and deleted once it has ended', async () => {
  const id = await held.begin();
  const remove = (who = as('one')) => held.service.call('DELETE', `/api/v1/executions/${id}`, undefined, who);
  expect(await remove()).toMatchObject({ status: 409, body: { code: 'still_open' } });
  expect((await told(id, 'cancel', { reason: 'enough' })).status).toBe(200);
  await held.service.engine.ended(id);
  expect(await told(id, 'cancel')).toMatchObject({ status: 409, body: { code: 'already_ended' } });
  expect(await told(id, 'retry', { new_key: true })).toMatchObject({
    status: 200,
    body: { status: 'running' },
  });
  await told(id, 'cancel');
  await held.service.engine.ended(id);
  expect(await remove(as('one', 'author'))).toMatchObject({ status: 403 });
  expect(await remove()).toMatchObject({ status: 200, body: { execution_id: id, deleted: true } });
  expect(await remove()).toMatchObject({ status: 404 });
});

test('a fork goes on elsewhere, from now or from a checkpoint', async () => {
  const id = await held.begin({ max_concurrent_executions: 3 });
  const taken = await told(id, 'checkpoints');
  expect(taken).toMatchObject({ status: 201, body: { execution_id: id } });
  const forked = await told(id, 'fork', { checkpoint: taken.body.checkpoint_id, input: { n: 9 } });
  expect(forked).toMatchObject({ status: 201, body: { forked_from: id, status: 'planning' } });
  const { body } = await held.service.call('GET', forked.body.execution_url, undefined, as('one'));
  expect(body).toMatchObject({ forked_from: { execution_id: id }, input: { n: 9 } });
  expect(await told(id, 'fork', { from: 'nothing' })).toMatchObject({
    status: 404,
    body: { code: 'task_not_found' },
  });
  expect(await told(id, 'fork', { checkpoint: 'none' })).toMatchObject({
    status: 404,
    body: { code: 'checkpoint_not_found' },
  });
  expect(await told(id, 'fork', { task_input: 1 })).toMatchObject({
    status: 422,
    body: { code: 'input_invalid' },
  });
});

test('an upgrade is looked at first, and then done', async () => {
  const id = await held.begin();
  const tasks = [
    { id: 'draft', agent: 'writers', timeout: 9 },
    { id: 'print', agent: 'writers', depends_on: ['draft'] },
  ];
  const next = workflow('held-1', '2.0', { tasks });
  await held.service.call('POST', '/api/v1/workflows', next, as('one'));
  const report = await told(id, 'upgrade', { version: '2.0', dry_run: true });
  expect(report).toMatchObject({
    status: 200,
    body: { upgraded: false, from: '1.0', to: '2.0', stops: ['draft'], refused: [] },
  });
  expect(await told(id, 'upgrade', { version: '2.0' })).toMatchObject({
    status: 409,
    body: { code: 'upgrade_refused' },
  });
  expect(await told(id, 'upgrade', { version: '2.0', force: true })).toMatchObject({
    status: 200,
    body: { upgraded: true },
  });
  expect(await told(id, 'upgrade', { version: '3.0' })).toMatchObject({
    status: 404,
    body: { code: 'workflow_not_found' },
  });
});

test('signals and events reach the tasks that wait for them', async () => {
  const id = await held.begin({
    signals: { go: {} },
    coordination: { type: 'hybrid', event_driven: ['news'] },
    tasks: [
      { id: 'wait', wait: { signal: 'go' } },
      { id: 'hear', wait: { for: 1 }, on: { event: 'news' } },
    ],
  });
  expect(await told(id, 'signals', { signal: 'stop' })).toMatchObject({
    status: 422,
    body: { code: 'signal_unknown' },
  });
  expect(await told(id, 'signals', { signal: 'go', data: 1, id: 'one' })).toMatchObject({
    status: 200,
    body: { execution_id: id, id: 'one' },
  });
  expect(await told(id, 'events', { topic: 'weather' })).toMatchObject({
    status: 422,
    body: { code: 'topic_unknown' },
  });
  expect((await told(id, 'events', { topic: 'news' })).status).toBe(200);
  expect(await told(id, 'signals', {})).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
});

test('what could not be undone is tried again, and then left as it is', async () => {
  const id = await held.begin({
    tasks: [
      { id: 'draft', agent: 'writers', compensate: { agent: 'writers' } },
      { id: 'polish', agent: 'writers', depends_on: ['draft'] },
    ],
  });
  await held.answer();
  await held.fail();
  await held.fail();
  expect(await held.service.engine.ended(id)).toMatchObject({ status: 'compensation_failed' });
  const step = { task: 'draft', activation: 1 };
  expect(await told(id, 'compensation/retry', step)).toMatchObject({
    status: 200,
    body: { execution_id: id, status: 'compensating' },
  });
  await held.fail();
  expect(await held.service.engine.ended(id)).toMatchObject({ status: 'compensation_failed' });
  expect(await told(id, 'compensation/skip', { task: 'draft', reason: 'by hand' })).toMatchObject({
    status: 200,
    body: { status: 'compensated' },
  });
});

test('where nothing failed to be undone there is nothing to try again or to leave', async () => {
  const id = await held.begin();
  const refused = { status: 409, body: { code: 'not_compensating' } };
  expect(await told(id, 'compensation/retry')).toMatchObject(refused);
  expect(await told(id, 'compensation/skip', { task: 'draft' })).toMatchObject(refused);
});

test('what is parked is tried again by whoever resumes it', async () => {
  const id = await held.begin();
  const { engine, store } = held.service;
  const { executions } = store;
  const row = await executions.get(id);
  const get = vi.spyOn(executions, 'get').mockResolvedValue({ ...row, parked: true } as never);
  const recovered = vi.spyOn(engine, 'recover');
  expect(await told(id, 'resume')).toMatchObject({ status: 200, body: { status: 'running' } });
  expect(recovered).toHaveBeenCalledWith(id, { tenant: 'one' });
  get.mockRestore();
});

test('an operator does to a task by hand what is to be done', async () => {
  const id = await held.begin();
  const task = (label: string, verb: string, body?: unknown) =>
    told(id, `tasks/${encodeURIComponent(label)}/${verb}`, body);
  expect(await task('draft', 'reassign', { to: 'writers-2' })).toMatchObject({ status: 200 });
  expect(await task('draft', 'reassign', { to: 'nobody' })).toMatchObject({
    status: 422,
    body: { code: 'agent_unable' },
  });
  expect(await task('draft', 'items', { items: [1] })).toMatchObject({
    status: 409,
    body: { code: 'items_refused' },
  });
  expect(await task('draft', 'switch', { to: 'swarm' })).toMatchObject({
    status: 409,
    body: { code: 'switch_refused' },
  });
  expect(await task('draft[0]', 'skip')).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  expect(await task('draft[7]', 'cancel')).toMatchObject({ status: 404, body: { code: 'task_not_found' } });
  expect(await task('polish', 'skip', { reason: 'fine as it is' })).toMatchObject({
    status: 200,
    body: { execution_id: id, task_id: 'polish', status: 'running' },
  });
  expect(await task('draft', 'complete', { output: 'by hand' })).toMatchObject({ status: 200 });
  await held.service.engine.ended(id);
  expect(await task('draft', 'fail')).toMatchObject({ status: 409, body: { code: 'already_ended' } });
});

test('a task is cancelled with what follows it, over either way', async () => {
  for (const [what, body] of [
    ['tasks/draft/cancel', { region: true }],
    ['cancel', { task: 'draft', region: true }],
  ] as const) {
    const id = await held.begin();
    expect(await told(id, what, body)).toMatchObject({ status: 200 });
    expect(await held.service.engine.ended(id)).toMatchObject({ tasksCompleted: 0 });
  }
});

test('many are told at once, after a preview that tells nobody', async () => {
  const ids = [await held.begin(), await held.begin({ tags: ['x'] })];
  const bulk = (verb: string, body: unknown) => post(`/executions/bulk/${verb}`, body);
  expect(await bulk('pause', { filter: {} })).toMatchObject({
    status: 200,
    body: {
      preview: true,
      more: false,
      executions: [{ execution_id: ids[1], ok: null }, { execution_id: ids[0] }],
    },
  });
  expect(await bulk('pause', { filter: { tag: 'x' }, preview: false })).toMatchObject({
    status: 200,
    body: { preview: false, executions: [{ execution_id: ids[1], ok: true, error: null }] },
  });
  expect(await bulk('pause', { filter: { statuses: ['paused'] }, preview: false })).toMatchObject({
    body: { executions: [{ execution_id: ids[1], ok: false, error: { code: 'not_running' } }] },
  });
  expect(await bulk('resume', { filter: { workflow_id: 'held-2' }, preview: false })).toMatchObject({
    body: { executions: [{ ok: true }] },
  });
  expect(await bulk('cancel', { filter: {}, limit: 1 })).toMatchObject({ body: { more: true } });
  expect((await post('/executions/bulk/cancel', { filter: {} }, as('two'))).body.executions).toEqual([]);
  expect(await bulk('explode', { filter: {} })).toMatchObject({ status: 400 });
  expect(await bulk('pause', {})).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  expect(await bulk('pause', { filter: { statuses: ['runing'] } })).toMatchObject({ status: 400 });
});

test('what nobody has answered yet is accepted, and says where to look', async () => {
  const id = await held.begin();
  const late = new CantataError('answer_timeout', 'no engine answered within 30 s');
  const spied = vi.spyOn(held.service.engine, 'pause').mockRejectedValue(late);
  expect(await told(id, 'pause')).toMatchObject({
    status: 202,
    body: { status: 'accepted', execution_id: id, execution_url: `/api/v1/executions/${id}` },
  });
  spied.mockRestore();
  const detail = { execution_id: id };
  const begins = new CantataError('answer_timeout', 'no engine answered within 30 s', { detail });
  const start = vi.spyOn(held.service.engine, 'start').mockRejectedValue(begins);
  expect(await post('/workflows/held-1/execute', { input_data: {} })).toMatchObject({
    status: 202,
    body: { status: 'accepted', execution_id: id, execution_url: `/api/v1/executions/${id}` },
  });
  start.mockRestore();
});

test.each([
  ['pause'],
  ['resume'],
  ['cancel'],
  ['retry'],
  ['fork'],
  ['checkpoints'],
  ['upgrade', { version: '1.0' }],
  ['signals', { signal: 'go' }],
  ['events', { topic: 'news' }],
  ['compensation/retry'],
  ['compensation/skip', { task: 'draft' }],
  ['tasks/draft/complete'],
  ['tasks/draft/answer', { decision: 'approved' }],
  ['tasks/draft/switch', { to: 'swarm' }],
])(
  'nobody tells an execution of another tenant anything, and a viewer not even their own: %s',
  async (what, body?: object) => {
    const id = await held.begin();
    expect(await told(id, what, body, as('two'))).toMatchObject({
      status: 404,
      body: { code: 'execution_not_found' },
    });
    expect(await told(id, what, body, as('one', 'viewer'))).toMatchObject({ status: 403 });
  },
);
