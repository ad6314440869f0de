/** What a task works on, and in how many items. */
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { View } from '../../law.ts';
import type { TaskOpened } from '../events.ts';
import { taskInput } from '../input.ts';
import { requestOf } from '../lookup.ts';
import type { ExecutionState, Task } from '../state.ts';
import { computeFor, type Outcome } from './compute.ts';
import { itemInputs } from './for-each.ts';

/** A parallel task has an item for each element of a list, else one for each seat. */
export function workOf(
  state: View<ExecutionState>,
  task: View<Task>,
): Outcome<Pick<TaskOpened, 'items' | 'input'>> {
  const { definition, items: planned } = nth(state.plan.tasks, task.index);
  const { forEach, input: template, parallel } = definition;
  const given = inputGiven(state, task);
  if (given !== undefined) {
    if (!parallel) return { kind: 'value', value: {} };
    return { kind: 'value', value: { items: Array.isArray(given) ? given.length : planned } };
  }
  if (forEach !== undefined) {
    const inputs = itemInputs(state, { ...definition, forEach });
    if (inputs.kind === 'failed') return inputs;
    return { kind: 'value', value: { items: inputs.value.length, input: inputs.value } };
  }
  const input = template === undefined ? undefined : computeFor(state, task, template);
  if (input?.kind === 'failed') return input;
  const rendered = input === undefined ? {} : { input: input.value };
  if (!parallel) return { kind: 'value', value: rendered };
  const value = input === undefined ? taskInput(state, task.index) : input.value;
  const items = Array.isArray(value) ? value.length : planned;
  return { kind: 'value', value: { items, ...rendered } };
}

/** What whoever forked the execution gave the task to work on, the first time it opens. */
function inputGiven(state: View<ExecutionState>, { index, input, openedAt }: View<Task>): Json | undefined {
  const { origin } = requestOf(state);
  if (input === undefined || openedAt !== undefined || origin?.task !== nth(state.plan.tasks, index).id)
    return undefined;
  return taskInput(state, index);
}
