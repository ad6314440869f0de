/** The newest open execution of a workflow, or the one that is named, is paused, resumed or cancelled. */
import { CantataError, type ExecutionRow } from '@cantata/core';
import { type Access, accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { Uuid } from '../schemas/common.ts';
import { mayBeEmpty, Paused, Reason, Told } from '../schemas/execution-commands.ts';
import { WorkflowParams } from '../schemas/workflows.ts';
import { COMMAND, COMMAND_ANSWERS, toldOf } from '../told.ts';
import { cancel, pause, resume } from './execution-control.ts';

const Body = mayBeEmpty({
  execution_id: Uuid.optional().describe('another one than the newest that is open'),
  reason: Reason,
});

export function workflowControlRoutes(app: App, parts: ServerParts): void {
  const common = { tags: ['Workflows'], params: WorkflowParams, body: Body };

  app.post(
    '/api/v1/workflows/:workflow/pause',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'pauseWorkflow',
        summary: 'Pause its newest open execution',
        response: { 200: Paused, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const row = await openOne(access, request.params.workflow, request.body.execution_id);
      return pause(parts.engine, access, row, request.body.reason);
    },
  );

  app.post(
    '/api/v1/workflows/:workflow/resume',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'resumeWorkflow',
        summary: 'Its newest open execution goes on',
        response: { 200: Told, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const row = await openOne(access, request.params.workflow, request.body.execution_id);
      await resume(parts.engine, access, row);
      return toldOf(parts, row.executionId);
    },
  );

  app.post(
    '/api/v1/workflows/:workflow/cancel',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'cancelWorkflow',
        summary: 'Cancel its newest open execution',
        response: { 200: Told, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { execution_id: executionId, reason } = request.body;
      const { workflowId } = await access.workflow(request.params.workflow);
      const row =
        executionId === undefined
          ? await openOne(access, workflowId)
          : await access.acceptedOf(workflowId, executionId);
      return cancel(parts, access, row, reason);
    },
  );
}

/** @throws CantataError `workflow_not_found`, `execution_not_found`, `not_running` where none is open. */
async function openOne(access: Access, named: string, executionId?: string): Promise<ExecutionRow> {
  const { workflowId, name } = await access.workflow(named);
  if (executionId !== undefined) {
    await access.acceptedOf(workflowId, executionId);
    return access.execution(executionId);
  }
  const row = await access.newestOpen(workflowId);
  if (row !== undefined) return row;
  throw new CantataError('not_running', `no execution of ${name} is open`);
}
