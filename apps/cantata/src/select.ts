/** Which executions are meant, where several are: by workflow, status and tag. */
import { CantataError, DEFAULT_TENANT, type ExecutionRow, type Store } from '@cantata/core';
import type { Reader } from '@cantata/engine';

export interface Selection {
  /** Its name or id. */
  readonly workflow?: string;
  readonly statuses?: readonly string[];
  /** Of the version they run. */
  readonly tag?: string;
  readonly limit: number;
}

/** The newest first. @throws CantataError `workflow_not_found`. */
export async function selectExecutions(
  { workflows }: Pick<Store, 'workflows'>,
  reader: Reader,
  { workflow, limit, ...filter }: Selection,
): Promise<readonly ExecutionRow[]> {
  const ofWorkflow = workflow === undefined ? {} : { workflowId: await idOf(workflows, workflow) };
  const found: ExecutionRow[] = [];
  let before = {};
  while (found.length < limit) {
    const { rows, next } = await reader.select({
      ...filter,
      ...ofWorkflow,
      ...before,
      limit: limit - found.length,
    });
    found.push(...rows);
    if (next === undefined) break;
    before = { before: next };
  }
  return found;
}

async function idOf(workflows: Store['workflows'], workflow: string): Promise<string> {
  const found = await workflows.find(DEFAULT_TENANT, workflow);
  if (found !== undefined) return found.workflowId;
  throw new CantataError('workflow_not_found', `there is no workflow ${workflow} here`);
}
