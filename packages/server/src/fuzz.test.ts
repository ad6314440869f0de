// Hostile requests to every endpoint: each is answered, never by a mistake of the server, never with what is another tenant's.
import { request as httpRequest } from 'node:http';
import { ERROR_CODES } from '@cantata/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Held, holding } from './executions.suite.ts';
import { type Described, type Known, requests, type Sent } from './fuzz.suite.ts';
import { pattern } from './routes-of.suite.ts';
import { as, workflow } from './world.suite.ts';

const RUNS = 3_000;
/** A failure names its seed; put it here to see it again. */
const SEED = 20_260_606;
const PATIENCE_MS = 10_000;
/** Stands in everything that is of the other tenant. */
const MARKER = 'hunter2';

interface Heard {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

let held: Held;
let described: Described;
let port: number;
let known: Known;
let more: object;
/** An execution to act upon, in the place of `OPEN`: what was ended or deleted is followed by another. */
let open = '';

beforeAll(async () => {
  held = await holding();
  const { service } = held;
  await service.server.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = service.server.server.address() as { port: number });
  described = (await service.call('GET', '/openapi.json')).body;
  more = {
    signals: { go: {} },
    coordination: { type: 'hybrid', event_driven: ['news'] },
    max_concurrent_executions: 100,
    schedule: { cron: '0 3 1 1 *', time_zone: 'UTC' },
    tasks: [
      { id: 'draft', agent: 'writers' },
      { id: 'each', agent: 'writers', for_each: '${[1, 2]}' },
      { id: 'wait', wait: { signal: 'go' } },
      { id: 'hear', wait: { for: 3_600 }, on: { event: 'news' } },
      { id: 'may', wait: { approval: { prompt: 'May it?' } } },
      { id: 'polish', agent: 'writers', depends_on: ['draft'] },
    ],
  };
  const paused = await held.begin(more);
  const ended = await held.begin();
  const ids = ['OPEN', 'OPEN', 'OPEN', 'OPEN', paused, ended];
  await service.call('POST', `/api/v1/executions/${paused}/pause`, {}, as('one'));
  await service.call('POST', `/api/v1/executions/${ended}/cancel`, {}, as('one'));
  await service.engine.ended(ended);
  const foreign = await foreignIds();
  known = {
    workflow: ['held-1', 'held-2', 'held-3', 'nothing', foreign.workflow],
    workflow_id: ['held-1', 'held-4', foreign.workflow],
    execution: [...ids, foreign.execution],
    execution_id: [...ids, foreign.execution],
    task: ['draft', 'each', 'each[0]', 'wait', 'hear', 'may', 'polish'],
    from: ['draft', 'may', 'now', 'start'],
    signal: ['go', 'stop'],
    topic: ['news', 'weather'],
    pattern: ['swarm', 'supervisor', foreign.pattern],
    to: ['writers', 'writers-1', 'writers-2', 'swarm'],
    tag: ['x'],
    cursor: ['0', '1', '1.1', 'x'],
    version: ['1.0', '2.0'],
    checkpoint: [...ids],
    input_data: [{}, { n: 1 }],
    limit: [1, 50, 200],
    after: [0, 1, 7],
  };
});
afterAll(() => held.service.close());

/** Something of each kind, of somebody else. */
async function foreignIds() {
  const { service } = held;
  const agents = { writers: { type: `writer-${MARKER}`, count: 2 } };
  const document = workflow(`plan-${MARKER}`, '1.0', {
    agents,
    tags: [MARKER],
    schedule: { cron: '0 3 1 1 *', time_zone: 'UTC' },
  });
  const { body } = await service.call('POST', '/api/v1/workflows', document, as('two'));
  const url = `/api/v1/workflows/${body.workflow_id}`;
  const started = await service.call(
    'POST',
    `${url}/execute`,
    { input_data: { password: MARKER } },
    as('two'),
  );
  await service.call('PUT', `${url}/schedule`, {}, as('two'));
  const name = `rounds_${MARKER}`;
  expect(
    (
      await service.call('POST', '/api/v1/patterns', pattern(name), {
        ...as('two'),
        'content-type': 'application/yaml',
      })
    ).status,
  ).toBe(201);
  return {
    workflow: String(body.workflow_id),
    execution: String(started.body.execution_id),
    pattern: 'rounds',
  };
}

/** Named as what it is meant for at the time. */
async function aimed(sent: Sent): Promise<Sent> {
  const row = await held.service.store.executions.get(open);
  if (row === undefined || row.completedAt !== null) open = await held.begin(more);
  const { path, body } = sent;
  return { ...sent, path: path.replaceAll('OPEN', open), body: body?.replaceAll('"OPEN"', `"${open}"`) };
}

/** What is sent is not read by any client first: broken escapes go out broken. */
function send({ method, path, headers, body }: Sent): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = httpRequest(
      { port, host: '127.0.0.1', method, path, headers: { ...headers, ...length, ...as('one') } },
      (answer) => {
        const isStream = answer.headers['content-type']?.startsWith('text/event-stream') === true;
        const chunks: Buffer[] = [];
        const heard = (): void =>
          resolve({
            status: answer.statusCode ?? 0,
            type: answer.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString('utf8'),
          });
        answer.on('data', (chunk: Buffer) => void chunks.push(chunk));
        answer.on('close', heard);
        // It goes on and on: what has come is enough.
        if (isStream) answer.once('data', () => answer.destroy()).setTimeout(50, () => answer.destroy());
      },
    );
    sent.setTimeout(PATIENCE_MS, () => sent.destroy(new Error('nobody answered')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Of every endpoint, whether it says so or not. */
const ANYWHERE = [400, 404, 405, 413, 414, 415, 431];

function judge({ operation }: Sent, { status, type, text }: Heard): void {
  expect(text).not.toContain(MARKER);
  const documented = Object.values(described.paths)
    .flatMap((operations) => Object.values(operations))
    .find(({ operationId }) => operationId === operation);
  const allowed = [...Object.keys(documented?.responses ?? {}).map(Number), ...ANYWHERE];
  expect(allowed, text.slice(0, 500)).toContain(status);
  if (status < 400) return;
  expect(type).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(text) as { code: string; status: number };
  expect(Object.keys(ERROR_CODES)).toContain(problem.code);
  expect(problem.status).toBe(status);
}

test(`${RUNS} hostile requests are answered as the document says, and with nothing of another tenant`, async () => {
  const theirs = async () =>
    (
      await held.service.call(
        'GET',
        `/api/v1/executions/${known['execution']?.at(-1)}/events?limit=1000`,
        undefined,
        as('two'),
      )
    ).body;
  const before = await theirs();
  await fc.assert(
    fc.asyncProperty(requests(described, known), async (sent) => judge(sent, await send(await aimed(sent)))),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  expect(await theirs()).toEqual(before);
}, 300_000);
