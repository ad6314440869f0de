// What agents say while they work, for whoever asks for it.
import type { AgentContext, AgentDirectory, AgentOutcome } from '@cantata/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Service, startService, workflow } from '../world.suite.ts';
import { type Heard, read, type TestReader } from './client.suite.ts';

let service: Service;
let base: string;
let id: string;
/** Lets the agents that are at work speak, and end. */
let speak: () => void;

beforeEach(async () => {
  const { promise: allowed, resolve } = Promise.withResolvers<void>();
  speak = resolve;
  const perform = async (_: unknown, context: AgentContext): Promise<AgentOutcome> => {
    await allowed;
    context.progress({ fraction: 0.5, note: 'half of it' });
    context.log('warn', 'the other half is missing');
    context.log('info', 'it was found', { where: 'here' });
    return { kind: 'completed', output: null };
  };
  const agents: AgentDirectory = { where: 'the test', find: () => ({ perform }) };
  service = await startService({ agents });
  base = await service.server.listen({ port: 0, host: '127.0.0.1' });
  id = await register('greeting');
});
afterEach(async () => {
  speak();
  await service.close();
});

async function register(name: string): Promise<string> {
  const tasks = [{ id: 'draft', agent: 'writers', parallel: true }];
  const { body } = await service.call('POST', '/api/v1/workflows', workflow(name, '1.0', { tasks }));
  return body.workflow_id;
}

const execute = async (of: string): Promise<string> =>
  (await service.call('POST', `/api/v1/workflows/${of}/execute`, { input_data: {} })).body.execution_id;
const stream = (query: string): TestReader =>
  read(`${base.replace('http', 'ws')}/ws/workflows/${id}${query}`);
const isEnd = ({ data }: Heard): boolean => data?.['status'] === 'completed';
const isLive = ({ type }: Heard): boolean => type.startsWith('live.');

test('what agents say comes between the messages, without a cursor, and of this workflow alone', async () => {
  const other = await execute(await register('other'));
  const execution = await execute(id);
  const [all, one] = [stream('?live=1&from=start'), stream(`?live=1&execution_id=${execution}`)];
  for (const reader of [all, one]) await reader.until(({ type }) => type === 'task.started');
  speak();
  await service.engine.ended(other);
  for (const reader of [all, one]) {
    await reader.until(isEnd);
    const said = reader.messages.filter(isLive);
    // Two seats, each with what it says.
    expect(said.map(({ type }) => type).toSorted()).toEqual([
      'live.log',
      'live.log',
      'live.log',
      'live.log',
      'live.progress',
      'live.progress',
    ]);
    expect(said.every(({ execution_id, cursor }) => execution_id === execution && cursor === undefined)).toBe(
      true,
    );
    expect(said.find(({ type }) => type === 'live.progress')).toMatchObject({
      workflow_id: id,
      data: {
        task_id: expect.stringMatching(/^draft\[\d\]$/),
        progress: { fraction: 0.5, note: 'half of it' },
      },
    });
    expect(said.find(({ data }) => data['level'] === 'info')).toMatchObject({
      data: { fields: { where: 'here' } },
    });
    expect(said.find(({ data }) => data['level'] === 'warn')).toMatchObject({ data: { fields: {} } });
    reader.socket.close();
  }
});

test('of it, too, only the types that are asked for come', async () => {
  const execution = await execute(id);
  const reader = stream(
    `?live=1&execution_id=${execution}&types=live.log,task.started,workflow.status_changed`,
  );
  await reader.until(({ type }) => type === 'task.started');
  speak();
  await reader.until(isEnd);
  expect(new Set(reader.messages.map(({ type }) => type))).toEqual(
    new Set(['workflow.status_changed', 'task.started', 'live.log']),
  );
  for (const query of ['?live=1&types=live.logs', '?types=live.log', '?curser=5'])
    await expect(stream(query).opened).rejects.toThrow('400');
  reader.socket.close();
});

test('nobody who did not ask for it hears it', async () => {
  const execution = await execute(id);
  const reader = stream(`?execution_id=${execution}`);
  await reader.until(({ type }) => type === 'task.started');
  speak();
  await reader.until(isEnd);
  expect(reader.messages.filter(isLive)).toEqual([]);
  reader.socket.close();
});

test('it comes as server-sent events, too', async () => {
  const execution = await execute(id);
  const leave = new AbortController();
  const answer = await fetch(`${base}/api/v1/workflows/${id}/stream?live=1&execution_id=${execution}`, {
    signal: leave.signal,
  });
  let text = '';
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.includes('event: task.started')) speak();
    if (text.includes('"status":"completed"')) break;
  }
  leave.abort();
  expect(text).toMatch(/event: live\.progress\ndata: \{"type":"live\.progress"/);
});
