/** A workflow is executed. */
import type { Json, Plan } from '@cantata/core';
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import { ceilingOf } from '../constraints.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { Accepted } from '../schemas/execution-commands.ts';
import { ExecuteBody, Executing, WorkflowParams } from '../schemas/workflows.ts';
import { onceOf } from '../told.ts';

export function executeRoutes(app: App, parts: ServerParts): void {
  const { engine } = parts;
  app.post(
    '/api/v1/workflows/:workflow/execute',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'executeWorkflow',
        tags: ['Workflows'],
        summary: 'Start an execution',
        params: WorkflowParams,
        body: ExecuteBody,
        response: { 202: z.union([Executing, Accepted]), ...problems(400, 401, 403, 404, 409, 422, 507) },
      },
    },
    async (request, reply) => {
      const access = accessOf(parts, request);
      const { input_data, version, execution_options = {} } = request.body;
      const workflow = await access.workflow(request.params.workflow, version);
      const plan = await engine.plan(workflow);
      const { timeout, retry_policy, resource_constraints } = execution_options;
      const ceiling = resource_constraints === undefined ? undefined : ceilingOf(resource_constraints);
      const executionId = await engine.start({
        workflow,
        input: input_data as Json,
        by: access.principal.subject,
        ...onceOf(access.requestId),
        ...(timeout === undefined ? {} : { timeoutMs: Math.ceil(timeout * 1_000) }),
        ...(retry_policy === undefined ? {} : { retryPolicy: retry_policy }),
        ...(ceiling === undefined ? {} : { ceiling }),
      });
      return reply.code(202).send({
        execution_id: executionId,
        status: 'planning' as const,
        allocated_agents: allocatedAgents(plan),
        execution_url: `/api/v1/executions/${executionId}`,
      });
    },
  );
}

/** The planned seats. */
function allocatedAgents({ seats, groups }: Plan) {
  return seats.map(({ id, group }) => {
    const { name, type } = (groups[group] as Plan['groups'][number]).definition;
    return { agent_id: id, group: name, type };
  });
}
