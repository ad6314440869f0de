/** An execution is forked, upgraded, or written down. */
import type { Json } from '@cantata/core';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import {
  CheckpointTaken,
  ForkBody,
  Forked,
  ReasonBody,
  UpgradeAnswer,
  UpgradeBody,
} from '../schemas/execution-commands.ts';
import { ExecutionParams } from '../schemas/execution-reads.ts';
import { COMMAND, COMMAND_ANSWERS, callOf, onceOf, reasonOf, urlOf } from '../told.ts';

export function executionVersionRoutes(app: App, parts: ServerParts): void {
  const { engine } = parts;
  const common = { tags: ['Executions'], params: ExecutionParams };

  app.post(
    '/api/v1/executions/:execution/fork',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'forkExecution',
        summary: 'A new execution goes on where this one has come to, or was at a checkpoint',
        body: ForkBody,
        response: { ...COMMAND_ANSWERS, 201: Forked, ...problems(507) },
      },
    },
    async (request, reply) => {
      const access = accessOf(parts, request);
      const { executionId } = await access.execution(request.params.execution);
      const { from, checkpoint, input, task_input: taskInput } = request.body;
      const forked = await engine.fork(executionId, {
        by: access.principal.subject,
        ...onceOf(access.requestId),
        ...(from === undefined ? {} : { from }),
        ...(checkpoint === undefined ? {} : { checkpoint }),
        ...(input === undefined ? {} : { input: input as Json }),
        ...(taskInput === undefined ? {} : { taskInput: taskInput as Json }),
      });
      return reply.code(201).send({
        execution_id: forked,
        forked_from: executionId,
        status: 'planning' as const,
        execution_url: urlOf(forked),
      });
    },
  );

  app.post(
    '/api/v1/executions/:execution/upgrade',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'upgradeExecution',
        summary: 'It goes on by another version of its workflow; or what that would mean',
        body: UpgradeBody,
        response: { 200: UpgradeAnswer, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { executionId, workflowId } = await access.execution(request.params.execution);
      const { version: named, dry_run: isDry, force: stopsTasks, reason } = request.body;
      const version = await access.workflow(workflowId, named);
      const report = await engine.reader.upgradeReport(executionId, await engine.plan(version));
      if (!isDry) {
        const by = access.principal.subject;
        await engine.upgrade(executionId, version, {
          by,
          stopsTasks,
          ...reasonOf({ reason }),
          ...callOf(access),
        });
      }
      return { execution_id: executionId, upgraded: !isDry, ...report };
    },
  );

  app.post(
    '/api/v1/executions/:execution/checkpoints',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'takeCheckpoint',
        summary: 'It is written down whole as it is',
        body: ReasonBody,
        response: { ...COMMAND_ANSWERS, 201: CheckpointTaken },
      },
    },
    async (request, reply) => {
      const access = accessOf(parts, request);
      const { executionId } = await access.execution(request.params.execution);
      const by = access.principal.subject;
      const checkpoint = await engine.checkpoint(executionId, 'request', { by, ...callOf(access) });
      return reply.code(201).send({ execution_id: executionId, checkpoint_id: checkpoint });
    },
  );
}
