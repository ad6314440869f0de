/**
 * What a task works on. Without dependencies: the input of the workflow. With one: that task's output.
 * With several: their outputs by task id. An item of a parallel task gets one element where that value is a list,
 * else the whole value.
 */
import type { Json, JsonObject } from '../../json.ts';
import type { View } from '../law.ts';
import type { ExecutionState } from './state.ts';

export function itemInput(state: View<ExecutionState>, task: number, item: number | undefined): Json {
  const value = taskInput(state, task);
  return item !== undefined && Array.isArray(value) ? (value[item] as Json) : value;
}

function taskInput(state: View<ExecutionState>, task: number): Json {
  const dependsOn = state.plan.tasks[task]?.dependsOn ?? [];
  if (dependsOn.length === 0) return (state.request?.input ?? null) as Json;
  if (dependsOn.length === 1) return taskOutput(state, dependsOn[0] as number);
  return dependencyOutputs(state, task);
}

/** Outputs of the tasks a task depends on, by id. */
export function dependencyOutputs(state: View<ExecutionState>, task: number): JsonObject {
  const dependsOn = state.plan.tasks[task]?.dependsOn ?? [];
  return Object.fromEntries(
    dependsOn.map((dependency) => [
      state.plan.tasks[dependency]?.id as string,
      taskOutput(state, dependency),
    ]),
  );
}

/** The output of a completed task: of its one item, or the list of its items' outputs in item order. */
export function taskOutput(state: View<ExecutionState>, task: number): Json {
  const items = state.tasks[task]?.items ?? [];
  const outputs = items.map((item) =>
    item.status.kind === 'completed' ? (item.status.output as Json) : null,
  );
  return state.plan.tasks[task]?.definition.parallel ? outputs : (outputs[0] ?? null);
}

/** The result of an execution: the output of its only last task, or of all last tasks by id. */
export function executionOutput(state: View<ExecutionState>): Json {
  const { plan } = state;
  const last = plan.tasks.filter(
    (task) => plan.graph.offsets[task.index] === plan.graph.offsets[task.index + 1],
  );
  if (last.length === 1) return taskOutput(state, (last[0] as (typeof last)[number]).index);
  return Object.fromEntries(last.map((task) => [task.id, taskOutput(state, task.index)]));
}
