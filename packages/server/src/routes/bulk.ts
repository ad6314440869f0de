/** The same for many executions; unless told otherwise only which they would be. */
import { CantataError, derivedUuid, type ExecutionRow } from '@cantata/core';
import { BULK, BULK_VERBS, type BulkVerb, type CallOptions } from '@cantata/engine';
import { z } from 'zod';
import { type Access, accessOf } from '../access.ts';
import type { App } from '../app.ts';
import { claimedAt } from '../idempotency/claim.ts';
import type { ServerParts } from '../parts.ts';
import { BulkAnswer, BulkBody } from '../schemas/bulk.ts';
import { problems } from '../schemas/common.ts';
import { COMMAND, callOf, reasonOf } from '../told.ts';

/** So many at a time: each is a commit of its own. */
const AT_ONCE = 50;

export function bulkRoutes(app: App, parts: ServerParts): void {
  app.post(
    '/api/v1/executions/bulk/:verb',
    {
      config: COMMAND,
      schema: {
        operationId: 'bulk',
        tags: ['Executions'],
        summary: 'Pause, resume, cancel or retry all that match; first which they would be',
        params: z.object({ verb: z.enum(BULK_VERBS).describe('what they are told') }),
        body: BulkBody,
        response: { 200: BulkAnswer, ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { verb } = request.params;
      const { filter, preview, limit, reason } = request.body;
      const { rows, next } = await matching(
        parts,
        access,
        { statuses: BULK[verb].statuses, ...filter },
        limit,
      );
      const executions = preview
        ? rows.map((row) => shown(row))
        : await tellAll(parts, access, verb, rows, reason);
      return { preview, executions, more: next !== undefined };
    },
  );
}

async function matching(
  { engine }: ServerParts,
  access: Access,
  { statuses, workflow_id: named, tag }: z.output<typeof BulkBody>['filter'],
  limit: number,
) {
  const workflow = named === undefined ? undefined : await access.workflow(named);
  return engine.reader.select({
    tenant: access.principal.tenant,
    limit,
    ...(statuses === undefined ? {} : { statuses }),
    ...(workflow === undefined ? {} : { workflowId: workflow.workflowId }),
    ...(tag === undefined ? {} : { tag }),
  });
}

interface Outcome {
  readonly ok: boolean;
  readonly error: { readonly code: string; readonly message: string } | null;
}

function shown({ executionId, name, status }: ExecutionRow, outcome?: Outcome) {
  return { execution_id: executionId, name, status, ok: outcome?.ok ?? null, error: outcome?.error ?? null };
}

async function tellAll(
  { engine }: ServerParts,
  access: Access,
  verb: BulkVerb,
  rows: readonly ExecutionRow[],
  reason: string | undefined,
) {
  const told: ReturnType<typeof shown>[] = [];
  for (let n = 0; n < rows.length; n += AT_ONCE) {
    const some = rows.slice(n, n + AT_ONCE).map(async (row) => {
      const { executionId } = row;
      const call = { by: access.principal.subject, ...callTo(access, executionId), ...reasonOf({ reason }) };
      const done = BULK[verb].tell(engine, executionId, call);
      return shown(row, await done.then(() => ({ ok: true, error: null }), refusal));
    });
    told.push(...(await Promise.all(some)));
  }
  return told;
}

/** To each of them under an id of its own, which is the same when the request comes again. */
function callTo(access: Access, executionId: string): CallOptions {
  const { requestId } = access;
  const call = callOf(access);
  if (requestId === null) return call;
  return { ...call, requestId: derivedUuid(claimedAt(requestId), `${requestId} ${executionId}`) };
}

function refusal(thrown: unknown): Outcome {
  if (!(thrown instanceof CantataError)) throw thrown;
  const { code, message } = thrown;
  return { ok: false, error: { code, message } };
}
