/** How a workflow is doing: its newest execution, or the one that is asked for. */
import type { ExecutionRow, WorkflowVersion } from '@cantata/core';
import { z } from 'zod';
import { type Access, accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems, Uuid } from '../schemas/common.ts';
import { ExecutionStatus, NotExecuted } from '../schemas/executions.ts';
import { WorkflowParams } from '../schemas/workflows.ts';

export function statusRoutes(app: App, parts: ServerParts): void {
  app.get(
    '/api/v1/workflows/:workflow/status',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'workflowStatus',
        tags: ['Workflows'],
        summary: 'How its newest execution is doing',
        params: WorkflowParams,
        querystring: z.strictObject({
          execution_id: Uuid.optional().describe('another one than the newest'),
        }),
        response: { 200: z.union([ExecutionStatus, NotExecuted]), ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const workflow = await access.workflow(request.params.workflow);
      const row = await executionOf(access, workflow, request.query.execution_id);
      return row === undefined ? notExecuted(workflow) : parts.engine.reader.status(row.executionId);
    },
  );
}

async function executionOf(
  access: Access,
  { workflowId }: WorkflowVersion,
  executionId: string | undefined,
): Promise<ExecutionRow | undefined> {
  if (executionId === undefined) return access.newest(workflowId);
  return access.acceptedOf(workflowId, executionId);
}

function notExecuted({ workflowId, name, version, pattern }: WorkflowVersion) {
  return {
    workflow_id: workflowId,
    execution_id: null,
    name,
    version,
    orchestration_pattern: pattern,
    status: 'validated' as const,
    current_phase: '',
    agents: [],
    performance_metrics: {},
  };
}
