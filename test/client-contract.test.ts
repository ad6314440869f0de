// Holds the client to the service: every operation of the one is one of the other, and takes what that takes. What answers
// look like is in client-answers.test.ts.

import type * as told from '@cantata/sdk/client';
import { type Client, createClient, OPERATIONS } from '@cantata/sdk/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../packages/server/src/world.suite.ts';

/** The client reads the same messages over WebSocket. */
const NOT_OF_THE_CLIENT = ['streamWorkflow'];

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

test('the operations of the client are those of the OpenAPI document, with their methods and paths', async () => {
  const { body } = await service.call('GET', '/openapi.json');
  const paths = (body as { paths: Record<string, Record<string, { operationId: string }>> }).paths;
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { operationId }]) => [operationId, [method.toUpperCase(), path]] as const,
    ),
  );
  const wanted = documented.filter(([id]) => !NOT_OF_THE_CLIENT.includes(id));
  expect(OPERATIONS).toEqual(Object.fromEntries(wanted));
});

test('every operation is called by a method of the client, with a method and path of its own', async () => {
  const called = new Set<string>();
  const client = createClient({
    server: 'http://127.0.0.1:1/behind/',
    fetch: (url, init) => {
      const { pathname } = new URL(url instanceof Request ? url.url : url);
      called.add(`${init?.method} ${pathname}`);
      return Promise.resolve(Response.json({ items: [], next_cursor: null, workflow_id: 'w', status: 'x' }));
    },
  });
  for (const call of callsOf(client)) await call('A', 'B');
  const templates = Object.values(OPERATIONS).map(([method, path]) => `${method} /behind${path}`);
  const asTemplate = (one: string): string | undefined => templates.find((template) => fits(template, one));
  expect([...called].map(asTemplate)).not.toContain(undefined);
  expect(new Set([...called].map(asTemplate))).toEqual(new Set(templates));
});

type Call = (one: string, two: string) => unknown;

/** Everything but what follows or waits. */
function callsOf(client: Client): readonly Call[] {
  const found: Call[] = [];
  const collect = (value: unknown, name: string): void => {
    if (name === 'stream' || name === 'wait') return;
    if (typeof value === 'function') found.push(async (one, two) => all(await (value as Call)(one, two)));
    else for (const [key, inner] of Object.entries(value as object)) collect(inner, key);
  };
  collect(client, '');
  return found;
}

async function all(answer: unknown): Promise<unknown> {
  return (answer as Partial<told.Listing<unknown>> | undefined)?.all?.();
}

/** `A` and `B` stand where a place is to be filled in; where words of the path fit it is not a place. */
function fits(template: string, called: string): boolean {
  const words = template.split('/');
  const given = called.split('/');
  return (
    words.length === given.length &&
    words.every((word, n) => word === given[n] || (word.startsWith('{') && /^[AB]$/.test(given[n] as string)))
  );
}

