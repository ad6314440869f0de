/** One that was accepted and waits for room: no row tells of it, and so it has one that is made for whoever looks. */
import { DEFAULT_TENANT, type ExecutionRow, type PlaceWaiter, type View } from '@cantata/core';

/** Of a row that is stored: some event made it. */
const NO_EVENT = 0;

/** Undefined for one that waits to be tried again: that has a row. */
export function rowInLine({ execution, request, since }: View<PlaceWaiter>): ExecutionRow | undefined {
  if (request.start.type !== 'start') return undefined;
  const { workflow, tenant = DEFAULT_TENANT } = request.start;
  return {
    executionId: execution,
    workflowId: workflow.id,
    tenant,
    name: workflow.name,
    version: workflow.version,
    digest: workflow.digest,
    status: 'planning',
    phase: 'waits for room',
    tasksTotal: 0,
    tasksCompleted: 0,
    tasksFailed: 0,
    sequence: NO_EVENT,
    startedAt: since,
    completedAt: null,
    reason: null,
    parked: false,
    asleep: false,
  };
}

export function isInLine({ sequence }: ExecutionRow): boolean {
  return sequence === NO_EVENT;
}
