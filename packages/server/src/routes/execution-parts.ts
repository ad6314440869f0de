/** The tasks, agents and teams of an execution, each as its status has them. */
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { list, problems, Uuid } from '../schemas/common.ts';
import { ExecutionParams } from '../schemas/execution-reads.ts';
import { AgentView, TASK_STATUSES, TaskView, TeamView } from '../schemas/executions.ts';

const TaskStatusWord = z.enum(TASK_STATUSES);

export function executionPartRoutes(app: App, parts: ServerParts): void {
  const { reader } = parts.engine;
  const config = { role: 'viewer' } as const;
  const common = { tags: ['Executions'], params: ExecutionParams };
  const errors = problems(400, 401, 403, 404);

  app.get(
    '/api/v1/executions/:execution/tasks',
    {
      config,
      schema: {
        ...common,
        operationId: 'listTasks',
        summary: 'Its tasks and their items',
        querystring: z.strictObject({
          status: z
            .union([TaskStatusWord, z.array(TaskStatusWord).min(1).max(TASK_STATUSES.length)])
            .optional()
            .describe('only of this status; several times for several'),
        }),
        response: { 200: z.object({ execution_id: Uuid, tasks: list(TaskView) }), ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).accepted(request.params.execution);
      const { tasks } = await reader.status(executionId);
      const { status } = request.query;
      const wanted = status === undefined ? TASK_STATUSES : [status].flat();
      return { execution_id: executionId, tasks: tasks.filter((task) => wanted.includes(task.status)) };
    },
  );

  app.get(
    '/api/v1/executions/:execution/agents',
    {
      config,
      schema: {
        ...common,
        operationId: 'listExecutionAgents',
        summary: 'Its seats, and what each is at',
        response: { 200: z.object({ execution_id: Uuid, agents: list(AgentView) }), ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).accepted(request.params.execution);
      return { execution_id: executionId, agents: (await reader.status(executionId)).agents };
    },
  );

  app.get(
    '/api/v1/executions/:execution/teams',
    {
      config,
      schema: {
        ...common,
        operationId: 'listTeams',
        summary: 'Its teams, and how effective they are',
        response: { 200: z.object({ execution_id: Uuid, teams: list(TeamView) }), ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).accepted(request.params.execution);
      return { execution_id: executionId, teams: (await reader.status(executionId)).teams };
    },
  );
}
