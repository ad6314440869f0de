/** A service for tests: an engine on a store in memory, and the server before it. Answers are held against their schemas. */
import type { AgentDirectory, Store } from '@cantata/core';
import { compile, STANDARD } from '@cantata/definition';
import { createMemoryData, createMemoryStore, Engine, type EngineSettings } from '@cantata/engine';
import { type Authenticator, openAccess, type Role } from './auth/principal.ts';
import type { ServerParts } from './parts.ts';
import { createServer, type Server } from './server.ts';

export interface Service {
  readonly server: Server;
  readonly engine: Engine;
  readonly store: Store;
  /** JSON in, JSON out. */
  call(
    method: Method,
    url: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: any;
}

/** Answers at once with what it was given. */
const echo: AgentDirectory = {
  where: 'the test',
  find: () => ({ perform: ({ input }) => Promise.resolve({ kind: 'completed', output: input }) }),
};

/** A token is `tenant:role`. */
export const byTenant: Authenticator = {
  isOpen: false,
  authenticate(token = '') {
    const [tenant = '', role = 'viewer'] = token.split(':');
    return Promise.resolve({ subject: `somebody of ${tenant}`, tenant, role: role as Role });
  },
};

/** For `byTenant`. */
export function as(tenant: string, role: Role = 'admin'): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${tenant}:${role}` };
}

export async function startService(
  parts: Partial<ServerParts> & {
    readonly agents?: AgentDirectory;
    readonly engineSettings?: Partial<EngineSettings>;
  } = {},
): Promise<Service> {
  const { agents = echo, engineSettings = {}, ...given } = parts;
  const store = given.store ?? createMemoryStore(createMemoryData());
  const engine = await Engine.open({
    store,
    agents,
    compile: (document) => compile(document),
    owner: { id: 'test', host: 'test', pid: 1 },
    settings: engineSettings,
  });
  const server = await createServer({
    engine,
    store,
    patterns: STANDARD,
    authenticator: openAccess(),
    log: () => undefined,
    version: '0.0.0',
    settings: { checksAnswers: true },
    ...given,
  });
  return {
    server,
    engine,
    store,
    async call(method, url, body, headers = {}) {
      const text = typeof body === 'string';
      const answer = await server.inject({
        method,
        url,
        headers: {
          ...(body === undefined || text ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: text ? body : JSON.stringify(body) }),
      });
      const type = answer.headers['content-type'] ?? '';
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: type.includes('json') ? answer.json() : answer.body,
      };
    },
    async close() {
      await server.close();
      await engine.close();
      await store.close();
    },
  };
}

/** Two tasks, one after the other. */
export function workflow(name = 'greeting', version = '1.0', more: object = {}): object {
  return {
    name,
    version,
    orchestration_pattern: 'supervisor',
    agents: { writers: { type: 'writer', count: 2, resources: { cpu: '1 core', memory: '1GB' } } },
    tasks: [
      { id: 'draft', agent: 'writers', depends_on: [] },
      { id: 'polish', agent: 'writers', depends_on: ['draft'] },
    ],
    coordination: { type: 'graph_based' },
    ...more,
  };
}
