/**
 * What a task works on: what its template became; of a task with `for_each`, the list of what its items do. Without a
 * template and without dependencies: the event it came with, else the input of the workflow. With one dependency: that task's output. With several:
 * their outputs by task id. An item of a parallel task gets one element where that value is a list, else the whole value.
 *
 * All of these read values: `values` are those at hand, by default the state's, and what lacks throws ValuesMissing.
 */
import { assert } from '../../errors.ts';
import { successors } from '../../graph/graph.ts';
import type { Json, JsonObject } from '../../json.ts';
import { nth } from '../../nth.ts';
import type { StepSeen } from '../../plan/expression.ts';
import type { View } from '../law.ts';
import { together, type Values, valueOf, valuesOf } from '../values.ts';
import type { Compensation } from './compensation.ts';
import { requestOf } from './lookup.ts';
import type { ExecutionState, Item, Spawned, Task } from './state.ts';

type State = View<ExecutionState>;

export function itemInput(
  state: State,
  task: number,
  item: number | undefined,
  values: Values = state.values,
): Json {
  const spawned = item === undefined ? undefined : state.tasks[task]?.items[item]?.spawned;
  if (spawned?.turn?.takesTaskInput === true) return taskInput(state, task, values);
  if (spawned?.turn?.inputOf !== undefined) return itemInput(state, task, spawned.turn.inputOf, values);
  if (spawned?.takesOutputs === true) return outputsBefore(state, task, spawned, values);
  const { dependsOn } = nth(state.plan.tasks, task);
  const [only, ...others] = state.tasks[task]?.input === undefined ? dependsOn : [];
  const follows = item !== undefined && spawned === undefined && only !== undefined && others.length === 0;
  if (follows && isOfItems(state, only)) {
    // Items that follow items get one output each: to list them all for each would cost their square.
    return valueOf(keptOutput(nth(nth(state.tasks, only).items, item)), values);
  }
  const added = item === undefined ? undefined : addedWith(state.tasks[task]?.added, item);
  if (item !== undefined && added !== undefined)
    return (valueOf(added.input, values) as readonly Json[])[item - added.from] as Json;
  const value = taskInput(state, task, values);
  return item !== undefined && Array.isArray(value) ? (value[item] as Json) : value;
}

/** Of a task that others come before, which were spawned like it: the output of the one, or of several by their ids. */
function outputsBefore(state: State, task: number, { dependsOn }: View<Spawned>, values: Values): Json {
  const { items } = nth(state.tasks, task);
  const outputs = valuesOf(
    dependsOn.map((place) => keptOutput(nth(items, place))),
    values,
  );
  const [only, ...others] = outputs;
  if (only !== undefined && others.length === 0) return only;
  return Object.fromEntries(dependsOn.map((place, n) => [spawnedId(nth(items, place)), outputs[n] as Json]));
}

/** What the tasks gave that a task spawned, by their ids; null for those that are not completed. */
export function spawnedOutputs(state: State, task: number, values: Values = state.values): JsonObject {
  const spawned = nth(state.tasks, task).items.filter((item) => item.spawned !== undefined);
  const outputs = valuesOf(spawned.map(keptOutput), values);
  return Object.fromEntries(spawned.map((item, n) => [spawnedId(item), outputs[n] as Json]));
}

function spawnedId({ spawned }: View<Item>): string {
  assert(spawned !== undefined, 'nobody spawned it');
  return spawned.id;
}

/** What an undone step worked on and gave, as far as anybody knows. */
export function stepSeen(state: State, step: View<Compensation>, values: Values = state.values): StepSeen {
  const [input, output] = together(
    [() => stepInput(state, step, values), () => valueOf(step.output ?? null, values)],
    (read) => read(),
  ) as readonly [Json, Json];
  return { input, output, unknown: step.output === undefined };
}

/** Of an entry that a later one has followed: what its template had become, else what its task works on now. */
function stepInput(
  state: State,
  { task, item, activation, input }: View<Compensation>,
  values: Values,
): Json {
  const { activation: current, items } = nth(state.tasks, task);
  if (activation !== current && input !== undefined) {
    const value = valueOf(input, values);
    return item !== undefined && Array.isArray(value) ? (value[item] as Json) : value;
  }
  // What it worked on was left behind by a jump back.
  return items[item ?? 0] === undefined ? null : itemInput(state, task, item, values);
}

