/** One version of a workflow: its document, and who ran by it. */
import { iso, type JsonObject } from '@cantata/core';
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems, StatusWord } from '../schemas/common.ts';
import { ExecutionSummary, executionSummary } from '../schemas/execution-rows.ts';
import { idCursor, PageQuery, page, pageOf } from '../schemas/pages.ts';
import { WorkflowDetail, workflowVersionRow } from '../schemas/workflow-rows.ts';
import { VersionQuery, WorkflowParams } from '../schemas/workflows.ts';
import { noticesOf } from '../stored-document.ts';

export function workflowDetailRoutes(app: App, parts: ServerParts): void {
  app.get(
    '/api/v1/workflows/:workflow',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getWorkflow',
        tags: ['Workflows'],
        summary: 'A version of a workflow, with its document',
        params: WorkflowParams,
        querystring: z.strictObject(VersionQuery),
        response: { 200: WorkflowDetail, ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { workflow: named } = request.params;
      const row = await access.workflow(named, request.query.version);
      const newest = await access.workflow(row.workflowId);
      return {
        ...workflowVersionRow(row),
        definition: JSON.parse(row.document) as JsonObject,
        problems: noticesOf(row, parts),
        newest_version: newest.version,
        updated_at: iso(newest.createdAt),
      };
    },
  );

  app.get(
    '/api/v1/workflows/:workflow/executions',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listWorkflowExecutions',
        tags: ['Workflows'],
        summary: 'Its executions, the newest first',
        params: WorkflowParams,
        querystring: z.strictObject({
          ...PageQuery,
          status: StatusWord.optional().describe('only of this status'),
        }),
        response: { 200: page(ExecutionSummary), ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { workflowId, tenant } = await access.workflow(request.params.workflow);
      const { limit, status } = request.query;
      const cursor = idCursor(request.query.cursor);
      const found = await parts.store.executions.list({
        tenant,
        workflowId,
        limit: limit + 1,
        ...(cursor === undefined ? {} : { before: cursor }),
        ...(status === undefined ? {} : { statuses: [status] }),
      });
      return pageOf(found, limit, { cursor: (last) => last.executionId, item: executionSummary });
    },
  );
}
