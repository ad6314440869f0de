// The interface of the specification, line by line: each field, type, status and message has a test that bears its name.
import type { AgentDirectory } from '@cantata/core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Heard, read } from './stream/client.suite.ts';
import { type Answer, as, byTenant, type Service, startService, workflow } from './world.suite.ts';

/** `type` decides: some work, some fail, some wait. */
const agents: AgentDirectory = {
  where: 'the test',
  find: (agentType) => ({
    perform: ({ input }) => {
      if (agentType === 'patient') return new Promise<never>(() => undefined);
      if (agentType === 'clumsy')
        return Promise.resolve({ kind: 'failed', error: { code: 'dropped', message: 'it fell' } });
      return Promise.resolve({ kind: 'completed', output: input });
    },
  }),
};

let service: Service;
let registered: Answer;
let started: Answer;
let done: Answer;
let status: Answer;
let paused: Answer;
let failed: Answer;
let definition: Answer;
let execution: Answer;
let events: readonly Record<string, any>[];
let messages: readonly Heard[];

const call = (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> =>
  service.call(method, `/api/v1${path}`, body, as('acme'));

function of(type: string): object {
  return { agents: { writers: { type, count: 2, resources: { cpu: '1 core', memory: '1GB' } } } };
}

const DOCUMENT = workflow('contract', '1.0', { ...of('writer'), max_concurrent_executions: 2 });

/** Nothing is tried again. */
const ONCE = [{ id: 'draft', agent: 'writers', retry_policy: 'none' }];

beforeAll(async () => {
  service = await startService({
    authenticator: byTenant,
    agents,
    engineSettings: { capacity: { maxCpuMillis: 4_000 } },
  });
  const base = await service.server.listen({ port: 0, host: '127.0.0.1' });
  registered = await call('POST', '/workflows', DOCUMENT);
  const id = String(registered.body.workflow_id);
  started = await call('POST', `/workflows/${id}/execute`, {
    input_data: { topic: 'tides' },
    execution_options: {
      timeout: 60,
      retry_policy: 'exponential_backoff',
      resource_constraints: { cpu: '2 cores' },
    },
  });
  await service.engine.ended(started.body.execution_id);
  done = await call('GET', `/workflows/${id}/status`);
  await call('POST', '/workflows', workflow('waiting', '1', of('patient')));
  await call('POST', '/workflows/waiting/execute', { input_data: {} });
  status = await call('GET', '/workflows/waiting/status');
  paused = await call('POST', '/workflows/waiting/pause');
  await call('POST', '/workflows', workflow('failing', '1', { ...of('clumsy'), tasks: ONCE }));
  const { body } = await call('POST', '/workflows/failing/execute', { input_data: {} });
  await service.engine.ended(body.execution_id);
  failed = await call('GET', '/workflows/failing/status');
  definition = await call('GET', `/workflows/${id}`);
  execution = await call('GET', `/executions/${started.body.execution_id}`);
  events = [
    ...(await call('GET', `/executions/${started.body.execution_id}/events?limit=1000`)).body.items,
    ...(await call('GET', `/executions/${paused.body.execution_id}/events?limit=1000`)).body.items,
  ];
  const heard = await Promise.all(
    ['contract', 'waiting', 'failing'].map(async (name) => {
      const url = `${base.replace('http', 'ws')}/ws/workflows/${name}?from=start`;
      const reader = read(url, { token: 'acme:viewer' });
      const last = name === 'waiting' ? 'paused' : name === 'failing' ? 'failed' : 'completed';
      await reader.until(({ data, type }) => type === 'workflow.status_changed' && data['status'] === last);
      reader.socket.close();
      return reader.messages;
    }),
  );
  messages = heard.flat();
});
afterAll(() => service.close());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isUuid = expect.stringMatching(UUID) as unknown;
const isText = expect.stringMatching(/./) as unknown;
const isInt = { asymmetricMatch: (value: unknown) => Number.isInteger(value) };
const isTime = {
  asymmetricMatch: (value: unknown) => typeof value === 'string' && new Date(value).toISOString() === value,
};
const isObject = {
  asymmetricMatch: (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value),
};
const isArray = expect.any(Array) as unknown;

type Line = readonly [line: string, value: () => unknown, expected: unknown];

/** A field of the specification, where it is found, and what it is. */
function lines(...all: readonly Line[]): void {
  test.each(all)('%s', (_, value, expected) => {
    expect(value()).toEqual(expected);
  });
}

type Refusal = readonly [line: string, ask: () => Promise<Answer>, status: number];

function errors(...all: readonly Refusal[]): void {
  test.each(all)('%s', async (_, ask, expected) => {
    const answer = await ask();
    expect(answer.status).toBe(expected);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status: expected, code: isText });
  });
}

const without = (field: string): object =>
  Object.fromEntries(Object.entries(DOCUMENT).filter(([name]) => name !== field));
const refusedWith = (...statuses: readonly number[]) => ({
  asymmetricMatch: (value: unknown) => statuses.includes(value as number),
});

