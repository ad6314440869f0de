/** What a new execution takes over from another one: its origin, and by value what was completed there. */
import { successors } from '../../graph/graph.ts';
import type { Json } from '../../json.ts';
import { nth } from '../../nth.ts';
import type { View } from '../law.ts';
import { together, type Values } from '../values.ts';
import { taskOutput } from './input.ts';
import type { ExecutionState } from './state.ts';

/** Of which execution, as it was after which event, and from which task on it is done anew. */
export interface Origin {
  readonly execution: string;
  readonly sequence: number;
  readonly task?: string;
}

export interface Fork {
  readonly origin: Origin;
  /** In the order in which they may end; at most MAX_TAKEN_OVER. */
  readonly completed: readonly TakenOver[];
  /** What the task of the origin works on, in place of what the document says. */
  readonly taskInput?: Json;
}

export interface TakenOver {
  readonly task: string;
  readonly output: Json;
}

/** Tasks taken over in one decision. */
export const MAX_TAKEN_OVER = 1_000;

/**
 * What was completed, without `from` and all that comes after it. Tasks that end an execution are never taken over. O(tasks
 * and edges). @throws ValuesMissing
 */
export function takenOver(
  state: View<ExecutionState>,
  from: string | undefined,
  values: Values,
): readonly TakenOver[] {
  const { tasks, layers } = state.plan;
  const anew = after(state, from);
  const taken = state.tasks
    .filter(({ index, status }) => {
      return status === 'completed' && !anew.has(index) && nth(tasks, index).definition.kind !== 'terminate';
    })
    .toSorted((a, b) => (layers.layerOf[a.index] as number) - (layers.layerOf[b.index] as number));
  const outputs = together(taken, ({ index }) => taskOutput(state, index, values));
  return taken.map(({ index }, n) => ({ task: nth(tasks, index).id, output: outputs[n] as Json }));
}

function after({ plan }: View<ExecutionState>, from: string | undefined): ReadonlySet<number> {
  const first = from === undefined ? undefined : plan.taskIndex.get(from);
  const found = new Set(first === undefined ? [] : [first]);
  for (const task of found) for (const successor of successors(plan.graph, task)) found.add(successor);
  return found;
}
