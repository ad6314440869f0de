/** Which executions are meant, where several are: by workflow, status and tag. */
import {
  CantataError,
  DEFAULT_TENANT,
  type ExecutionFilter,
  type ExecutionRow,
  type Store,
} from '@cantata/core';
import { compile } from '@cantata/definition';
import { Plans } from '@cantata/engine';

export interface Selection {
  /** Its name or id. */
  readonly workflow?: string;
  readonly statuses?: readonly string[];
  /** Of the version they run. */
  readonly tag?: string;
  readonly limit: number;
}

const PAGE = 200;

/** The newest first. Tags stand in the document: each version is read once. @throws CantataError `workflow_not_found`. */
export async function selectExecutions(store: Store, selection: Selection): Promise<readonly ExecutionRow[]> {
  const { tag, limit } = selection;
  const filter = await filterOf(store, selection);
  if (tag === undefined) return store.executions.list({ ...filter, limit });
  const plans = new Plans(store.workflows, compile);
  const found: ExecutionRow[] = [];
  let before: string | undefined;
  for (;;) {
    const page = await store.executions.list({
      ...filter,
      ...(before === undefined ? {} : { before }),
      limit: PAGE,
    });
    for (const row of page) {
      if (!(await plans.get(row.digest)).definition.tags.includes(tag)) continue;
      found.push(row);
      if (found.length === limit) return found;
    }
    before = page.at(-1)?.executionId;
    if (page.length < PAGE) return found;
  }
}

async function filterOf(
  store: Store,
  { workflow, statuses }: Selection,
): Promise<Omit<ExecutionFilter, 'limit'>> {
  const ofStatus = statuses === undefined ? {} : { statuses };
  if (workflow === undefined) return ofStatus;
  const found = await store.workflows.find(DEFAULT_TENANT, workflow);
  if (found === undefined)
    throw new CantataError('workflow_not_found', `there is no workflow ${workflow} here`);
  return { ...ofStatus, workflowId: found.workflowId };
}
