/**
 * What a task works on: what its template became; of a task with `for_each`, the list of what its items do. Without a template and without dependencies: the input of the
 * workflow. With one dependency: that task's output. With several: their outputs by task id. An item of a parallel
 * task gets one element where that value is a list, else the whole value.
 */
import { successors } from '../../graph/graph.ts';
import type { Json, JsonObject } from '../../json.ts';
import { nth } from '../../nth.ts';
import type { View } from '../law.ts';
import { requestOf } from './lookup.ts';
import type { ExecutionState, Item } from './state.ts';

export function itemInput(state: View<ExecutionState>, task: number, item: number | undefined): Json {
  const { dependsOn } = nth(state.plan.tasks, task);
  const [only, ...others] = state.tasks[task]?.input === undefined ? dependsOn : [];
  if (item !== undefined && only !== undefined && others.length === 0 && isParallel(state, only)) {
    // Items that follow items get one output each: to list them all for each would cost their square.
    return itemOutput(nth(nth(state.tasks, only).items, item));
  }
  const value = taskInput(state, task);
  return item !== undefined && Array.isArray(value) ? (value[item] as Json) : value;
}

export function taskInput(state: View<ExecutionState>, task: number): Json {
  const rendered = state.tasks[task]?.input;
  if (rendered !== undefined) return rendered;
  const [first, ...others] = nth(state.plan.tasks, task).dependsOn;
  if (first === undefined) return requestOf(state).input;
  return others.length === 0 ? taskOutput(state, first) : dependencyOutputs(state, task);
}

/** Outputs of the tasks a task depends on, by id. */
export function dependencyOutputs(state: View<ExecutionState>, task: number): JsonObject {
  const { dependsOn } = nth(state.plan.tasks, task);
  return outputsOf(state, dependsOn);
}

/** The output of a completed task: of its one item, or the list of its items' outputs in item order. Null if it was skipped. */
export function taskOutput(state: View<ExecutionState>, task: number): Json {
  const { items, status } = nth(state.tasks, task);
  if (status === 'skipped') return null;
  const outputs = items.map(itemOutput);
  return isParallel(state, task) ? outputs : (outputs[0] ?? null);
}

function itemOutput({ status }: View<Item>): Json {
  return status.kind === 'completed' ? status.output : null;
}

function isParallel(state: View<ExecutionState>, task: number): boolean {
  return nth(state.plan.tasks, task).definition.parallel;
}

/** The result of an execution: what `outputs` became, else the output of its only last task, or of all last tasks by id. */
export function executionOutput(state: View<ExecutionState>): Json {
  if (state.status.kind === 'completed' && state.status.output !== undefined) return state.status.output;
  const { tasks, graph } = state.plan;
  const last = tasks.flatMap(({ index }) => (successors(graph, index).length === 0 ? [index] : []));
  const [first, ...others] = last;
  return first !== undefined && others.length === 0 ? taskOutput(state, first) : outputsOf(state, last);
}

function outputsOf(state: View<ExecutionState>, tasks: readonly number[]): JsonObject {
  return Object.fromEntries(tasks.map((task) => [nth(state.plan.tasks, task).id, taskOutput(state, task)]));
}
