/** An execution is told what it waits for, or what to do about what it could not undo. */
import { type Json, placeOfLabel, type StepRef } from '@cantata/core';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import {
  EventBody,
  Sent,
  SignalBody,
  Told,
  UndoAgainBody,
  UndoSkipBody,
} from '../schemas/execution-commands.ts';
import { ExecutionParams } from '../schemas/execution-reads.ts';
import { COMMAND, COMMAND_ANSWERS, callOf, toldOf } from '../told.ts';

export function executionMessageRoutes(app: App, parts: ServerParts): void {
  const { engine } = parts;
  const common = { tags: ['Executions'], params: ExecutionParams };

  app.post(
    '/api/v1/executions/:execution/signals',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'signalExecution',
        summary: 'Send it a signal; the same `id` again is the same signal',
        body: SignalBody,
        response: { 200: Sent, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { executionId } = await access.execution(request.params.execution);
      const { signal, data = null, id = access.requestId ?? engine.newId() } = request.body;
      const by = access.principal.subject;
      await engine.signal(executionId, { signal, data: data as Json, id, by, ...callOf(access) });
      return { execution_id: executionId, id };
    },
  );

  app.post(
    '/api/v1/executions/:execution/events',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'publishEvent',
        summary: 'Publish an event to its tasks; the same `id` again is the same event',
        body: EventBody,
        response: { 200: Sent, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { executionId } = await access.execution(request.params.execution);
      const { topic, data = null, id = access.requestId ?? engine.newId() } = request.body;
      const by = access.principal.subject;
      await engine.publish(executionId, { topic, data: data as Json, id, by, ...callOf(access) });
      return { execution_id: executionId, id };
    },
  );

  app.post(
    '/api/v1/executions/:execution/compensation/retry',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'retryCompensation',
        summary: 'What failed to be undone is tried again: one step, or all',
        body: UndoAgainBody,
        response: { 200: Told, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { executionId } = await access.execution(request.params.execution);
      const { task, activation } = request.body;
      const step = task === undefined ? undefined : stepOf(task, activation);
      await engine.retryCompensation(executionId, access.principal.subject, step, callOf(access));
      return toldOf(parts, executionId);
    },
  );

  app.post(
    '/api/v1/executions/:execution/compensation/skip',
    {
      config: COMMAND,
      schema: {
        ...common,
        operationId: 'skipCompensation',
        summary: 'A step that failed to be undone stays as it is, or was undone by hand',
        body: UndoSkipBody,
        response: { 200: Told, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { executionId } = await access.execution(request.params.execution);
      const by = access.principal.subject;
      const { task, activation, reason = `skipped by ${by}` } = request.body;
      await engine.skipCompensation(executionId, by, stepOf(task, activation), reason, callOf(access));
      return toldOf(parts, executionId);
    },
  );
}

function stepOf(label: string, activation: number | undefined): StepRef {
  return { ...placeOfLabel(label), ...(activation === undefined ? {} : { activation }) };
}
