/** The graph of an execution as it stands: for those who draw it. */
import { nth } from '../../../nth.ts';
import type { DependencyEnd } from '../../../plan/definition.ts';
import type { Instant } from '../../../ports/clock.ts';
import type { View } from '../../law.ts';
import type { ExecutionState } from '../state.ts';
import { forecast } from './forecast.ts';
import { type TaskStatusWord, viewTasks } from './view.ts';

export interface GraphView {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** From what waits for nothing to the end. */
  readonly layers: readonly GraphLayer[];
  /** Ids of the tasks that decide when it ends: of those that are left while it runs, else of all. */
  readonly critical_path: readonly string[];
}

export interface GraphNode {
  readonly id: string;
  readonly kind: string;
  readonly status: TaskStatusWord;
  /** From 0. */
  readonly layer: number;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** How `from` must end. */
  readonly on: DependencyEnd;
}

export interface GraphLayer {
  /** `2/3 research`. */
  readonly phase: string;
  readonly tasks: readonly string[];
}

/** O(tasks + items + dependencies). */
export function viewGraph(state: View<ExecutionState>, now: Instant): GraphView {
  const { plan } = state;
  const nodes = viewTasks(state).map(({ id, status, started_at, completed_at }, index) => ({
    id,
    kind: nth(plan.tasks, index).definition.kind ?? 'agent',
    status,
    layer: plan.layers.layerOf[index] as number,
    started_at,
    completed_at,
  }));
  const layers = plan.phases.map((phase): { phase: string; tasks: string[] } => ({ phase, tasks: [] }));
  for (const { id, layer } of nodes) layers[layer]?.tasks.push(id);
  return {
    nodes,
    edges: plan.tasks.flatMap(({ id: to, definition: { dependsOn, metBy = {} } }) =>
      dependsOn.map((from) => ({ from, to, on: metBy[from] ?? 'completed' })),
    ),
    layers,
    critical_path:
      forecast(state, now)?.criticalPath ??
      plan.criticalPath.vertices.map((task) => nth(plan.tasks, task).id),
  };
}
