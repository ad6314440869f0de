import { afterEach, beforeEach, expect, test } from 'vitest';
import { as, byTenant, type Service, startService, workflow } from './world.suite.ts';

let service: Service;
beforeEach(async () => {
  service = await startService({ authenticator: byTenant });
});
afterEach(() => service.close());

const get = (url: string, tenant = 'acme') =>
  service.call('GET', `/api/v1/patterns/${url}`, undefined, as(tenant, 'viewer'));
const register = (text: string, tenant = 'acme', role: 'author' | 'operator' = 'author') =>
  service.call('POST', '/api/v1/patterns', text, {
    'content-type': 'application/yaml',
    ...as(tenant, role),
  });

/** Each in turn, once; what the last one says is the result. */
const rounds = (version = '1', more = '') => `
name: rounds
version: "${version}"
summary: Each of the team takes one turn, one after the other.${more}
roles:
  speaker: { summary: takes a turn, least: 1 }
state: { next: 1 }
rules:
  - on: started
    because: the first one begins
    do: [{ turn: { to: "\${seats[0].name}", purpose: speak } }]
  - on: { completed: speak }
    when: state.next < size(seats)
    because: the next one goes on
    set: { next: "\${state.next + 1}" }
    do: [{ turn: { to: "\${seats[int(state.next)].name}", purpose: speak } }]
  - on: { completed: speak }
    because: everybody has spoken
    do: [{ finish: { turn: "\${turn.n}" } }]
`;

const ofRounds = (name = 'talk', version = '1') =>
  workflow(name, version, {
    orchestration_pattern: 'custom',
    pattern: { name: 'rounds' },
    tasks: [],
  });

test('a pattern that was registered runs, without a restart', async () => {
  expect(await register(rounds())).toMatchObject({
    status: 201,
    body: { name: 'rounds', version: '1', status: 'validated', source: 'registered', problems: [] },
  });
  const registered = await service.call('POST', '/api/v1/workflows', ofRounds(), as('acme'));
  expect(registered.body.problems ?? []).toEqual([]);
  expect(registered.status).toBe(201);
  const started = await service.call(
    'POST',
    '/api/v1/workflows/talk/execute',
    { input_data: { about: 'tea' } },
    as('acme'),
  );
  expect(await service.engine.ended(started.body.execution_id)).toMatchObject({ status: 'completed' });
  const status = await service.engine.reader.status(started.body.execution_id);
  expect(status.teams).toMatchObject([{ pattern: 'rounds', version: '1', turns: 2 }]);
});

test('a workflow keeps to the version that was the newest when it was registered', async () => {
  await register(rounds('1'));
  await service.call('POST', '/api/v1/workflows', ofRounds('talk', '1'), as('acme'));
  await register(rounds('2'));
  await service.call('POST', '/api/v1/workflows', ofRounds('talk', '2'), as('acme'));
  const patternOf = async (version: string) => {
    const url = `/api/v1/workflows/talk?version=${version}`;
    const { body } = await service.call('GET', url, undefined, as('acme'));
    return body.definition.patterns[0].version;
  };
  expect([await patternOf('1'), await patternOf('2')]).toEqual(['1', '2']);
});

test('a document as it is stored may be registered again', async () => {
  await register(rounds());
  await service.call('POST', '/api/v1/workflows', ofRounds(), as('acme'));
  const { body } = await service.call('GET', '/api/v1/workflows/talk', undefined, as('acme'));
  expect(await service.call('POST', '/api/v1/workflows', body.definition, as('acme'))).toMatchObject({
    status: 200,
  });
});

test('the same again is the same, and other content under its version a conflict', async () => {
  await register(rounds());
  expect(await register(rounds())).toMatchObject({ status: 200, body: { version: '1' } });
  expect(await register(rounds('1', ' Really.'))).toMatchObject({
    status: 409,
    body: { code: 'version_conflict' },
  });
});

