/** Which executions there are. */
import { OPEN_STATUSES } from '@cantata/core';
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems, StatusWord } from '../schemas/common.ts';
import { ExecutionSummary, executionSummary } from '../schemas/execution-rows.ts';
import { idCursor, PageQuery, page } from '../schemas/pages.ts';

const Filter = z.strictObject({
  ...PageQuery,
  status: z
    .union([StatusWord, z.array(StatusWord).min(1).max(16)])
    .optional()
    .describe('only of this status; several times for several'),
  open: z.enum(['true', 'false']).optional().describe('`true`: only what has not ended'),
  workflow_id: z.string().min(1).max(256).optional().describe('only of this workflow: its id or name'),
  tag: z.string().min(1).max(256).optional().describe('only of versions with this tag'),
});

export function executionListRoutes(app: App, parts: ServerParts): void {
  app.get(
    '/api/v1/executions',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listExecutions',
        tags: ['Executions'],
        summary: 'Executions, the newest first',
        description: 'With a `tag` a page may have fewer than `limit`, and another one follow.',
        querystring: Filter,
        response: { 200: page(ExecutionSummary), ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { limit, workflow_id: named, tag } = request.query;
      const cursor = idCursor(request.query.cursor);
      const statuses = statusesOf(request.query);
      const workflow = named === undefined ? undefined : await access.workflow(named);
      const { rows, next = null } = await parts.engine.reader.select({
        tenant: access.principal.tenant,
        limit,
        ...(cursor === undefined ? {} : { before: cursor }),
        ...(statuses === undefined ? {} : { statuses }),
        ...(workflow === undefined ? {} : { workflowId: workflow.workflowId }),
        ...(tag === undefined ? {} : { tag }),
      });
      return { items: rows.map(executionSummary), next_cursor: next };
    },
  );
}

function statusesOf({ status, open }: z.infer<typeof Filter>): readonly string[] | undefined {
  const named = status === undefined ? undefined : [status].flat();
  if (open !== 'true') return named;
  return named?.filter((one) => OPEN_STATUSES.includes(one)) ?? OPEN_STATUSES;
}
