/** The same stream as server-sent events, for whoever has `EventSource` or curl. */
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import { leavingError } from '../front-door/leaving.ts';
import type { ServerParts, ServerSettings } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { WorkflowParams } from '../schemas/workflows.ts';
import { EventReader } from './event-reader.ts';
import { StreamQuery, streamRequest } from './request.ts';
import { openStream } from './stream.ts';

export function eventRoutes(app: App, parts: ServerParts, settings: ServerSettings): void {
  const readers = new Set<EventReader>();
  app.get(
    '/api/v1/workflows/:workflow/stream',
    {
      // There is no end at which the answer to a HEAD could be known.
      exposeHeadRoute: false,
      config: { role: 'viewer' },
      schema: {
        operationId: 'streamWorkflow',
        tags: ['Streams'],
        summary: 'What happens, as server-sent events',
        description:
          'The messages of the WebSocket; `id` of each is its cursor, which a browser sends back as `Last-Event-ID` by itself.',
        params: WorkflowParams,
        querystring: StreamQuery,
        produces: ['text/event-stream'],
        response: {
          200: z
            .string()
            .describe('`id`, `event` and `data` of each message, and now and then an `id` alone'),
          ...problems(400, 401, 403, 404, 410, 503),
        },
      },
    },
    async (request, reply) => {
      const last = request.headers['last-event-id'];
      const wanted = streamRequest({
        ...request.query,
        ...(typeof last === 'string' ? { cursor: last } : {}),
      });
      const access = accessOf(parts, request);
      const { expiresAt = Infinity } = access.principal;
      const [instance] = request.url.split('?', 1) as [string];
      const reader = new EventReader({ settings, expiresAt, instance, requestId: request.id });
      readers.add(reader);
      reader.body.on('close', () => readers.delete(reader));
      try {
        reader.reads(await openStream(parts, access, request.params.workflow, wanted, reader));
      } catch (error) {
        reader.body.destroy();
        throw error;
      }
      return reply
        .headers({
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        })
        .send(reader.body as never);
    },
  );

  app.addHook('preClose', async () => {
    for (const reader of readers) reader.end(leavingError());
    await Promise.resolve();
  });
}
