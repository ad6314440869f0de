/** Which executions are meant, where several are: by tenant, workflow, status and tag. */
import type { ExecutionFilter, ExecutionRow, Plan, Store } from '@cantata/core';

export interface Selection extends ExecutionFilter {
  /** Of the version they run. */
  readonly tag?: string;
}

export interface Selected {
  readonly rows: readonly ExecutionRow[];
  /** Where to go on (`before`); undefined where nothing is left. */
  readonly next: string | undefined;
}

const PAGE = 200;
/** Rows that are looked at in one call for a tag that few have: so nobody waits for a walk over everything there is. */
const MAX_SCANNED = 10_000;

/**
 * The newest first. Tags stand in the document, and each version is read once. With a tag there may be fewer than `limit`
 * and more to come. O(limit), with a tag O(rows that are looked at).
 */
export async function selectExecutions(
  { executions }: Pick<Store, 'executions'>,
  planOf: (digest: string) => Promise<Plan>,
  { tag, ...filter }: Selection,
): Promise<Selected> {
  const { limit } = filter;
  if (tag === undefined) {
    const rows = await executions.list({ ...filter, limit: limit + 1 });
    return rows.length > limit ? page(rows.slice(0, limit)) : { rows, next: undefined };
  }
  const rows: ExecutionRow[] = [];
  let before = filter.before === undefined ? {} : { before: filter.before };
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += PAGE) {
    const found = await executions.list({ ...filter, ...before, limit: PAGE });
    for (const row of found) {
      if (!(await planOf(row.digest)).definition.tags.includes(tag)) continue;
      rows.push(row);
      if (rows.length === limit) return page(rows);
    }
    if (found.length < PAGE) return { rows, next: undefined };
    before = { before: (found.at(-1) as ExecutionRow).executionId };
  }
  return { rows, next: before.before };
}

function page(rows: readonly ExecutionRow[]): Selected {
  return { rows, next: rows.at(-1)?.executionId };
}
