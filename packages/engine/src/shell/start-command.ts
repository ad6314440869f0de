/** What an execution is told when it starts: by a caller, or by its schedule. */
import {
  DEFAULT_TENANT,
  type Definition,
  type Json,
  type StartCommand,
  type WorkflowVersion,
  withDefaults,
} from '@cantata/core';
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
