/** Which workflows there are, and which versions of one. */
import { CantataError, type Store, type WorkflowVersion } from '@cantata/core';
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { PageQuery, page, pageOf } from '../schemas/pages.ts';
import { tagsOf, WorkflowVersionRow, workflowVersionRow } from '../schemas/workflow-rows.ts';
import { WorkflowParams } from '../schemas/workflows.ts';

export function workflowListRoutes(app: App, parts: ServerParts): void {
  app.get(
    '/api/v1/workflows',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listWorkflows',
        tags: ['Workflows'],
        summary: 'The newest version of each workflow, by name',
        querystring: z.strictObject({
          ...PageQuery,
          name: z.string().min(1).max(256).optional().describe('only names with this in them'),
          pattern: z.string().min(1).max(256).optional().describe('only of this orchestration pattern'),
          tag: z.string().min(1).max(256).optional().describe('only with this tag'),
        }),
        response: { 200: page(WorkflowVersionRow), ...problems(400, 401, 403) },
      },
    },
    async (request) => {
      const { tenant } = accessOf(parts, request).principal;
      const { limit, cursor = '', name = '', pattern, tag } = request.query;
      if (cursor !== '' && (await parts.store.workflows.find(tenant, cursor))?.name !== cursor)
        throw new CantataError('cursor_invalid', `${JSON.stringify(cursor)} is no cursor of this list`);
      const isWanted = (row: WorkflowVersion) =>
        row.name.includes(name) &&
        (pattern === undefined || row.pattern === pattern) &&
        (tag === undefined || tagsOf(row).includes(tag));
      const found = await wanted(parts.store, { tenant, after: cursor, most: limit + 1 }, isWanted);
      return pageOf(found, limit, { cursor: (last) => last.name, item: workflowVersionRow });
    },
  );

  app.get(
    '/api/v1/workflows/:workflow/versions',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listWorkflowVersions',
        tags: ['Workflows'],
        summary: 'Its versions, the newest first',
        params: WorkflowParams,
        querystring: z.strictObject(PageQuery),
        response: { 200: page(WorkflowVersionRow), ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const access = accessOf(parts, request);
      const { limit, cursor } = request.query;
      const versions = await access.versions(await access.workflow(request.params.workflow));
      const last = versions.findIndex(({ version }) => version === cursor);
      if (cursor !== undefined && last === -1)
        throw new CantataError('cursor_invalid', `${JSON.stringify(cursor)} is no cursor of this list`);
      return pageOf(versions.slice(last + 1), limit, {
        cursor: (last) => last.version,
        item: workflowVersionRow,
      });
    },
  );
}

/** So many are read at a time where most are not wanted. */
const AT_ONCE = 200;

/** Behind a name, by name. O(those that are passed over too), and no more in memory than are wanted. */
async function wanted(
  { workflows }: Pick<Store, 'workflows'>,
  { tenant, after, most }: { readonly tenant: string; readonly after: string; readonly most: number },
  isWanted: (row: WorkflowVersion) => boolean,
): Promise<readonly WorkflowVersion[]> {
  const found: WorkflowVersion[] = [];
  for (let last: string | undefined = after; last !== undefined && found.length < most; ) {
    const some = await workflows.newest(tenant, last, AT_ONCE);
    found.push(...some.filter(isWanted));
    last = some.length < AT_ONCE ? undefined : some.at(-1)?.name;
  }
  return found.slice(0, most);
}
