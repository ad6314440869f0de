/** Stores a workflow with those that it starts, so that they are there when they are to begin. */
import type { Store, WorkflowVersion } from '@cantata/core';
import { DEFAULT_TENANT } from '@cantata/core';
import type { Engine } from '@cantata/engine';
import { versionConflict } from '../conflict.ts';
import type { FileProblem } from '../failure.ts';
import { type CheckedWorkflow, type Elsewhere, unfit } from '../workflow-file.ts';

/**
 * Those it starts come first.
 * @throws Failure where one of them lies nowhere, `version_conflict` where a file was changed and its version was not raised
 */
export async function registerWorkflow(
  engine: Pick<Engine, 'register'>,
  store: Store,
  file: string,
  { definition, document, parts, elsewhere }: CheckedWorkflow,
): Promise<WorkflowVersion> {
  const missing = await missingOf(elsewhere, store);
  if (missing.length > 0) throw unfit(file, missing);
  const all = [...parts, { file, definition, document }];
  let registered: WorkflowVersion | undefined;
  for (const one of all) {
    try {
      registered = await engine.register(one.document);
    } catch (error) {
      throw versionConflict(error, one);
    }
  }
  return registered as WorkflowVersion;
}

/** What is wrong: what lies nowhere beside a workflow, and was never run here. */
export async function missingOf(
  elsewhere: readonly Elsewhere[],
  store: Store | undefined,
): Promise<readonly FileProblem[]> {
  const missing: FileProblem[] = [];
  for (const { name, version, problem } of elsewhere)
    if ((await store?.workflows.find(DEFAULT_TENANT, name, version)) === undefined) missing.push(problem);
  return missing;
}
