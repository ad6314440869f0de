/** One execution, as those who follow it see it. */
import { iso } from '@cantata/core';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { AnyJson, problems } from '../schemas/common.ts';
import {
  Causes,
  ExecutionGraph,
  ExecutionParams,
  Output,
  Questions,
  ValueParams,
} from '../schemas/execution-reads.ts';
import { Execution } from '../schemas/executions.ts';

export function executionReadRoutes(app: App, parts: ServerParts): void {
  const { reader } = parts.engine;
  const config = { role: 'viewer' } as const;
  const common = { tags: ['Executions'], params: ExecutionParams };
  const errors = problems(400, 401, 403, 404, 409);

  app.get(
    '/api/v1/executions/:execution',
    {
      config,
      schema: {
        ...common,
        operationId: 'getExecution',
        summary: 'How it is doing',
        response: { 200: Execution, ...errors },
      },
    },
    async (request) => {
      const { executionId, startedAt } = await accessOf(parts, request).accepted(request.params.execution);
      const view = await reader.status(executionId);
      return {
        ...view,
        allocated_agents: view.agents.map(({ agent_id, group, type }) => ({ agent_id, group, type })),
        task_states: Object.fromEntries(view.tasks.map(({ id, status }) => [id, status])),
        started_at: iso(startedAt),
      };
    },
  );

  app.get(
    '/api/v1/executions/:execution/why',
    {
      config,
      schema: {
        ...common,
        operationId: 'whyExecution',
        summary: 'What it and each of its tasks waits for, in sentences',
        response: { 200: Causes, ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).accepted(request.params.execution);
      return { execution_id: executionId, causes: await reader.why(executionId) };
    },
  );

  app.get(
    '/api/v1/executions/:execution/graph',
    {
      config,
      schema: {
        ...common,
        operationId: 'executionGraph',
        summary: 'Its tasks, how they hang together and how they stand',
        response: { 200: ExecutionGraph, ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).execution(request.params.execution);
      return { execution_id: executionId, ...(await reader.graph(executionId)) };
    },
  );

  app.get(
    '/api/v1/executions/:execution/approvals',
    {
      config,
      schema: {
        ...common,
        operationId: 'listApprovals',
        summary: 'What it asks of people now',
        response: { 200: Questions, ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).accepted(request.params.execution);
      return { execution_id: executionId, approvals: await reader.questions(executionId) };
    },
  );

  app.get(
    '/api/v1/executions/:execution/output',
    {
      config,
      schema: {
        ...common,
        operationId: 'executionOutput',
        summary: 'What it gave, once it is completed',
        response: { 200: Output, ...errors },
      },
    },
    async (request) => {
      const { executionId } = await accessOf(parts, request).accepted(request.params.execution);
      return { execution_id: executionId, output: await reader.output(executionId) };
    },
  );

  app.get(
    '/api/v1/executions/:execution/blobs/:reference',
    {
      config,
      schema: {
        tags: ['Executions'],
        params: ValueParams,
        operationId: 'executionValue',
        summary: 'A value of it that is too large for its log',
        description: 'Where the log has `{"$blob": "sha256:…", "bytes": n}`, this is what stands behind it.',
        response: { 200: AnyJson, ...problems(400, 401, 403, 404) },
      },
    },
    async (request, reply) => {
      const { execution, reference } = request.params;
      const { executionId } = await accessOf(parts, request).execution(execution);
      const value = await reader.value(executionId, reference);
      // A text, too, is sent as JSON.
      return reply.type('application/json').send(JSON.stringify(value));
    },
  );
}
