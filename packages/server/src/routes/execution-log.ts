/** What happened in an execution, page by page. */
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import {
  AfterQuery,
  Checkpoint,
  checkpointRow,
  ExecutionParams,
  LogRow,
  logRow,
  PublishedEventSchema,
  pageAfter,
  pageAfterOf,
} from '../schemas/execution-reads.ts';

export function executionLogRoutes(app: App, parts: ServerParts): void {
  const { reader } = parts.engine;
  const config = { role: 'viewer' } as const;
  const common = {
    tags: ['Executions'],
    params: ExecutionParams,
    querystring: z.strictObject(AfterQuery),
  };
  const errors = problems(400, 401, 403, 404);

  app.get(
    '/api/v1/executions/:execution/events',
    {
      config,
      schema: {
        ...common,
        operationId: 'listEvents',
        summary: 'What happened, the oldest first',
        response: { 200: pageAfter(PublishedEventSchema), ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).accepted(request.params.execution);
      const { after, limit } = request.query;
      const found = await reader.events(executionId, after, limit + 1);
      return pageAfterOf(found, limit, (event) => event);
    },
  );

  app.get(
    '/api/v1/executions/:execution/log',
    {
      config,
      schema: {
        ...common,
        operationId: 'readLog',
        summary: 'Its log as it is recorded, for those who fold it themselves',
        response: { 200: pageAfter(LogRow), ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).accepted(request.params.execution);
      const { after, limit } = request.query;
      return pageAfterOf(await reader.log(executionId, after, limit + 1), limit, logRow);
    },
  );

  app.get(
    '/api/v1/executions/:execution/checkpoints',
    {
      config,
      schema: {
        ...common,
        operationId: 'listCheckpoints',
        summary: 'When it was written down whole, the oldest first; it can be forked from each',
        response: { 200: pageAfter(Checkpoint), ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).accepted(request.params.execution);
      const { after, limit } = request.query;
      return pageAfterOf(await reader.checkpoints(executionId, after, limit + 1), limit, checkpointRow);
    },
  );
}
