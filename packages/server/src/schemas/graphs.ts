/** The graph of a workflow. */
import { z } from 'zod';
import { list, Uuid } from './common.ts';

const GraphNode = z
  .object({
    id: z.string(),
    kind: z.string().describe('`agent`, or what else it is: `wait`, `team`, `workflow`, ...'),
    agent: z.string().nullable().describe('the group whose work it is'),
    requires: list(z.string()).describe('or what a group must be able to do'),
    layer: z.int().describe('from 0'),
    parallel: z.boolean(),
    conditional: z.boolean(),
    duration_ms: z.number().describe('of one item, as it is estimated'),
    critical: z.boolean(),
  })
  .meta({ id: 'GraphNode' });

const GraphEdge = z
  .object({ from: z.string(), to: z.string().describe('waits for `from`'), critical: z.boolean() })
  .meta({ id: 'GraphEdge' });

export const WorkflowGraph = z
  .object({
    workflow_id: Uuid,
    name: z.string(),
    version: z.string(),
    nodes: list(GraphNode),
    edges: list(GraphEdge),
    layers: list(z.object({ name: z.string(), tasks: list(z.string()) })),
    critical_path: z.object({ tasks: list(z.string()), duration_ms: z.number() }),
  })
  .meta({ id: 'WorkflowGraph' });