describe('POST /api/v1/workflows', () => {
  describe('Request', () => {
    test.each([
      'name: string (required)',
      'version: string (required)',
      'orchestration_pattern: enum (required)',
      'agents: object (required)',
      'tasks: array[object] (required)',
      'coordination: object (required)',
    ])('%s', async (line) => {
      const [field = ''] = line.split(':');
      const type = /: (\w+)/.exec(line)?.[1];
      const other = type === 'string' ? { not: 'a string' } : 7;
      for (const document of [without(field), { ...DOCUMENT, [field]: other }]) {
        const { status: told, body } = await call('POST', '/workflows', document);
        expect(told).toEqual(refusedWith(400, 422));
        expect(JSON.stringify(body.problems)).toContain(field);
      }
    });
  });
  describe('Response', () => {
    lines(
      ['workflow_id: UUID', () => registered.body.workflow_id, isUuid],
      ['status: "validated"', () => registered.body.status, 'validated'],
      ['validation_report: object', () => registered.body.validation_report, isObject],
      ['estimated_resources: object', () => registered.body.estimated_resources, isObject],
    );
  });
  describe('Errors', () => {
    const broken = workflow('broken', '1', { tasks: [{ id: 'a', agent: 'nobody' }] });
    const odd = workflow('odd', '1', { orchestration_pattern: 'conga_line' });
    const huge = { writers: { type: 'writer', count: 1, resources: { cpu: '64 cores' } } };
    errors(
      ['422: Invalid workflow definition', () => call('POST', '/workflows', broken), 422],
      ['400: Unsupported orchestration pattern', () => call('POST', '/workflows', odd), 400],
      [
        '507: Insufficient resources',
        () => call('POST', '/workflows', workflow('huge', '1', { agents: huge })),
        507,
      ],
    );
  });
});

describe('POST /api/v1/workflows/{id}/execute', () => {
  const execute = (body: unknown, name = 'contract') => call('POST', `/workflows/${name}/execute`, body);
  const option = (value: object) => execute({ input_data: {}, execution_options: value });
  describe('Request', () => {
    test('input_data: object (required)', async () => {
      expect((await execute({})).status).toBe(400);
      expect((await execute({ input_data: 'text' })).status).toBe(400);
      expect(execution.body.input).toEqual({ topic: 'tides' });
    });
    test('execution_options: timeout: int (optional)', async () =>
      expect((await option({ timeout: 'long' })).status).toBe(400));
    test('execution_options: retry_policy: string (optional)', async () =>
      expect((await option({ retry_policy: 'hope' })).status).toBe(400));
    test('execution_options: resource_constraints: object (optional)', async () =>
      expect((await option({ resource_constraints: 'few' })).status).toBe(400));
  });
  describe('Response', () => {
    lines(
      ['execution_id: UUID', () => started.body.execution_id, isUuid],
      ['status: "planning"', () => started.body.status, 'planning'],
      ['allocated_agents: array', () => started.body.allocated_agents, isArray],
      ['execution_url: string', () => started.body.execution_url, isText],
    );
  });
  describe('Errors', () => {
    errors(
      ['404: Workflow not found', () => execute({ input_data: {} }, 'nothing'), 404],
      ['409: Workflow already executing', () => execute({ input_data: {} }, 'waiting'), 409],
      ['507: Resource allocation failed', () => option({ resource_constraints: { cpu: 0.1 } }), 507],
    );
  });
});

describe('GET /api/v1/workflows/{id}/status', () => {
  describe('Response', () => {
    lines(
      ['workflow_id: UUID', () => status.body.workflow_id, isUuid],
      ['execution_id: UUID', () => status.body.execution_id, isUuid],
      ['status: enum', () => [done.body.status, failed.body.status], ['completed', 'failed']],
      ['current_phase: string', () => status.body.current_phase, isText],
      ['agents: array[object]', () => status.body.agents, [isObject, isObject]],
      ['performance_metrics: object', () => status.body.performance_metrics, isObject],
      [
        'error_details: object (if failed)',
        () => [failed.body.error_details, done.body.error_details],
        [isObject, null],
      ],
    );
  });
  describe('Errors', () => {
    errors(['404: Workflow not found', () => call('GET', '/workflows/nothing/status'), 404]);
  });
});

describe('POST /api/v1/workflows/{id}/pause', () => {
  describe('Response', () => {
    lines(
      ['execution_id: UUID', () => paused.body.execution_id, isUuid],
      ['status: "paused"', () => paused.body.status, 'paused'],
      ['checkpoint_id: UUID', () => paused.body.checkpoint_id, isUuid],
      ['resume_url: string', () => paused.body.resume_url, isText],
    );
  });
  describe('Errors', () => {
    errors(
      ['404: Workflow not found', () => call('POST', '/workflows/nothing/pause'), 404],
      ['409: Cannot pause in current state', () => call('POST', '/workflows/waiting/pause'), 409],
    );
  });
});

