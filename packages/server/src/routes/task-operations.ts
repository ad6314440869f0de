/** What an operator does to a task by hand: each is one operation of the law, told by one endpoint. */
import {
  type AtItem,
  CantataError,
  type Json,
  type JsonObject,
  type Operation,
  placeOfLabel,
} from '@cantata/core';
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { AnyJson, AnyObject } from '../schemas/common.ts';
import {
  mayBeEmpty,
  Reason,
  ReasonBody,
  SentId,
  TaskLabel,
  ToldTask,
} from '../schemas/execution-commands.ts';
import { ExecutionParams } from '../schemas/execution-reads.ts';
import { COMMAND, COMMAND_ANSWERS, callOf, reasonOf, toldOf } from '../told.ts';

const TaskParams = ExecutionParams.extend({ task: TaskLabel });
const To = z.string().min(1).max(256);

interface ByHand<Body extends z.ZodType> {
  readonly verb: string;
  readonly summary: string;
  readonly body: Body;
  readonly operation: (at: AtItem, body: z.output<Body>) => Operation;
}

function byHand<Body extends z.ZodType<{ readonly reason?: string | undefined }>>(
  app: App,
  parts: ServerParts,
  { verb, summary, body, operation }: ByHand<Body>,
): void {
  app.post(
    `/api/v1/executions/:execution/tasks/:task/${verb}`,
    {
      config: COMMAND,
      schema: {
        operationId: `${verb}Task`,
        tags: ['Tasks'],
        summary,
        params: TaskParams,
        body,
        response: { 200: ToldTask, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { execution, task } = request.params;
      const { executionId } = await access.execution(execution);
      const said = request.body as z.output<Body>;
      const asked = { ...operation(placeOfLabel(task), said), ...reasonOf(said) };
      await parts.engine.operate(executionId, asked, access.principal.subject, callOf(access));
      return { ...(await toldOf(parts, executionId)), task_id: task };
    },
  );
}

export function taskOperationRoutes(app: App, parts: ServerParts): void {
  byHand(app, parts, {
    verb: 'complete',
    summary: 'It is completed with this output',
    body: mayBeEmpty({ output: AnyJson.optional().describe('null unless given'), reason: Reason }),
    operation: (at, { output = null }) => ({ type: 'task.complete', ...at, output: output as Json }),
  });
  byHand(app, parts, {
    verb: 'fail',
    summary: 'It fails for good',
    body: ReasonBody,
    operation: (at) => ({ type: 'task.fail', ...at }),
  });
  byHand(app, parts, {
    verb: 'skip',
    summary: 'It is skipped as a whole',
    body: ReasonBody,
    operation: (at) => ({ type: 'task.skip', task: wholeTask(at, 'skipped; cancel ends one item') }),
  });
  byHand(app, parts, {
    verb: 'reassign',
    summary: 'Another agent group, or a seat of one, does it',
    body: z.strictObject({ to: To, reason: Reason }),
    operation: (at, { to }) => ({ type: 'task.reassign', ...at, to }),
  });
  byHand(app, parts, {
    verb: 'cancel',
    summary: 'It is stopped; with `region` also all that comes after it alone',
    body: mayBeEmpty({ region: z.boolean().default(false), reason: Reason }),
    operation: (at, { region }) => ({ type: 'task.cancel', ...at, extent: region ? 'region' : 'task' }),
  });
  byHand(app, parts, {
    verb: 'items',
    summary: 'Elements are added to the list of a task with `for_each`',
    body: z.strictObject({ items: z.array(AnyJson).min(1).max(10_000), reason: Reason }),
    operation: (at, { items }) => ({
      type: 'items.add',
      task: wholeTask(at, 'given more items'),
      items: items as readonly Json[],
    }),
  });
  byHand(app, parts, {
    verb: 'switch',
    summary: 'Another pattern goes on in the place of the one at work',
    body: z.strictObject({ to: To, options: AnyObject.default({}), reason: Reason }),
    operation: (at, { to, options }) => ({
      type: 'pattern.switch',
      ...at,
      to,
      options: options as JsonObject,
    }),
  });
  answerRoute(app, parts);
}

function answerRoute(app: App, parts: ServerParts): void {
  app.post(
    '/api/v1/executions/:execution/tasks/:task/answer',
    {
      config: COMMAND,
      schema: {
        operationId: 'answerTask',
        tags: ['Tasks'],
        summary: 'Answer what it asks; the same `id` again is the same answer',
        params: TaskParams,
        body: z.strictObject({
          decision: z.enum(['approved', 'rejected']),
          output: AnyJson.optional().describe('what the task gives'),
          reason: Reason,
          id: SentId,
        }),
        response: { 200: ToldTask, ...COMMAND_ANSWERS },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { execution, task } = request.params;
      const { executionId } = await access.execution(execution);
      const { decision, output, reason, id } = request.body;
      await parts.engine.answer(executionId, {
        ...placeOfLabel(task),
        decision,
        by: access.principal.subject,
        ...(output === undefined ? {} : { output: output as Json }),
        ...(id === undefined ? {} : { id }),
        ...reasonOf({ reason }),
        ...callOf(access),
      });
      return { ...(await toldOf(parts, executionId)), task_id: task };
    },
  );
}

/** @throws CantataError `request_invalid` where an item is named. */
function wholeTask({ task, item }: AtItem, what: string): string {
  if (item === undefined) return task;
  throw new CantataError('request_invalid', `only a whole task is ${what}`);
}
