/** The schedules of workflows: kept to, left, stood still. */
import { CantataError } from '@cantata/core';
import type { ScheduleRow } from '@cantata/engine';
import { z } from 'zod';
import { type Access, accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { list, problems } from '../schemas/common.ts';
import { Schedule, schedule } from '../schemas/schedules.ts';
import { VersionQuery, WorkflowParams } from '../schemas/workflows.ts';
import { callOf } from '../told.ts';

const PATH = '/api/v1/workflows/:workflow/schedule';

export function scheduleRoutes(app: App, parts: ServerParts): void {
  const { engine } = parts;
  app.get(
    '/api/v1/schedules',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listSchedules',
        tags: ['Schedules'],
        summary: 'The schedules that are kept to, by the names of their workflows',
        response: { 200: z.object({ items: list(Schedule) }), ...problems(401, 403) },
      },
    },
    async (request) => {
      const { tenant } = accessOf(parts, request).principal;
      return { items: (await engine.reader.schedules(tenant)).map(schedule) };
    },
  );

  app.put(
    PATH,
    {
      config: { role: 'author' },
      schema: {
        operationId: 'setSchedule',
        tags: ['Schedules'],
        summary: 'Start executions at the times the document says',
        description: 'From now on, and in place of any other version. The same again changes nothing.',
        params: WorkflowParams,
        body: z.strictObject(VersionQuery).nullish(),
        response: { 200: Schedule, ...problems(400, 401, 403, 404, 422) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const workflow = await access.workflow(request.params.workflow, request.body?.version);
      await engine.schedules.set(workflow, access.principal.subject, callOf(access));
      return schedule(await kept(parts, access, workflow.workflowId));
    },
  );

  app.delete(
    PATH,
    {
      config: { role: 'author' },
      schema: {
        operationId: 'clearSchedule',
        tags: ['Schedules'],
        summary: 'Let nothing start by itself any more',
        description: 'What was started goes on.',
        params: WorkflowParams,
        response: { 204: z.null().describe('done'), ...problems(400, 401, 403, 404) },
      },
    },
    async (request, reply) => {
      const access = accessOf(parts, request);
      const { workflowId } = await keptBy(parts, access, request.params.workflow);
      await engine.schedules.clear(workflowId, access.principal.subject, callOf(access));
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${PATH}/pause`,
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'pauseSchedule',
        tags: ['Schedules'],
        summary: 'Let its times pass until it is resumed',
        params: WorkflowParams,
        response: { 200: Schedule, ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { workflowId } = await keptBy(parts, access, request.params.workflow);
      await engine.schedules.pause(workflowId, access.principal.subject, callOf(access));
      return schedule(await kept(parts, access, workflowId));
    },
  );

  app.post(
    `${PATH}/resume`,
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'resumeSchedule',
        tags: ['Schedules'],
        summary: 'Go on from the next of its times',
        params: WorkflowParams,
        response: { 200: Schedule, ...problems(400, 401, 403, 404, 409) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { workflowId } = await keptBy(parts, access, request.params.workflow);
      await engine.schedules.resume(workflowId, access.principal.subject, callOf(access));
      return schedule(await kept(parts, access, workflowId));
    },
  );
}

async function keptBy(parts: ServerParts, access: Access, workflow: string): Promise<ScheduleRow> {
  return kept(parts, access, (await access.workflow(workflow)).workflowId);
}

/** @throws CantataError `schedule_missing`. */
async function kept(
  { engine }: ServerParts,
  { principal }: Access,
  workflowId: string,
): Promise<ScheduleRow> {
  const rows = await engine.reader.schedules(principal.tenant);
  const row = rows.find((one) => one.workflowId === workflowId);
  if (row !== undefined) return row;
  throw new CantataError('schedule_missing', `workflow ${workflowId} is kept to no schedule`);
}
