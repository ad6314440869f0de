/** The OpenAPI document, made from the schemas that validate, and the pages that show it. */
import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from './app.ts';

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
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}

/** The document itself, and pages to browse it. Both are for anybody: they hold nothing but what the code says. */
export async function showApi(app: App): Promise<void> {
  app.get('/openapi.json', { config: { role: 'anybody' }, schema: { hide: true } }, () => app.swagger());
  const { default: reference } = await import('@scalar/fastify-api-reference');
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, role: 'anybody' };
    });
    await scope.register(reference, { routePrefix: '/docs', configuration: { url: '/openapi.json' } });
  });
}
