/** What is decided about a task: whether its join fires, whether it runs, on what, and in how many items. */
import type { Json } from '../../../json.ts';
import { nth } from '../../../nth.ts';
import type { PlanTask } from '../../../plan/plan.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { View } from '../../law.ts';
import type { ExecutionEvent, TaskOpened } from '../events.ts';
import { taskInput } from '../input.ts';
import type { ExecutionState, Task } from '../state.ts';
import { compute } from './compute.ts';
import { remaining } from './remaining.ts';
import { failsForGood } from './turn.ts';

export function decideOn(state: View<ExecutionState>, task: View<Task>): readonly ExecutionEvent[] {
  return task.status === 'joining' ? askJoin(state, task) : open(state, task);
}

/** Of a join with a condition. Where nothing is left to wait for, its answer is the last. */
function askJoin(state: View<ExecutionState>, task: View<Task>): readonly ExecutionEvent[] {
  const { id, join } = nth(state.plan.tasks, task.index);
  const { condition } = join as Extract<typeof join, { readonly kind: 'when' }>;
  const answer = compute(state, condition);
  if (answer.kind === 'failed') return unopened(state, task, answer.error);
  if (answer.value) return open(state, task);
  return [{ type: task.waiting === 0 ? 'task.skipped' : 'task.awaited', task: id }];
}

function open(state: View<ExecutionState>, task: View<Task>): readonly ExecutionEvent[] {
  const planned = nth(state.plan.tasks, task.index);
  const { id, definition } = planned;
  if (task.skippedBy !== undefined) {
    return [{ type: 'task.skipped', task: id, dependency: nth(state.plan.tasks, task.skippedBy).id }];
  }
  if (definition.when !== undefined) {
    const condition = compute(state, definition.when);
    if (condition.kind === 'failed') return unopened(state, task, condition.error);
    if (!condition.value) return [{ type: 'task.skipped', task: id }];
  }
  if (definition.input === undefined) {
    return [opened(planned, taskInput(state, task.index), {}), ...remaining(state, task)];
  }
  const input = compute(state, definition.input);
  return input.kind === 'failed'
    ? unopened(state, task, input.error)
    : [opened(planned, input.value, { input: input.value }), ...remaining(state, task)];
}

/** A parallel task has an item for each element of a list, else one for each seat. */
function opened(
  { id, definition, items: planned }: View<PlanTask>,
  value: Json,
  input: Pick<TaskOpened, 'input'>,
): ExecutionEvent {
  if (!definition.parallel) return { type: 'task.opened', task: id, ...input };
  const items = Array.isArray(value) ? value.length : planned;
  return { type: 'task.opened', task: id, items, ...input };
}

function unopened(
  state: View<ExecutionState>,
  task: View<Task>,
  error: TaskError,
): readonly ExecutionEvent[] {
  const { id, onFailure } = nth(state.plan.tasks, task.index);
  return failsForGood(onFailure, { task: id, attempt: 0 }, error);
}