describe('WebSocket Protocol', () => {
  test('Connection: /ws/workflows/{workflow_id}', () => expect(messages.length).toBeGreaterThan(0));
  test('Authentication: JWT token required', async () => {
    const { port } = service.server.server.address() as { port: number };
    const reader = read(`ws://127.0.0.1:${port}/ws/workflows/contract`, {});
    await reader.opened;
    reader.socket.send('no token');
    expect((await reader.closed).code).toBe(4401);
  });
  describe('Message Types', () => {
    test.each([
      'workflow.status_changed',
      'agent.assigned',
      'task.started',
      'task.completed',
      'error.occurred',
      'checkpoint.created',
    ])('%s', (type) => {
      const found = messages.filter((message) => message.type === type);
      expect(found.length).toBeGreaterThan(0);
    });
  });
  describe('Message Format', () => {
    const each = (field: keyof Heard) => () => messages.map((message) => message[field]);
    const all = (expected: { asymmetricMatch?: (value: unknown) => boolean }) => ({
      asymmetricMatch: (values: unknown) => {
        expect(values).toEqual((values as unknown[]).map(() => expected));
        return true;
      },
    });
    lines(
      ['type: string', each('type'), all(isText as object)],
      ['workflow_id: UUID', each('workflow_id'), all(isUuid as object)],
      ['execution_id: UUID', each('execution_id'), all(isUuid as object)],
      ['timestamp: ISO8601', each('timestamp'), all(isTime)],
      ['data: object (type-specific)', each('data'), all(isObject)],
    );
  });
});

describe('Events Published', () => {
  const first = (event: string, field: string) => () => events.find((one) => one['event'] === event)?.[field];
  const fields = (event: string, ...all: readonly (readonly [line: string, expected: unknown])[]): void => {
    lines(...all.map(([line, expected]): Line => [line, first(event, line.split(':')[0] ?? ''), expected]), [
      'timestamp: ISO8601',
      first(event, 'timestamp'),
      isTime,
    ]);
  };
  const ids = [
    ['workflow_id: UUID', isUuid],
    ['execution_id: UUID', isUuid],
  ] as const;
  describe('workflow.execution_started', () => {
    fields(
      'workflow.execution_started',
      ...ids,
      ['orchestration_pattern: string', 'supervisor'],
      ['estimated_duration: int', isInt],
      ['allocated_agents: array', isArray],
    );
  });
  describe('agent.task_assigned', () => {
    fields(
      'agent.task_assigned',
      ...ids,
      ['agent_id: string', isText],
      ['task_id: string', isText],
      ['dependencies: array', isArray],
      ['estimated_duration: int', isInt],
    );
  });
  describe('workflow.checkpoint_created', () => {
    fields(
      'workflow.checkpoint_created',
      ...ids,
      ['checkpoint_id: UUID', isUuid],
      ['state_snapshot: object', isObject],
      ['recovery_instructions: object', isObject],
    );
  });
});

describe('Data Models', () => {
  const listed = (path: string) => () => vi.waitFor(async () => (await call('GET', path)).body.items.length);
  describe('WorkflowDefinition', () => {
    lines(
      ['workflow_id: UUID (PK)', () => definition.body.workflow_id, isUuid],
      ['name: string (indexed)', () => definition.body.name, 'contract'],
      ['version: string (indexed)', () => definition.body.version, '1.0'],
      ['orchestration_pattern: enum (indexed)', () => definition.body.orchestration_pattern, 'supervisor'],
      ['definition: jsonb', () => definition.body.definition, isObject],
      ['created_at: timestamp (indexed)', () => definition.body.created_at, isTime],
      ['updated_at: timestamp', () => definition.body.updated_at, isTime],
    );
    test('has_many: WorkflowExecutions', async () =>
      expect(await listed('/workflows/contract/executions')()).toBeGreaterThan(0));
    test('has_many: WorkflowVersions', async () =>
      expect(await listed('/workflows/contract/versions')()).toBe(1));
  });
  describe('WorkflowExecution', () => {
    const run = (): Record<string, unknown> => execution.body;
    lines(
      ['execution_id: UUID (PK)', () => run()['execution_id'], isUuid],
      ['workflow_id: UUID (FK, indexed)', () => run()['workflow_id'], isUuid],
      ['status: enum (indexed)', () => run()['status'], 'completed'],
      ['current_phase: string', () => typeof run()['current_phase'], 'string'],
      ['allocated_agents: jsonb', () => run()['allocated_agents'], [isObject, isObject]],
      ['task_states: jsonb', () => run()['task_states'], { draft: 'completed', polish: 'completed' }],
      ['performance_metrics: jsonb', () => run()['performance_metrics'], isObject],
      ['started_at: timestamp (indexed)', () => run()['started_at'], isTime],
      ['completed_at: timestamp', () => run()['completed_at'], isTime],
      ['belongs_to: WorkflowDefinition', () => run()['workflow_id'] === definition.body.workflow_id, true],
    );
    test('has_many: ExecutionEvents', async () =>
      expect(await listed(`/executions/${run()['execution_id']}/events`)()).toBeGreaterThan(0));
    test('has_many: Checkpoints', async () =>
      expect(await listed(`/executions/${paused.body.execution_id}/checkpoints`)()).toBeGreaterThan(0));
  });
});