test('patterns are of their tenant alone', async () => {
  await register(rounds());
  for (const url of ['rounds', 'rounds/versions'])
    expect(await get(url, 'other')).toMatchObject({ status: 404, body: { code: 'pattern_not_found' } });
  const names = (await get('available', 'other')).body.items.map(({ name }: { name: string }) => name);
  expect(names).not.toContain('rounds');
  const answer = await service.call('POST', '/api/v1/workflows', ofRounds(), as('other'));
  expect(answer.status).toBe(422);
  expect(answer.body.problems).toContainEqual(
    expect.objectContaining({ code: 'team_invalid', path: 'pattern' }),
  );
  expect(await register(rounds('1', ' Theirs.'), 'other')).toMatchObject({ status: 201 });
});

test('versions are listed with the newest first, and shown with their documents', async () => {
  await register(rounds('1'));
  await register(rounds('2'));
  const { body } = await get('rounds/versions');
  expect(body.items).toMatchObject([{ version: '2' }, { version: '1', source: 'registered' }]);
  expect((await get('rounds?version=1')).body).toMatchObject({
    version: '1',
    definition: { name: 'rounds' },
  });
  expect((await get('rounds')).body).toMatchObject({ version: '2', roles: [{ name: 'speaker' }] });
  expect(await get('rounds?version=9')).toMatchObject({ status: 404 });
  const listed = (await get('available')).body.items.filter(
    ({ name }: { name: string }) => name === 'rounds',
  );
  expect(listed).toMatchObject([{ version: '2', source: 'registered' }]);
});

test('everything that is wrong with a pattern is told at its place', async () => {
  const text = rounds().replace('least: 1', 'leest: 1').replace('finish:', 'finnish:');
  const { status, body } = await register(text);
  expect(status).toBe(422);
  expect(body.problems.length).toBeGreaterThan(1);
  expect(body.problems[0]).toMatchObject({ line: 6, hint: expect.stringContaining('least') as string });
});

test('a name that comes with Cantata is taken, and what is no document refused', async () => {
  expect(await register(rounds().replace('name: rounds', 'name: debate'))).toMatchObject({
    status: 422,
    body: { problems: [{ path: 'name', line: 2, column: 7 }] },
  });
  expect(await register(' ')).toMatchObject({ status: 400, body: { code: 'definition_unreadable' } });
  expect(await register('[')).toMatchObject({ status: 422 });
  expect(await register(rounds(), 'acme', 'operator')).toMatchObject({ status: 403 });
});

test('patterns that come with Cantata are told with their roles, options and guards', async () => {
  const { body } = await get('available');
  const names = body.items.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['supervisor', 'handoff', 'swarm', 'debate']));
  expect((await get('supervisor')).body).toMatchObject({
    source: 'built_in',
    definition: null,
    roles: [{ name: 'supervisor', least: 1, most: 1, opens: true }, { name: 'worker' }],
    limits: { turns: 100, on_limit: 'complete' },
    options: { type: 'object' },
  });
  expect((await get('supervisor/versions')).body.items).toMatchObject([{ source: 'built_in' }]);
  expect(await get('supervisor?version=99')).toMatchObject({ status: 404 });
  expect(await get('supervisr')).toMatchObject({
    status: 404,
    body: { code: 'pattern_not_found', detail: expect.stringContaining('supervisor') as string },
  });
});

test('a workflow that starts one that is not registered is told which, and where', async () => {
  const whole = workflow('whole', '1', {
    tasks: [
      { id: 'draft', agent: 'writers' },
      { id: 'part', workflow: 'piece', depends_on: ['draft'] },
    ],
  });
  const text = JSON.stringify(whole, null, 2);
  const call = (url: string, body: unknown) => service.call('POST', url, body, as('acme'));
  const refused = await service.call('POST', '/api/v1/workflows', text, {
    'content-type': 'application/json',
    ...as('acme'),
  });
  const line = text.split('\n').findIndex((one) => one.includes('"workflow": "piece"')) + 1;
  expect(refused).toMatchObject({
    status: 422,
    body: { problems: [{ code: 'workflow_missing', path: 'tasks[1].workflow', line }] },
  });
  expect(await call('/api/v1/workflows/validate', whole)).toMatchObject({ body: { valid: false } });
  await service.call('POST', '/api/v1/workflows', workflow('piece'), as('other'));
  expect(await call('/api/v1/workflows', whole)).toMatchObject({ status: 422 });
  await call('/api/v1/workflows', workflow('piece'));
  expect(await call('/api/v1/workflows', whole)).toMatchObject({ status: 201 });
});
