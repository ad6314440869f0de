/** The agent types of a tenant: who is bound to them, and how they are doing. */
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import { newestOfEach } from '../newest.ts';
import type { ServerParts } from '../parts.ts';
import { AgentType, agentType, type DeclaredSeats } from '../schemas/agents.ts';
import { list, problems } from '../schemas/common.ts';

export function agentRoutes(app: App, parts: ServerParts): void {
  app.get(
    '/api/v1/agents',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'listAgents',
        tags: ['Agents'],
        summary: 'The agent types of your workflows, by name',
        response: { 200: z.object({ items: list(AgentType) }), ...problems(401, 403) },
      },
    },
    async (request) => {
      const { tenant } = accessOf(parts, request).principal;
      const seats = await declaredSeats(parts, tenant);
      const rows = await parts.engine.agents(tenant);
      return { items: rows.map((row) => agentType(row, seats.get(row.agentType) ?? NONE)) };
    },
  );
}

const NONE: DeclaredSeats = { declared: 0, workflows: [] };

/** By agent type. O(workflows). */
async function declaredSeats(
  { store, engine }: ServerParts,
  tenant: string,
): Promise<ReadonlyMap<string, DeclaredSeats>> {
  const found = new Map<string, DeclaredSeats>();
  for (const version of newestOfEach(await store.workflows.list(tenant))) {
    // One that this release cannot read declares nothing that it could serve.
    const plan = await engine.plan(version).catch(() => undefined);
    for (const { definition, seats } of plan?.groups ?? []) {
      const { declared, workflows } = found.get(definition.type) ?? NONE;
      found.set(definition.type, {
        declared: declared + seats.length,
        workflows: workflows.includes(version.name) ? workflows : [...workflows, version.name],
      });
    }
  }
  return found;
}