/** Those with which an item came later; undefined if it was there from the first. O(log of how often some came). */
function addedWith(
  added: View<NonNullable<Task['added']>> = [],
  item: number,
): View<NonNullable<Task['added']>>[number] | undefined {
  let low = 0;
  let high = added.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nth(added, middle).from <= item) low = middle + 1;
    else high = middle;
  }
  return added[low - 1];
}

export function taskInput(state: State, task: number, values: Values = state.values): Json {
  const rendered = state.tasks[task]?.input;
  if (rendered !== undefined) return valueOf(rendered, values);
  const [first, ...others] = nth(state.plan.tasks, task).dependsOn;
  const event = state.tasks[task]?.event;
  if (first === undefined) return event === undefined ? workflowInput(state, values) : valueOf(event, values);
  return others.length === 0 ? taskOutput(state, first, values) : dependencyOutputs(state, task, values);
}

/** What the execution was started with. */
export function workflowInput(state: State, values: Values = state.values): Json {
  return valueOf(requestOf(state).input, values);
}

/** Outputs of the tasks a task depends on, by id. */
export function dependencyOutputs(state: State, task: number, values: Values = state.values): JsonObject {
  return outputsOf(state, nth(state.plan.tasks, task).dependsOn, values);
}

/** The output of a completed task: of its one item, or the list of its items' outputs in item order. Null if it was skipped. */
export function taskOutput(state: State, task: number, values: Values = state.values): Json {
  const { items, status, overridden } = nth(state.tasks, task);
  if (status === 'skipped') return null;
  if (overridden?.output !== undefined) return valueOf(overridden.output, values);
  if (isParallel(state, task)) return valuesOf(items.map(keptOutput), values);
  // Behind it stand those that it spawned.
  const [own] = items;
  return own === undefined ? null : valueOf(keptOutput(own), values);
}

function keptOutput({ status }: View<Item>): Json {
  return status.kind === 'completed' ? status.output : null;
}

/** Whether it gives what its items gave: an operator may have said otherwise. */
function isOfItems(state: State, task: number): boolean {
  return isParallel(state, task) && nth(state.tasks, task).overridden?.output === undefined;
}

function isParallel(state: State, task: number): boolean {
  return nth(state.plan.tasks, task).definition.parallel;
}

/**
 * The result of an execution: what `outputs` became, else the output of its only last task, or of all last tasks by id.
 * Of one that its budget stopped before any of these gave something: of those that came the furthest, by id.
 */
export function executionOutput(state: State, values: Values = state.values): Json {
  if (state.status.kind === 'completed' && state.status.output !== undefined)
    return valueOf(state.status.output, values);
  const { tasks, graph } = state.plan;
  const last = tasks.flatMap(({ index }) => (successors(graph, index).length === 0 ? [index] : []));
  const furthest =
    state.stopReason === undefined || last.some((task) => gaveSomething(state, task))
      ? []
      : furthestOf(state);
  if (furthest.length > 0) return outputsOf(state, furthest, values);
  const [first, ...others] = last;
  return first !== undefined && others.length === 0
    ? taskOutput(state, first, values)
    : outputsOf(state, last, values);
}

function gaveSomething(state: State, task: number): boolean {
  const { items, status, overridden } = nth(state.tasks, task);
  if (status === 'failed') return false;
  return overridden?.output !== undefined || items.some((item) => item.status.kind === 'completed');
}

/** The tasks that gave something and behind which none did, in the order of the document. O(tasks + edges + items). */
function furthestOf(state: State): readonly number[] {
  const { tasks, graph, layers } = state.plan;
  const isBehind = new Uint8Array(tasks.length);
  const furthest: number[] = [];
  for (const task of layers.order.toReversed()) {
    const isPassed = successors(graph, task).some((next) => isBehind[next] === 1);
    const isFurthest = !isPassed && gaveSomething(state, task);
    if (isFurthest) furthest.push(task);
    if (isPassed || isFurthest) isBehind[task] = 1;
  }
  return furthest.toSorted((a, b) => a - b);
}

function outputsOf(state: State, tasks: readonly number[], values: Values): JsonObject {
  const outputs = together(tasks, (task) => taskOutput(state, task, values));
  return Object.fromEntries(tasks.map((task, n) => [nth(state.plan.tasks, task).id, outputs[n] as Json]));
}
