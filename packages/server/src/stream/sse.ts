/** The same stream as server-sent events, for whoever has `EventSource` or curl. */
import { PassThrough } from 'node:stream';
import type { CantataError } from '@cantata/core';
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problemOf } from '../problems/problem.ts';
import { problems } from '../schemas/common.ts';
import { WorkflowParams } from '../schemas/workflows.ts';
import type { Written } from './messages.ts';
import { StreamQuery, streamRequest } from './request.ts';
import { type Channel, openStream } from './stream.ts';

/** A comment, so that proxies keep the connection. */
const ALIVE_MS = 15_000;
const MOST_WAITING = 256 * 1_024;

export function eventRoutes(app: App, parts: ServerParts): void {
  app.get(
    '/api/v1/workflows/:workflow/stream',
    {
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
          200: z.string().describe('`id`, `event` and `data` of each message, and now and then a comment'),
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
      const body = new PassThrough({ highWaterMark: MOST_WAITING });
      const access = accessOf(parts, request);
      const { expiresAt = Infinity } = access.principal;
      const alive = setInterval(() => {
        // Who comes again brings a new token, and the last cursor.
        if (Date.now() < expiresAt) body.write(': alive\n\n');
        else body.end();
      }, ALIVE_MS);
      const channel: Channel = {
        send: (messages) => (body.write(messages.map(frame).join('')) ? undefined : drained(body)),
        sendLive: (message) => {
          if (!body.writableNeedDrain)
            body.write(`event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`);
        },
        end: (error) => body.end(error === undefined ? '' : errorFrame(error)),
      };
      // Whoever listens knows at once that they are heard, though nothing may happen for a while.
      body.write(': open\n\n');
      try {
        const opened = await openStream(parts, access, request.params.workflow, wanted, channel);
        body.on('close', () => {
          clearInterval(alive);
          opened.close();
        });
      } catch (error) {
        clearInterval(alive);
        throw error;
      }
      return reply
        .headers({
          'content-type': 'text/event-stream',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        })
        .send(body as never);
    },
  );
}

function frame({ cursor, type, text }: Written): string {
  return `id: ${cursor}\nevent: ${type}\ndata: ${text}\n\n`;
}

function errorFrame(error: CantataError): string {
  return `event: stream.error\ndata: ${JSON.stringify(problemOf(error, { instance: '/stream', requestId: '' }))}\n\n`;
}

function drained(body: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    body.once('drain', resolve);
    body.once('close', resolve);
  });
}
