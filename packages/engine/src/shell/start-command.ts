/** What an execution is told when it starts: by a caller, or by its schedule. */
import {
  CantataError,
  DEFAULT_TENANT,
  type Definition,
  type Json,
  neverUnder,
  type Plan,
  type StartCommand,
  type WorkflowVersion,
  withDefaults,
} from '@cantata/core';
import type { StartRequest } from '../calls.ts';
import type { EngineSettings } from '../settings.ts';
import { requireDeclared } from './declared-input.ts';

/** @throws CantataError `input_invalid`: it is not what the document declares. */
export function startCommand(
  workflow: WorkflowVersion,
  definition: Definition,
  given: Json,
  { workflowTimeoutMs, compensationTimeoutMs }: EngineSettings,
): StartCommand {
  const input = withDefaults(given, definition.inputs?.source);
  requireDeclared(definition, input);
  return {
    type: 'start',
    workflow: {
      id: workflow.workflowId,
      name: workflow.name,
      version: workflow.version,
      digest: workflow.digest,
    },
    pattern: definition.pattern,
    input,
    timeoutMs: definition.timeoutMs ?? workflowTimeoutMs,
    compensationTimeoutMs,
    ...(workflow.tenant === DEFAULT_TENANT ? {} : { tenant: workflow.tenant }),
  };
}

/**
 * The same, with what a caller asks for beside the input.
 * @throws CantataError `input_invalid`, and `limits_too_low` where one of its agents could never be at work.
 */
export function requestedStart(
  { workflow, input, timeoutMs, retryPolicy, ceiling, fork }: StartRequest,
  plan: Plan,
  settings: EngineSettings,
): StartCommand {
  const never = neverUnder(plan, ceiling ?? {});
  if (never !== undefined) throw new CantataError('limits_too_low', never);
  return {
    ...startCommand(workflow, plan.definition, input, settings),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    ...(ceiling === undefined ? {} : { ceiling }),
    ...(fork === undefined ? {} : { fork }),
  };
}
