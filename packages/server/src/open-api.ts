/** The OpenAPI document, made from the schemas that validate, and the pages that show it. */
import { createHash } from 'node:crypto';
import swagger from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from './app.ts';
import { sayPagePolicy } from './front-door/headers.ts';
import { PATTERN, WORKFLOW } from './open-api-examples.ts';
import { inOwnWords } from './open-api-words.ts';

/** In the order in which somebody new comes upon them. */
const TAGS = [
  'Workflows',
  'Executions',
  'Tasks',
  'Streams',
  'Patterns',
  'Signals',
  'Schedules',
  'Agents',
  'Operations',
];

export async function describeApi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Cantata',
        version,
        description: 'Orchestration of multi-agent workflows that never hang silently.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: TAGS.map((name) => ({ name })),
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    transform(given) {
      const { schema, url } = jsonSchemaTransform(given);
      const { role } = given.route.config ?? {};
      const security = role === 'anybody' ? [] : [{ bearer: [] }];
      const isPost = [given.route.method].flat().includes('POST');
      const document = schema?.consumes === undefined ? {} : { body: documentAt(url) };
      const told = isPost ? withKey(schema) : schema;
      const response = withCommon({ ...told, ...document });
      return { url, schema: { ...told, ...document, response, security, 'x-role': role } };
    },
    transformObject: (document) => inOwnWords(jsonSchemaTransformObject(document)),
  });
}

/** What is taken as text, so that every problem has its line, and so has no schema that validates. */
function documentAt(url: string) {
  const [page, example] = url.includes('patterns') ? ['patterns', PATTERN] : ['language', WORKFLOW];
  return {
    type: 'object',
    description: `the document, as docs/${page}.md has it`,
    required: ['name', 'version'],
    properties: { name: { type: 'string' }, version: { type: 'string' } },
    additionalProperties: true,
    examples: [example],
  } as const;
}

/**
 * What may be answered wherever a token is asked for, and wherever there is a body, beside what a route says of itself: the
 * hooks before the routes do it, and the store that does not answer.
 */
function withCommon({ response = {}, body }: FastifySchema): Readonly<Record<string, unknown>> {
  const own = response as Readonly<Record<string, unknown>>;
  const problem = own['401'];
  if (problem === undefined) return own;
  const common = body === undefined ? [429, 503] : [400, 413, 415, 429, 503];
  return { ...Object.fromEntries(common.map((status) => [status, problem])), ...own };
}

/** What every POST takes, beside what its own schema says; `idempotency/once.ts` does it. */
const IDEMPOTENCY_KEY = {
  type: 'object',
  properties: {
    'idempotency-key': {
      type: 'string',
      pattern: '^[!-~]{1,255}$',
      description: 'the same request again under the same key is done once and answered the same',
    },
  },
} as const;

/** One that was used for another request is answered with 409 at each of them. */
function withKey(schema: FastifySchema): FastifySchema {
  const response = (schema.response ?? {}) as Readonly<Record<string, unknown>>;
  return { ...schema, headers: IDEMPOTENCY_KEY, response: { 409: response['400'], ...response } };
}

/** The document itself, and pages to browse it. Both are for anybody: they hold nothing but what the code says. */
export async function showApi(app: App): Promise<void> {
  app.get('/openapi.json', { config: { role: 'anybody' }, schema: { hide: true } }, () => app.swagger());
  const { default: reference } = await import('@scalar/fastify-api-reference');
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, role: 'anybody' };
    });
    scope.addHook('onSend', (_request, reply, payload, done) => {
      if (String(reply.getHeader('content-type')).startsWith('text/html'))
        sayPagePolicy(reply, hashOf(SCRIPT.exec(String(payload))?.[1] ?? ''));
      done(null, payload);
    });
    await scope.register(reference, { routePrefix: '/docs', configuration: PAGES });
  });
}

/** Nothing is asked of anybody else: neither fonts, nor a proxy, nor an assistant. */
const PAGES = {
  url: '/openapi.json',
  pageTitle: 'Cantata API',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
} as const;

/** The one script that stands in the page itself. */
const SCRIPT = /<script type="text\/javascript">([\s\S]*?)<\/script>/;

function hashOf(script: string): string {
  return `sha256-${createHash('sha256').update(script).digest('base64')}`;
}