/** Calls with all that there is to say. */
const WHOLE: readonly ((client: Client) => unknown)[] = [
  ({ workflows }) => workflows.list({ name: 'n', pattern: 'p', tag: 't', limit: 1 }).page('c'),
  ({ workflows }) => workflows.get('w', '1'),
  ({ workflows }) => workflows.versions('w', { limit: 1 }).page('c'),
  ({ workflows }) => workflows.graph('w', '1'),
  ({ workflows }) => workflows.plan('w', { version: '1', seats: ['a=2'], limitCpu: '1', limitMemory: '1GB' }),
  ({ workflows }) => workflows.execute('w', { input_data: {}, version: '1', execution_options: {} }),
  ({ workflows }) => workflows.status('w', 'e'),
  ({ workflows }) => workflows.executions('w', { status: ['failed', 'completed'], limit: 1 }).page('c'),
  ({ workflows }) => workflows.pause('w', { executionId: 'e', reason: 'r' }),
  ({ workflows }) => workflows.resume('w', { executionId: 'e', reason: 'r' }),
  ({ workflows }) => workflows.cancel('w', { executionId: 'e', reason: 'r' }),
  ({ schedules }) => schedules.set('w', { version: '1' }),
  ({ executions }) =>
    executions.list({ status: 'failed', open: true, workflow: 'w', tag: 't', limit: 1 }).page('c'),
  ({ executions }) => executions.events('e', { after: 1, limit: 1 }),
  ({ executions }) => executions.log('e', { after: 1, limit: 1 }),
  ({ executions }) => executions.checkpoints('e', { after: 1, limit: 1 }),
  ({ executions }) => executions.tasks('e', { status: 'failed' }),
  ({ executions }) => executions.pause('e', { reason: 'r' }),
  ({ executions }) => executions.resume('e', { reason: 'r' }),
  ({ executions }) => executions.cancel('e', { task: 't', region: true, reason: 'r' }),
  ({ executions }) => executions.retry('e', { tasks: ['t'], newKey: true, reason: 'r' }),
  ({ executions }) => executions.fork('e', { from: 't', checkpoint: 'c', input: {}, taskInput: {} }),
  ({ executions }) => executions.upgrade('e', { version: '1', dryRun: true, force: true, reason: 'r' }),
  ({ executions }) => executions.checkpoint('e', { reason: 'r' }),
  ({ executions }) => executions.signal('e', { signal: 's', data: 1, id: 'i' }),
  ({ executions }) => executions.publish('e', { topic: 't', data: 1, id: 'i' }),
  ({ executions }) => executions.delete('e', { reason: 'r' }),
  ({ executions }) => {
    const filter = { statuses: ['failed'], workflow: 'w', tag: 't' };
    return executions.bulk('cancel', { filter, preview: false, limit: 1, reason: 'r' });
  },
  ({ executions }) => executions.compensation.retry('e', { task: 't', activation: 1 }),
  ({ executions }) => executions.compensation.skip('e', { task: 't', activation: 1, reason: 'r' }),
  ({ executions }) => executions.complete('e', 't', { output: 1, reason: 'r' }),
  ({ executions }) => executions.fail('e', 't', { reason: 'r' }),
  ({ executions }) => executions.skip('e', 't', { reason: 'r' }),
  ({ executions }) => executions.reassign('e', 't', { to: 's', reason: 'r' }),
  ({ executions }) => executions.cancelTask('e', 't', { region: true, reason: 'r' }),
  ({ executions }) => executions.addItems('e', 't', { items: [1], reason: 'r' }),
  ({ executions }) => executions.switchPattern('e', 't', { to: 'p', options: {}, reason: 'r' }),
  ({ executions }) => executions.approve('e', 't', { output: 1, reason: 'r', id: 'i' }),
  ({ signals }) => signals.send({ key: 'k', signal: 's', data: 1, id: 'i', keepMs: 1 }),
  ({ patterns }) => patterns.get('p', '1'),
];

test('each operation can be told all that it takes, and is told nothing else', async () => {
  const sent: Record<string, readonly string[]> = {};
  const client = createClient({
    server: 'http://127.0.0.1:1',
    fetch: (url, init) => {
      const { pathname, searchParams } = new URL(url instanceof Request ? url.url : url);
      const body = init?.body === undefined ? {} : (JSON.parse(init.body as string) as object);
      const id = Object.entries(OPERATIONS).find(
        ([, [method, path]]) => method === init?.method && isMadeOf(path, pathname),
      )?.[0] as string;
      sent[id] = [...new Set([...searchParams.keys(), ...Object.keys(body)])].toSorted();
      return Promise.resolve(Response.json({ items: [], next_cursor: null }));
    },
  });
  for (const call of WHOLE) await call(client);
  const { body } = await service.call('GET', '/openapi.json');
  const { paths, components } = body as Api;
  const taken = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId, parameters = [], requestBody }) => {
      const queries = parameters.filter((each) => each.in === 'query').map(({ name }) => name);
      const fields = fieldsOf(requestBody?.content['application/json']?.schema, components.schemas);
      return [operationId, [...queries, ...fields].toSorted()] as const;
    })
    .filter(([id, names]) => names.length > 0 && !DOCUMENTS.has(id) && !NOT_OF_THE_CLIENT.includes(id));
  expect(sent).toEqual(Object.fromEntries(taken));
});

/** They take a whole document. */
const DOCUMENTS: ReadonlySet<string> = new Set(['registerWorkflow', 'validateWorkflow', 'registerPattern']);

interface Body {
  readonly $ref?: string;
  readonly anyOf?: readonly Body[];
  readonly properties?: object;
}

interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Body>> };
}

interface Described {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: { readonly 'application/json'?: { readonly schema: Body } } };
}

function fieldsOf(body: Body | undefined, schemas: Api['components']['schemas']): readonly string[] {
  if (body === undefined) return [];
  const { $ref, anyOf = [], properties = {} } = body;
  if ($ref !== undefined) return fieldsOf(schemas[$ref.split('/').at(-1) as string], schemas);
  return [...Object.keys(properties), ...anyOf.flatMap((one) => fieldsOf(one, schemas))];
}

function isMadeOf(template: string, path: string): boolean {
  const words = template.split('/');
  const given = path.split('/');
  return words.length === given.length && words.every((word, n) => word === given[n] || word.startsWith('{'));
}
