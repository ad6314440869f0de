/** What is decided about a task whose dependencies are met: whether it runs, on what, and in how many items. */
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { PlanTask } from '../../../plan/plan.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent } from '../events.ts';
import { taskInput } from '../input.ts';
import type { ExecutionState, Task } from '../state.ts';
import { compute } from './compute.ts';

export function open(state: View<ExecutionState>, task: View<Task>): readonly ExecutionEvent[] {
  const planned = nth(state.plan.tasks, task.index);
  const { id, definition } = planned;
  if (task.skippedBy !== undefined) {
    return [{ type: 'task.skipped', task: id, dependency: nth(state.plan.tasks, task.skippedBy).id }];
  }
  if (definition.when !== undefined) {
    const condition = compute(state, definition.when);
    if (condition.kind === 'failed') return fails(id, condition.error);
    if (!condition.value) return [{ type: 'task.skipped', task: id }];
  }
  if (definition.input === undefined) return [opened(planned, taskInput(state, task.index), {})];
  const input = compute(state, definition.input);
  return input.kind === 'failed'
    ? fails(id, input.error)
    : [opened(planned, input.value, { input: input.value })];
}

/** A parallel task has an item for each element of a list, else one for each seat. */
function opened(
  { id, definition, items: planned }: View<PlanTask>,
  value: Json,
  input: Pick<Extract<ExecutionEvent, { type: 'task.opened' }>, 'input'>,
): ExecutionEvent {
  if (!definition.parallel) return { type: 'task.opened', task: id, ...input };
  const items = Array.isArray(value) ? value.length : planned;
  return { type: 'task.opened', task: id, items, ...input };
}

function fails(task: string, error: TaskError): readonly ExecutionEvent[] {
  return [
    { type: 'task.failed', task, attempt: 0, error },
    { type: 'workflow.failing', error, task },
  ];
}
