/** A version of a workflow as a graph. */
import { isSeated, type Plan, type PlanTask } from '@cantata/core';
import { z } from 'zod';
import { accessOf } from '../access.ts';
import type { App } from '../app.ts';
import type { ServerParts } from '../parts.ts';
import { problems } from '../schemas/common.ts';
import { WorkflowGraph } from '../schemas/graphs.ts';
import { VersionQuery, WorkflowParams } from '../schemas/workflows.ts';

export function workflowGraphRoutes(app: App, parts: ServerParts): void {
  app.get(
    '/api/v1/workflows/:workflow/graph',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'workflowGraph',
        tags: ['Workflows'],
        summary: 'Its tasks and what they wait for',
        params: WorkflowParams,
        querystring: z.strictObject(VersionQuery),
        response: { 200: WorkflowGraph, ...problems(400, 401, 403, 404) },
      },
    },
    async (request) => {
      const row = await accessOf(parts, request).workflow(request.params.workflow, request.query.version);
      return {
        workflow_id: row.workflowId,
        name: row.name,
        version: row.version,
        ...graphOf(await parts.engine.plan(row)),
      };
    },
  );
}

function graphOf(plan: Plan) {
  const { tasks, layers, phases, criticalPath } = plan;
  const idOf = (index: number): string => (tasks[index] as PlanTask).id;
  const path = criticalPath.vertices;
  const next = new Map(path.map((vertex, n) => [vertex, path[n + 1]]));
  return {
    nodes: tasks.map(({ index, id, definition, estimate }) => ({
      id,
      kind: definition.kind ?? 'agent',
      agent: isSeated(definition) && definition.who.kind === 'group' ? definition.who.group : null,
      requires: isSeated(definition) && definition.who.kind !== 'group' ? definition.who.capabilities : [],
      layer: layers.layerOf[index] as number,
      parallel: definition.parallel,
      conditional: definition.when !== undefined,
      duration_ms: estimate.durationMs,
      critical: next.has(index),
    })),
    edges: tasks.flatMap(({ index, id, dependsOn }) =>
      dependsOn.map((from) => ({ from: idOf(from), to: id, critical: next.get(from) === index })),
    ),
    layers: phases.map((name, layer) => ({
      name,
      tasks: tasks.filter(({ index }) => layers.layerOf[index] === layer).map(({ id }) => id),
    })),
    critical_path: { tasks: path.map(idOf), duration_ms: criticalPath.length },
  };
}
