/** What a caller may see: everything is looked up by their tenant, and what is of another one is not there. */
import { CantataError, type ExecutionRow, listing, OPEN_STATUSES, type WorkflowVersion } from '@cantata/core';
import type { FastifyRequest } from 'fastify';
import { principalOf } from './auth/guard.ts';
import type { Principal } from './auth/principal.ts';
import { claimedAt } from './idempotency/claim.ts';
import type { ServerParts } from './parts.ts';

/** How far back a repeated request looks for what it was about. */
const RECENT = 50;
/** So many versions are named, the newest. */
const MOST_NAMED = 10;

export class Access {
  readonly principal: Principal;
  /** Of a request that may come twice: under it the engine does everything once. */
  readonly requestId: string | null;
  readonly #parts: ServerParts;

  constructor(parts: ServerParts, principal: Principal, requestId: string | null = null) {
    this.#parts = parts;
    this.principal = principal;
    this.requestId = requestId;
  }

  /** By id or name; the newest version unless one is named. @throws CantataError `workflow_not_found`. */
  async workflow(idOrName: string, version?: string): Promise<WorkflowVersion> {
    const found = await this.#parts.store.workflows.find(this.principal.tenant, idOrName, version);
    if (found !== undefined) return found;
    const newest =
      version === undefined
        ? undefined
        : await this.#parts.store.workflows.find(this.principal.tenant, idOrName);
    if (newest === undefined)
      throw new CantataError('workflow_not_found', `there is no workflow ${idOrName}`);
    const there = (await this.versions(newest)).map((row) => row.version);
    const message = `${newest.name} has no version ${version}; it has ${listing(there, MOST_NAMED)}`;
    throw new CantataError('workflow_not_found', message);
  }

  /** All of them, the newest first. */
  versions({ workflowId }: WorkflowVersion): Promise<readonly WorkflowVersion[]> {
    return this.#parts.store.workflows.versions(this.principal.tenant, workflowId);
  }

  /** One that has begun. @throws CantataError `execution_not_found`, `not_running` for one that waits for room. */
  async execution(executionId: string): Promise<ExecutionRow> {
    const row = await this.#parts.store.executions.get(executionId);
    if (row?.tenant === this.principal.tenant) return row;
    if (row !== undefined) throw noExecution(executionId);
    await this.accepted(executionId);
    const message = `execution ${executionId} waits for room and has not begun; until it has, it can only be cancelled`;
    throw new CantataError('not_running', message);
  }

  /** One that has begun, or waits for room: then it can be looked at, and cancelled. @throws CantataError `execution_not_found`. */
  async accepted(executionId: string): Promise<ExecutionRow> {
    const row =
      (await this.#parts.store.executions.get(executionId)) ??
      (await this.#parts.engine.reader.inLine(executionId));
    if (row?.tenant === this.principal.tenant) return row;
    throw noExecution(executionId);
  }

  /** The same, of a workflow. @throws CantataError `execution_not_found`. */
  async acceptedOf(workflowId: string, executionId: string): Promise<ExecutionRow> {
    const row = await this.accepted(executionId);
    if (row.workflowId === workflowId) return row;
    throw new CantataError('execution_not_found', `the workflow has no execution ${executionId}`);
  }

  /** The newest execution of a workflow that is open, or was so when the request came first. */
  async newestOpen(workflowId: string): Promise<ExecutionRow | undefined> {
    if (this.requestId === null) return this.newest(workflowId, OPEN_STATUSES);
    const at = claimedAt(this.requestId);
    const { tenant } = this.principal;
    const { executions } = this.#parts.store;
    const filter = { tenant, workflowId, limit: RECENT };
    const [open, all] = await Promise.all([
      executions.list({ ...filter, statuses: OPEN_STATUSES }),
      executions.list(filter),
    ]);
    const wasOpen = [...open, ...all].filter(
      ({ startedAt, completedAt }) => startedAt <= at && (completedAt ?? at) >= at,
    );
    return wasOpen.toSorted((a, b) => b.startedAt - a.startedAt)[0];
  }

  /** The newest execution of a workflow. */
  async newest(workflowId: string, statuses?: readonly string[]): Promise<ExecutionRow | undefined> {
    const { tenant } = this.principal;
    const filter = { tenant, workflowId, limit: 1, ...(statuses === undefined ? {} : { statuses }) };
    return (await this.#parts.store.executions.list(filter))[0];
  }
}

function noExecution(executionId: string): CantataError {
  return new CantataError('execution_not_found', `there is no execution ${executionId}`);
}

export function accessOf(parts: ServerParts, request: FastifyRequest): Access {
  return new Access(parts, principalOf(request), request.requestId);
}
