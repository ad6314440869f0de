/** Items that come to a task while it is open: an operator adds them, or an agent with its answer. */
import { nth } from '../../../nth.ts';
import { MAX_ITEMS_PER_TASK } from '../../../plan/definition.ts';
import type { AddItems, TaskError } from '../../../ports/agent.ts';
import { accept, type Decision, reject, type View } from '../../law.ts';
import type { ExecutionEvent, ItemsAdded } from '../events.ts';
import { goesOn } from '../lookup.ts';
import type { AddItemsToTask } from '../operator.ts';
import { type ExecutionState, isEnded, type Task } from '../state.ts';
import type { Outcome } from './compute.ts';
import { statusWord } from './control.ts';
import { inputsOf } from './for-each.ts';

export function addItems(
  state: View<ExecutionState>,
  { by, reason, ...wanted }: AddItemsToTask,
): Decision<ExecutionEvent> {
  if (!goesOn(state)) {
    const code = isEnded(state.status) ? 'already_ended' : 'not_running';
    return reject(code, `execution ${state.executionId} is ${statusWord(state)} and takes no more items`);
  }
  if (wanted.items.length === 0) return reject('items_refused', 'no items are given');
  const added = itemsAdded(state, wanted, by, 0);
  if (added.kind === 'failed') return reject('items_refused', added.error.message);
  return accept([{ ...added.value, ...(reason === undefined ? {} : { reason }) }]);
}

/** `before`: items of the task that are added by the same decision and not there yet. */
export function itemsAdded(
  state: View<ExecutionState>,
  { task: id, items }: Pick<AddItems, 'task' | 'items'>,
  by: string,
  before: number,
): Outcome<ItemsAdded> {
  const task = state.tasks[state.plan.taskIndex.get(id) ?? -1];
  if (task === undefined) return refused(`there is no task ${id}`);
  const { definition } = nth(state.plan.tasks, task.index);
  if (definition.forEach === undefined) return refused(`${id} has no \`for_each\` and takes no more items`);
  if (task.status !== 'open') return refused(`${id} ${standing(task)} and takes no more items`);
  const there = task.items.length + before;
  if (there + items.length > MAX_ITEMS_PER_TASK)
    return refused(`${id} would have ${there + items.length} items, and ${MAX_ITEMS_PER_TASK} are allowed`);
  const inputs = inputsOf(state, definition.input, items, there);
  if (inputs.kind === 'failed') return inputs;
  return {
    kind: 'value',
    value: { type: 'task.items_added', task: id, items: items.length, input: inputs.value, by },
  };
}

function standing({ status }: View<Task>): string {
  if (status === 'pending' || status === 'joining' || status === 'opening') return 'is not open yet';
  return status === 'looping' ? 'is between two rounds' : `is ${status}`;
}

function refused(message: string): { readonly kind: 'failed'; readonly error: TaskError } {
  return { kind: 'failed', error: { code: 'items_refused', message } };
}
