/** An execution as a whole is paused, resumed, cancelled, retried or deleted. */
import { type ExecutionRow, hasEnded, placeOfLabel } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { type Access, accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { CancelBody, Deleted, Paused, ReasonBody, RetryBody, Told } from '../schemas/execution-commands.ts';
import { ExecutionParams } from '../schemas/execution-reads.ts';
import { COMMAND, COMMAND_ANSWERS, callOf, reasonOf, toldOf, urlOf } from '../told.ts';

export function executionControlRoutes(app: App, parts: ServerParts): void {
  const { engine } = parts;
  const common = { tags: ['Executions'], params: ExecutionParams };

  app.post(
    '/api/v1/executions/:execution/pause',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'pauseExecution',
        summary: 'What runs may finish, nothing new starts, and the state is written down',
        body: ReasonBody,
        response: { 200: Paused, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const row = await access.execution(request.params.execution);
      return pause(engine, access, row, request.body.reason);
    },
  );

  app.post(
    '/api/v1/executions/:execution/resume',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'resumeExecution',
        summary: 'What was paused, or is parked, goes on',
        body: ReasonBody,
        response: { 200: Told, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const row = await access.execution(request.params.execution);
      await resume(engine, access, row);
      return toldOf(parts, row.executionId);
    },
  );

  app.post(
    '/api/v1/executions/:execution/cancel',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'cancelExecution',
        summary: 'Its agents are told to stop, and it ends when they have; or only a task of it',
        body: CancelBody,
        response: { 200: Told, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { task, region, reason } = request.body;
      if (task === undefined)
        return cancel(parts, access, await access.accepted(request.params.execution), reason);
      const { executionId } = await access.execution(request.params.execution);
      const extent = region ? 'region' : 'task';
      const operation = {
        type: 'task.cancel',
        ...placeOfLabel(task),
        extent,
        ...reasonOf({ reason }),
      } as const;
      await engine.operate(executionId, operation, access.principal.subject, callOf(access));
      return toldOf(parts, executionId);
    },
  );

  app.post(
    '/api/v1/executions/:execution/retry',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'retryExecution',
        summary: 'What has failed or was cancelled goes on from there',
        body: RetryBody,
        response: { 200: Told, ...COMMAND_ANSWERS, ...problems(507) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { executionId } = await access.execution(request.params.execution);
      const { tasks, new_key: isNew, reason } = request.body;
      const operation = {
        type: 'retry',
        tasks,
        key: isNew ? 'new' : 'same',
        ...reasonOf({ reason }),
      } as const;
      await engine.operate(executionId, operation, access.principal.subject, callOf(access));
      return toldOf(parts, executionId);
    },
  );

  app.delete(
    '/api/v1/executions/:execution',
    {
      config: { role: 'admin' },
      schema: {
        ...common,
        operationId: 'deleteExecution',
        summary: 'What has ended goes whole, and a line stays that says so',
        querystring: ReasonBody,
        response: { 200: Deleted, ...problems(400, 401, 403, 404, 409) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { executionId } = await access.execution(request.params.execution);
      await engine.delete(executionId, access.principal.subject, request.query.reason, callOf(access));
      return { execution_id: executionId, deleted: true as const };
    },
  );
}

export async function pause(engine: Engine, access: Access, { executionId }: ExecutionRow, reason?: string) {
  const checkpoint = await engine.pause(executionId, access.principal.subject, reason, callOf(access));
  return {
    execution_id: executionId,
    status: 'paused' as const,
    checkpoint_id: checkpoint,
    resume_url: `${urlOf(executionId)}/resume`,
  };
}

/** One that is parked is tried again first; it need not be paused. */
export async function resume(engine: Engine, access: Access, row: ExecutionRow): Promise<void> {
  const { executionId, parked, status } = row;
  const isStuck = parked && !hasEnded(row);
  if (isStuck) await engine.recover(executionId, callOf(access));
  if (isStuck && status !== 'paused') return;
  await engine.resume(executionId, access.principal.subject, callOf(access));
}

/** One that waits for room never was: it leaves the line, and no row stays of it. */
export async function cancel(
  parts: ServerParts,
  access: Access,
  { executionId }: Pick<ExecutionRow, 'executionId'>,
  reason?: string,
) {
  await parts.engine.cancel(executionId, access.principal.subject, reason, callOf(access));
  const row = await parts.store.executions.get(executionId);
  const isOver = row === undefined || hasEnded(row);
  const status = isOver ? (row?.status ?? 'cancelled') : 'cancelling';
  return { execution_id: executionId, status };
}
