/** Reads what a fork takes over: an execution as it is, or as it was at one of its checkpoints. */
import {
  CantataError,
  checkJson,
  type ExecutionState,
  type Fork,
  type Json,
  MAX_TAKEN_OVER,
  type Requested,
  takenOver,
  type Values,
  workflowInput,
} from '@cantata/core';
import type { Blobs } from '../values/blobs.ts';

/** Of all outputs together, in bytes of JSON: they go through one command. */
const MAX_TAKEN_BYTES = 16 * 1_048_576;
const MAX_DEPTH = 100;

export interface ForkPoint {
  /** This task and all that comes after it is done anew. */
  readonly from?: string;
  /** Id of a checkpoint, or how it begins. */
  readonly checkpoint?: string;
}

export interface Takeover {
  readonly request: Pick<Requested, 'workflow' | 'timeoutMs' | 'retryPolicy' | 'ceiling' | 'tenant'>;
  readonly input: Json;
  readonly fork: Fork;
}

/** @throws CantataError `task_not_found`, `fork_too_large`, or what the values cannot be read for. */
export async function takeover(state: ExecutionState, { from }: ForkPoint, blobs: Blobs): Promise<Takeover> {
  const { executionId: execution, plan, request, sequence } = state;
  if (request === undefined) throw new CantataError('execution_not_found', `${execution} has not begun`);
  if (from !== undefined && !plan.taskIndex.has(from))
    throw new CantataError('task_not_found', `execution ${execution} has no task ${from}`);
  const [input, completed] = await blobs.reading(
    (values: Values) => [workflowInput(state, values), takenOver(state, from, values)] as const,
  );
  requireBounded(completed.length, completed as unknown as Json);
  const origin = { execution, sequence, ...(from === undefined ? {} : { task: from }) };
  return { request, input, fork: { origin, completed } };
}

function requireBounded(count: number, completed: Json): void {
  if (count > MAX_TAKEN_OVER) {
    const message = `${count} tasks are completed, and at most ${MAX_TAKEN_OVER} are taken over`;
    throw new CantataError('fork_too_large', message);
  }
  if (checkJson(completed, { maxBytes: MAX_TAKEN_BYTES, maxDepth: MAX_DEPTH }) === undefined) return;
  throw new CantataError('fork_too_large', 'the outputs of what was completed are more than 16 MiB together');
}
