/** What follows when a task has failed for good. */
import { nth } from '../../../nth.ts';
import type { TaskError } from '../../../ports/agent.ts';
import type { View } from '../../law.ts';
import type { AtAttempt, ExecutionEvent } from '../events.ts';
import { attemptOf } from '../lookup.ts';
import type { ExecutionState, Item, Task } from '../state.ts';

/** A task has failed, and with it the execution, unless the document says how to go on. */
export function failsForGood(
  state: View<ExecutionState>,
  { attempt, ...at }: AtAttempt,
  error: TaskError,
): readonly ExecutionEvent[] {
  const index = state.plan.taskIndex.get(at.task) as number;
  const { onFailure } = nth(state.plan.tasks, index);
  if (onFailure.kind === 'goto' && (nth(state.tasks, index).gotos ?? 0) < onFailure.maxTimes) {
    return [
      { type: 'task.failed', ...at, attempt, error, handled: 'goto' },
      { type: 'task.reentered', task: onFailure.task, from: at.task },
    ];
  }
  if (onFailure.kind === 'continue')
    return [{ type: 'task.failed', ...at, attempt, error, handled: 'continue' }];
  return [
    { type: 'task.failed', ...at, attempt, error },
    { type: 'workflow.failing', error, ...at },
  ];
}

/** An item has: the failure of a turn is for its team to deal with. */
export function itemFails(
  state: View<ExecutionState>,
  item: View<Item>,
  error: TaskError,
): readonly ExecutionEvent[] {
  const at = attemptOf(state, item);
  if (item.spawned?.turn === undefined) return failsForGood(state, at, error);
  return [{ type: 'task.failed', ...at, error, handled: 'team' }];
}

/** It could not be opened, or could not go on. */
export function unopened(
  state: View<ExecutionState>,
  task: View<Task>,
  error: TaskError,
): readonly ExecutionEvent[] {
  const { activation } = task;
  const at = { task: nth(state.plan.tasks, task.index).id, ...(activation === 1 ? {} : { activation }) };
  return failsForGood(state, { ...at, attempt: 0 }, error);
}
