/** What every command to an execution has in common. */
import type { CallOptions } from '@cantata/engine';
import type { Access } from './access.ts';
import type { ServerParts } from './parts.ts';
import { problems } from './schemas/common.ts';
import { Accepted } from './schemas/execution-commands.ts';

/** What may come of one beside its own answer. */
export const COMMAND_ANSWERS = { 202: Accepted, ...problems(400, 401, 403, 404, 409, 422, 429, 503) };

export const COMMAND = { role: 'operator' } as const;

/** How the execution stands now. */
export async function toldOf({ store }: ServerParts, executionId: string) {
  const row = await store.executions.get(executionId);
  return { execution_id: executionId, status: row?.status ?? 'deleted' };
}

export function urlOf(executionId: string): string {
  return `/api/v1/executions/${executionId}`;
}

export function reasonOf({ reason }: { readonly reason?: string | undefined }): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** For the engine: whose call it is, and the id under which it is done once. */
export function callOf({ principal: { tenant }, requestId }: Access): CallOptions {
  return { tenant, ...onceOf(requestId) };
}

/** Of what the engine knows the tenant by itself. */
export function onceOf(requestId: string | null): Pick<CallOptions, 'requestId'> {
  return requestId === null ? {} : { requestId };
}
